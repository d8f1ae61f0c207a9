"""Sends SMS through a gateway that a file describes: fills the request, and reads what became of the message.

An answer of success that no line of `refusals` fits has taken the message: it is not sent again. Our id of a message is
the same at each try, so that a gateway that knows it can refuse the second one.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import ClassVar, Final

from channels.contracts.channel import single_line
from channels.contracts.sender import Message, NeedsOperator, PermanentFailure, RetryLater, answer_to_message
from channels.declared.access_token import TokenCache
from channels.declared.credentials import Credentials
from channels.declared.places import as_text, value_at
from channels.declared.sms_shape import Refusal, Sending
from channels.declared.templates import TYPES, Template
from httpclient.json_client import JSON, Answer, Call, CallLimits, JsonClient

LIMITS: Final = CallLimits(seconds=12.0, connect_seconds=3.0, max_bytes=64 * 1024, max_connections=128)
ID_BYTES: Final = 16
MAX_REASON: Final = 60


@dataclass(frozen=True, slots=True)
class SendingValues:
    """What the file of a gateway names for sending, with the values of this installation."""

    server: str
    sender: str
    secrets: Mapping[str, str] = field(repr=False)
    basic: str = field(default="", repr=False)


class DeclaredSmsSender:
    """The Sender of the gateway `sms` over one file. name is that of its channel, which its reports bear."""

    gateway: ClassVar[str] = "sms"

    def __init__(self, name: str, sending: Sending, values: SendingValues, per_second: float) -> None:
        self.name, self.per_second = name, per_second
        self._sending, self._values, self._client = sending, values, JsonClient(LIMITS)
        token = sending.token
        self._token = TokenCache(self._client, values.server, token, values.secrets) if token else None
        self._headers = {name: Template("text", text) for name, text in sending.headers.items()}
        self._fields = {name: Template("text", text) for name, text in sending.fields.items()}
        self._body = Template(sending.content, sending.body) if sending.content in ("json", "xml") else None

    async def close(self) -> None:
        """Close the HTTP session."""
        await self._client.close()

    async def send(self, message: Message) -> str:
        """Send one SMS and return the gateway's identifier. Raises RetryLater, PermanentFailure and NeedsOperator."""
        token = await self._token.get() if self._token else ""
        answer = await answer_to_message(self._client.send(self._call(message), self._request_headers(token)))
        if self._token and answer.status == 401:
            self._token.refuse(token)
        elif self._token:
            self._token.accept()
        named = reference_in(self._sending, answer)
        return f"{self.name}:{named}" if named else ""

    def _call(self, message: Message) -> Call:
        values = {
            **self._values.secrets,
            "number": message.address,
            "digits": message.address.removeprefix("+"),
            "text": message.text,
            "sender": self._values.sender,
            "id": message_id(message.key),
        }
        url = self._values.server + self._sending.path
        if self._body:
            return Call(self._sending.method, url, body=self._body.fill(values), content_type=TYPES[self._body.kind])
        fields = {name: template.fill(values).decode() for name, template in self._fields.items()}
        if self._sending.content == "query":
            return Call(self._sending.method, url, query=fields)
        return Call(self._sending.method, url, form=fields)

    def _request_headers(self, token: str) -> dict[str, str]:
        values = {**self._values.secrets, "token": token}
        headers = {name: template.fill(values).decode() for name, template in self._headers.items()}
        if self._values.basic:
            headers["Authorization"] = self._values.basic
        return {"Accept": JSON, **headers}


def reference_in(sending: Sending, answer: Answer) -> str:
    """Return the gateway's identifier in an answer, "" if it gives none.

    Raises RetryLater, PermanentFailure and NeedsOperator if the answer refuses the message.
    """
    for refusal in sending.refusals:
        if fits(refusal, answer):
            _raise(refusal, answer)
    if answer.status == 429 or answer.status >= 500:
        raise RetryLater(f"status_{answer.status}", answer.retry_after_seconds)
    if not answer.is_success:
        raise NeedsOperator(f"status_{answer.status}")
    return as_text(value_at(answer.value, tuple(sending.id.split(".")))) if sending.id else ""


def message_id(key: str) -> str:
    """Return our id of a message in the gateway's world: the same at each try, and without anything of the citizen."""
    return blake2b(key.encode(), digest_size=ID_BYTES).hexdigest()


def fits(refusal: Refusal, answer: Answer) -> bool:
    """Whether an answer is the one that a line describes."""
    if refusal.status is not None and refusal.status != answer.status:
        return False
    if refusal.at is None:
        return True
    found = as_text(value_at(answer.value, tuple(refusal.at.split(".")))).casefold()
    if refusal.is_ is None:
        return bool(found)
    return any(found == one.casefold() for one in refusal.is_)


def _raise(refusal: Refusal, answer: Answer) -> None:
    found = as_text(value_at(answer.value, tuple(refusal.at.split(".")))) if refusal.at else ""
    why = single_line(found, MAX_REASON) or f"status_{answer.status}"
    match refusal.then:
        case "never":
            raise PermanentFailure(why)
        case "operator":
            raise NeedsOperator(why)
    raise RetryLater(why, answer.retry_after_seconds)


def sending_values(sending: Sending, credentials: Credentials) -> SendingValues:
    """Return the values that a file names for sending."""
    server = sending.server if "://" in sending.server else credentials.plain(sending.server)
    secrets = {f"secret.{name}": _first(credentials.secrets(named)) for name, named in sending.secrets.items()}
    basic = ""
    if sending.basic:
        pair = b"%b:%b" % tuple(
            _first(credentials.secrets(one)).encode() for one in (sending.basic.user, sending.basic.password)
        )
        basic = f"Basic {base64.b64encode(pair).decode()}"
    sender = credentials.plain(sending.sender) if sending.sender else ""
    return SendingValues(server.rstrip("/"), sender, secrets, basic)


def _first(secrets: tuple[bytes, ...]) -> str:
    return secrets[0].decode() if secrets else ""
