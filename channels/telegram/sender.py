"""Telegram, Bot API: messages go out one by one, and every answer is looked at.

A method is called by a POST of JSON, and answers in JSON with an HTTP status that tells most of it. The bot's token is
a part of the address, so neither an address nor an exception's own words ever leave this module. Sources:
core.telegram.org/bots/api#making-requests and #responseparameters, core.telegram.org/bots/faq (limits).
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, ClassVar, Final

import aiohttp
import orjson

from channels.contracts.channel import JSON, read_limited, scalar
from channels.contracts.retry_after import retry_after
from channels.contracts.sender import Message, NeedsOperator, PermanentFailure, RetryLater
from settings import Settings
from state.interfaces import Card
from state.text.encoding import utf16_units

SECONDS: Final = 9.0  # for one call, from the search for a connection to the last byte of the answer
MOST_BYTES: Final = 64 * 1024  # of an answer; that to a long message takes 30 KiB
LONGEST: Final = 4096  # characters of a text
MOST_BUTTONS, LONGEST_DATA, LONGEST_LABEL = 100, 64, 64  # data in bytes
NAVIGATION_KEYS: Final = ("0", "00", "98")  # back, home and more: the ways out of a screen
NEVER: Final = {
    "chat not found": "chat_not_found",
    "message is too long": "message_too_long",
    "message_too_long": "message_too_long",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a method answered: the HTTP status, and the JSON object that came with it, empty if none did."""

    status: int
    payload: Mapping[str, Any] = field(repr=False)


class TelegramApi:
    """The methods of one bot, over one HTTP session that opens when it is first needed."""

    def __init__(self, settings: Settings) -> None:
        self._address = f"{settings.telegram_url.rstrip('/')}/bot{settings.telegram_token.get_secret_value()}"
        self._connect_seconds = settings.connect_seconds
        self._session: aiohttp.ClientSession | None = None

    async def call(self, method: str, told: Mapping[str, Any]) -> Answer:
        """Raises Again when no answer comes."""
        if self._session is None:
            self._session = self._new_session()
        address, body = f"{self._address}/{method}", orjson.dumps(told)
        try:
            async with self._session.post(address, data=body, allow_redirects=False) as response:
                return Answer(response.status, _object(await read_limited(response.content, MOST_BYTES)))
        except (aiohttp.ClientError, OSError) as error:  # TimeoutError is an OSError
            raise RetryLater(type(error).__name__) from None

    async def close(self) -> None:
        session, self._session = self._session, None
        if session:
            await session.close()

    def _new_session(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            headers={"Content-Type": JSON},
            timeout=aiohttp.ClientTimeout(total=SECONDS, connect=self._connect_seconds),
            cookie_jar=aiohttp.DummyCookieJar(),
        )


class TelegramSender:
    """A Sender. Several messages may be on their way at once."""

    gateway: ClassVar[str] = "telegram"
    per_second: ClassVar[float] = 25.0  # Telegram takes about 30 to all chats together, answers in responses among them

    def __init__(self, settings: Settings) -> None:
        self._api = TelegramApi(settings)
        self._key = settings.telegram_token.get_secret_value().encode()

    async def send(self, message: Message) -> str:
        try:
            told = outgoing(message.address, message.text, message.card)
        except ValueError:
            raise PermanentFailure("impossible_address") from None
        answer = await self._api.call("sendMessage", told)
        _refuse(answer)
        return f"{_sent(answer)}.{self._chat(message.address)}"

    async def close(self) -> None:
        await self._api.close()

    def _chat(self, address: str) -> str:
        """The chat's part of a reference: Telegram counts messages anew in each chat, and a chat's id names somebody.

        Keyed, since there are few enough ids to try them all.
        """
        return hmac.digest(self._key, address.encode(), "sha256")[:8].hex()


def _object(body: bytes | None) -> Mapping[str, Any]:
    try:
        told = orjson.loads(body or b"")
    except orjson.JSONDecodeError:
        return {}
    return told if isinstance(told, dict) else {}


def _refuse(answer: Answer) -> None:
    """Raises what an answer without a message in it means."""
    match answer.status:
        case 400:
            raise PermanentFailure(_why(answer))
        case 401 | 404:
            raise NeedsOperator("wrong_token")
        case 403:
            raise PermanentFailure("blocked")
        case 429:
            raise RetryLater("too_many", pause(answer))
        case status if status >= 500:
            raise RetryLater(f"status_{status}")
        case status if not 200 <= status < 300:
            raise NeedsOperator(f"status_{status}")


def _why(answer: Answer) -> str:
    """Our word for a refusal: Telegram's own may quote what was sent."""
    words = scalar(answer.payload.get("description")).lower().removeprefix("bad request: ")
    return next((why for start, why in NEVER.items() if words.startswith(start)), "refused")


def pause(answer: Answer) -> float:
    """The seconds that Telegram asks us to wait; 0 if it does not say."""
    told = answer.payload.get("parameters")
    return retry_after(told.get("retry_after") if isinstance(told, dict) else None, time.time())


def _sent(answer: Answer) -> int:
    """Telegram's number for the message that it sent."""
    result = answer.payload.get("result")
    number = result.get("message_id") if isinstance(result, dict) else None
    if answer.payload.get("ok") is not True or not isinstance(number, int):
        raise RetryLater("unreadable_answer")  # whether it was sent is unknown: twice is better than never
    return number


def outgoing(address: str, text: str, card: Card | None) -> dict[str, Any]:
    """What sendMessage is told: the card with its buttons where it fits, else the text that says all of it.

    Raises ValueError for an address that is no chat id. Source: core.telegram.org/bots/api#sendmessage
    """
    told: dict[str, Any] = {"chat_id": int(address), "text": text, "link_preview_options": {"is_disabled": True}}
    if card is not None and _fits(card):
        told |= {"text": card.say, "reply_markup": {"inline_keyboard": _rows(card.buttons)}}
    return told


def _fits(card: Card) -> bool:
    if not card.say.strip() or utf16_units(card.say) > LONGEST or not 1 <= len(card.buttons) <= MOST_BUTTONS:
        return False
    return all(
        1 <= len(data.encode()) <= LONGEST_DATA and label.strip() and len(label) <= LONGEST_LABEL
        for data, label in card.buttons
    )


def _rows(buttons: Sequence[tuple[str, str]]) -> list[list[dict[str, str]]]:
    """One button a row; the ways out, which come last, share theirs."""
    ways = list(
        takewhile(
            lambda button: button[0].partition(".")[2] in NAVIGATION_KEYS, reversed(buttons[-len(NAVIGATION_KEYS) :])
        )
    )
    options = buttons[: len(buttons) - len(ways)]
    rows = [*([button] for button in options), ways[::-1]]
    return [[{"text": label, "callback_data": data} for data, label in row] for row in rows if row]
