"""Telegram, Bot API: sends one message per call and checks each answer.

A method is called by a POST of JSON and answers in JSON; `ok` and the HTTP status give the main result. An answer of
success that refuses nothing has taken the message, even if it cannot be read: it is not sent again. The bot's token is
part of the URL, so neither a URL nor an exception's own text leaves this module. Sources:
core.telegram.org/bots/api#making-requests and #responseparameters, core.telegram.org/bots/faq (limits).
"""

from __future__ import annotations

import hmac
import re
import time
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any, ClassVar, Final

from channels.contracts.channel import scalar
from channels.contracts.sender import (
    Message,
    NeedsOperator,
    PermanentFailure,
    RetryLater,
    answer_to_message,
    retrying_later,
)
from httpclient.json_client import Answer, CallLimits, JsonClient, is_success
from httpclient.retry_after import retry_after
from settings import Settings
from state.interfaces import Card
from state.text.encoding import utf16_units

SECONDS: Final = 9.0  # for one call, from the connection to the last byte of the answer
MAX_BYTES: Final = 64 * 1024  # of an answer; the answer to a long message has 30 KiB
LONGEST: Final = 4096  # characters of a text
MAX_BUTTONS, LONGEST_DATA, LONGEST_LABEL = 100, 64, 64  # data in bytes
NAVIGATION_KEYS: Final = ("0", "00", "98")  # back, home and more
CODE: Final = re.compile(r"[1-5][0-9]{2}")
NEVER: Final = {
    "chat not found": "chat_not_found",
    "message is too long": "message_too_long",
    "message_too_long": "message_too_long",
}


class TelegramApi:
    """The methods of one bot."""

    def __init__(self, settings: Settings) -> None:
        self._address = f"{settings.telegram_url.rstrip('/')}/bot{settings.telegram_token.get_secret_value()}"
        self._client = JsonClient(CallLimits(SECONDS, settings.connect_seconds, MAX_BYTES))

    async def call(self, method: str, payload: Mapping[str, Any]) -> Answer:
        """Call a method with JSON. Raises RetryLater if there is no answer."""
        with retrying_later():
            return await self._client.post(f"{self._address}/{method}", payload)

    async def send(self, payload: Mapping[str, Any]) -> Answer:
        """Send a message. Raises RetryLater if there is no answer."""
        return await answer_to_message(self._client.post(f"{self._address}/sendMessage", payload))

    async def close(self) -> None:
        """Close the HTTP session."""
        await self._client.close()


class TelegramSender:
    """The Sender of the gateway `telegram`. It can send several messages at once."""

    gateway: ClassVar[str] = "telegram"
    per_second: ClassVar[float] = 25.0  # Telegram allows about 30 to all chats together, with the answers in responses

    def __init__(self, settings: Settings) -> None:
        self._api = TelegramApi(settings)
        self._key = settings.telegram_token.get_secret_value().encode()

    async def send(self, message: Message) -> str:
        """Send one message and return its reference. Raises RetryLater, PermanentFailure and NeedsOperator."""
        try:
            payload = outgoing(message.address, message.text, message.card)
        except ValueError:
            raise PermanentFailure("impossible_address") from None
        number = _number(await self._api.send(payload))
        return f"{number}.{self._chat(message.address)}" if number else ""

    async def close(self) -> None:
        """Close the HTTP session."""
        await self._api.close()

    def _chat(self, address: str) -> str:
        """The part of a reference for the chat: message numbers are unique only within one chat.

        A keyed hash, because a chat's id identifies a person and all ids can be tried.
        """
        return hmac.digest(self._key, address.encode(), "sha256")[:8].hex()


def _number(answer: Answer) -> str:
    """Telegram's number of the sent message, "" if it gives none to a message that it took.

    `ok` decides, whatever the HTTP status is; without it the status does. Raises RetryLater, PermanentFailure and
    NeedsOperator.
    """
    is_taken = answer.payload.get("ok")
    if is_taken is False:
        code = scalar(answer.payload.get("error_code"))
        _refuse(int(code) if CODE.fullmatch(code) else answer.status, answer)
        raise RetryLater("refused")
    if is_taken is not True:
        _refuse(answer.status, answer)
    result = answer.payload.get("result")
    return scalar(result.get("message_id")) if isinstance(result, dict) else ""


def _refuse(status: int, answer: Answer) -> None:
    """Raise the error that this status means, if it is not a success."""
    match status:
        case 400:
            raise PermanentFailure(_why(answer))
        case 401 | 404:
            raise NeedsOperator("wrong_token")
        case 403:
            raise PermanentFailure("blocked")
        case 429:
            raise RetryLater("too_many", pause(answer) or answer.retry_after_seconds)
        case status if status >= 500:
            raise RetryLater(f"status_{status}", answer.retry_after_seconds)
        case status if not is_success(status):
            raise NeedsOperator(f"status_{status}")


def _why(answer: Answer) -> str:
    """Our own code for a refusal: Telegram's text may quote the message."""
    words = scalar(answer.payload.get("description")).lower().removeprefix("bad request: ")
    return next((why for start, why in NEVER.items() if words.startswith(start)), "refused")


def pause(answer: Answer) -> float:
    """The seconds that Telegram asks us to wait, 0 if it gives none."""
    parameters = answer.payload.get("parameters")
    return retry_after(parameters.get("retry_after") if isinstance(parameters, dict) else None, time.time())


def outgoing(address: str, text: str, card: Card | None) -> dict[str, Any]:
    """Build the parameters of sendMessage: the card with buttons if Telegram's limits allow it, else the whole text.

    Raises ValueError for an address that is not a chat id. Source: core.telegram.org/bots/api#sendmessage
    """
    payload: dict[str, Any] = {"chat_id": int(address), "text": text, "link_preview_options": {"is_disabled": True}}
    if card is not None and _is_allowed(card):
        payload |= {"text": card.say, "reply_markup": {"inline_keyboard": _rows(card.buttons)}}
    return payload


def _is_allowed(card: Card) -> bool:
    if not card.say.strip() or utf16_units(card.say) > LONGEST or not 1 <= len(card.buttons) <= MAX_BUTTONS:
        return False
    return all(
        1 <= len(data.encode()) <= LONGEST_DATA and label.strip() and len(label) <= LONGEST_LABEL
        for data, label in card.buttons
    )


def _rows(buttons: Sequence[tuple[str, str]]) -> list[list[dict[str, str]]]:
    """One button per row; the navigation keys at the end share one row."""
    navigation = list(
        takewhile(
            lambda button: button[0].partition(".")[2] in NAVIGATION_KEYS, reversed(buttons[-len(NAVIGATION_KEYS) :])
        )
    )
    options = buttons[: len(buttons) - len(navigation)]
    rows = [*([button] for button in options), navigation[::-1]]
    return [[{"text": label, "callback_data": data} for data, label in row] for row in rows if row]
