"""The token that some gateways want with each message: fetched once, and again before it ends or when it is refused."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Final

from channels.contracts.sender import NeedsOperator, RetryLater, retrying_later
from channels.declared.places import as_text, value_at
from channels.declared.sms_shape import AccessToken
from channels.declared.templates import Template
from httpclient.json_client import JSON, Call, JsonClient

USUAL_SECONDS: Final = 3600.0
EARLIER: Final = 60.0  # seconds before its end at which a token is fetched anew


class TokenCache:
    """Fetches and remembers the token of one gateway. clock gives seconds that never go back."""

    def __init__(
        self,
        client: JsonClient,
        server: str,
        described: AccessToken,
        secrets: Mapping[str, str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client, self._described, self._clock = client, described, clock
        fields = {name: Template("text", text).fill(secrets).decode() for name, text in described.fields.items()}
        self._call = Call("POST", server + described.path.partition("?")[0], _query(described.path), form=fields)
        self._token, self._until, self._fetching = "", 0.0, asyncio.Lock()
        self._is_accepted = False

    async def get(self) -> str:
        """Return a token that is good now. Raises RetryLater and NeedsOperator."""
        async with self._fetching:
            if not self._token or self._clock() >= self._until:
                self._token, self._until = await self._fetch()
                self._is_accepted = False
            return self._token

    def accept(self) -> None:
        """Note that the gateway took a request with this token: if it refuses a later one, the token has ended."""
        self._is_accepted = True

    def refuse(self, token: str) -> None:
        """Fetch another one next time. Raises RetryLater, or NeedsOperator for a token that was never accepted."""
        if token == self._token:
            self._token = ""
            if not self._is_accepted:
                raise NeedsOperator("token_refused")
        raise RetryLater("token_refused", 1.0)

    async def _fetch(self) -> tuple[str, float]:
        with retrying_later():
            answer = await self._client.send(self._call, {"Accept": JSON})
        if answer.status == 429 or answer.status >= 500:
            raise RetryLater(f"token_status_{answer.status}", answer.retry_after_seconds)
        token = as_text(value_at(answer.value, tuple(self._described.at.split("."))))
        if not answer.is_success or not (token.isascii() and token.isprintable() and token):
            raise NeedsOperator(f"token_status_{answer.status}")
        place = self._described.seconds
        written = as_text(value_at(answer.value, tuple(place.split(".")))) if place else ""
        seconds = float(written) if written.isascii() and written.isdigit() and len(written) < 9 else USUAL_SECONDS
        return token, self._clock() + max(seconds - EARLIER, seconds / 2)


def _query(path: str) -> dict[str, str]:
    """Return the query behind a path of a file, in which values need no escapes."""
    written = path.partition("?")[2]
    return dict(one.partition("=")[::2] for one in written.split("&") if one)
