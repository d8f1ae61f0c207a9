"""WhatsApp, Cloud API: sends messages as buttons, a list or text, and checks each answer.

    citizen wrote within 24 hours -> three buttons, else a list of ten rows, else the text with numbered lines
    longer ago, or refused        -> the template that Meta approved, with the text as its only variable

Lengths are counted in UTF-16 units, the strictest way that Meta could count them. The token is only in a header, and
no exception's own text leaves this module. Sources, below developers.facebook.com/documentation/business-messaging/
whatsapp: messages/interactive-reply-buttons-messages, messages/interactive-list-messages, templates and throughput.
"""

from __future__ import annotations

import textwrap
import time
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Final
from urllib.parse import quote

from channels.contracts.sender import Message, PermanentFailure, answer_to_message, retrying_later
from channels.whatsapp.error_codes import WINDOW_CLOSED, error_code, message_reference
from channels.whatsapp.events import GATEWAY
from httpclient.json_client import Answer, CallLimits, JsonClient
from settings import Settings
from state.interfaces import Card
from state.text.encoding import utf16_units

CHOOSE: Final = "Choisir"  # label of the button that opens the list
SECONDS: Final = 9.0  # for one call, from the connection to the last byte of the answer
MAX_BYTES: Final = 64 * 1024  # of an answer
WINDOW: Final = 24 * 3600.0  # seconds after the citizen's last message
LONGEST_TEXT, LONGEST_BODY, LONGEST_VARIABLE = 4096, 1024, 1024
MAX_BUTTONS, LONGEST_BUTTON = 3, 20
MAX_ROWS, LONGEST_ROW, LONGEST_DESCRIPTION = 10, 24, 72

Json = dict[str, Any]


class WhatsappApi:
    """The Cloud API for one number."""

    def __init__(self, settings: Settings) -> None:
        self._address = f"{settings.whatsapp_url.rstrip('/')}/{quote(settings.whatsapp_phone_id, safe='')}"
        self._client = JsonClient(
            CallLimits(SECONDS, settings.connect_seconds, MAX_BYTES),
            {"Authorization": f"Bearer {settings.whatsapp_token.get_secret_value()}"},
        )

    async def post(self, message: Json) -> Answer:
        """Send a message. Raises RetryLater if there is no answer."""
        return await answer_to_message(self._client.post(f"{self._address}/messages", message))

    async def number(self, fields: str) -> Answer:
        """Get these fields of our number. Raises RetryLater if there is no answer."""
        with retrying_later():
            return await self._client.get(self._address, {"fields": fields})

    async def close(self) -> None:
        """Close the HTTP session."""
        await self._client.close()


class WhatsappSender:
    """The Sender of the gateway `whatsapp`. It can send several messages at once. clock gives Unix seconds."""

    gateway: ClassVar[str] = GATEWAY
    per_second: ClassVar[float] = 40.0  # Meta allows 80, with the messages of citizens

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        self._api, self._clock = WhatsappApi(settings), clock
        self._template, _, self._language = settings.whatsapp_template.partition("/")

    async def send(self, message: Message) -> str:
        """Send one message and return its reference. Raises RetryLater, PermanentFailure and NeedsOperator."""
        if not message.last_inbound_at or self._clock() - message.last_inbound_at <= WINDOW:
            answer = await self._api.post(_addressed(message.address, outgoing(message.text, message.card)))
            if error_code(answer) != WINDOW_CLOSED or not self._template:
                return message_reference(answer)
        elif not self._template:
            raise PermanentFailure("window_closed")
        template = _templated(self._template, self._language, message.text)
        return message_reference(await self._api.post(_addressed(message.address, template)))

    async def close(self) -> None:
        """Close the HTTP session."""
        await self._api.close()


def outgoing(text: str, card: Card | None) -> Json:
    """Build the message: the card as buttons or a list, else the text. Raises PermanentFailure for a text too long."""
    interactive = _interactive(card) if card else None
    if interactive:
        return {"type": "interactive", "interactive": interactive}
    if utf16_units(text) > LONGEST_TEXT:
        raise PermanentFailure("too_long")
    return {"type": "text", "text": {"preview_url": False, "body": text}}


def _addressed(address: str, payload: Json) -> Json:
    """Add the recipient: a phone number goes in `to`, Meta's user id in `recipient`."""
    to = "to" if address.isdecimal() else "recipient"
    return {"messaging_product": GATEWAY, "recipient_type": "individual", to: address, **payload}


def _interactive(card: Card) -> Json | None:
    """The card with buttons, else with a list; None if it exceeds the limits of both."""
    if not card.say.strip() or utf16_units(card.say) > LONGEST_BODY:
        return None
    buttons = [(sends, " ".join(label.split())) for sends, label in card.buttons]
    body = {"text": card.say}
    if 1 <= len(buttons) <= MAX_BUTTONS and _are_valid([label for _, label in buttons], LONGEST_BUTTON):
        replies = [{"type": "reply", "reply": {"id": sends, "title": label}} for sends, label in buttons]
        return {"type": "button", "body": body, "action": {"buttons": replies}}
    rows = [_row(sends, label) for sends, label in buttons]
    if not 1 <= len(rows) <= MAX_ROWS or not _are_valid([row["title"] for row in rows], LONGEST_ROW):
        return None
    if any(utf16_units(row.get("description", "")) > LONGEST_DESCRIPTION for row in rows):
        return None
    return {"type": "list", "body": body, "action": {"button": CHOOSE, "sections": [{"rows": rows}]}}


def _row(sends: str, label: str) -> dict[str, str]:
    """A row of a list. If the label is too long, the title has its first words and the description all of it."""
    if utf16_units(label) <= LONGEST_ROW:
        return {"id": sends, "title": label}
    return {"id": sends, "title": textwrap.shorten(label, LONGEST_ROW, placeholder="…"), "description": label}


def _are_valid(titles: Sequence[str], longest: int) -> bool:
    """Whether Meta accepts these titles: none is empty or too long, and all differ."""
    distinct = {title.casefold() for title in titles}
    return len(distinct) == len(titles) and all(title.strip("…") and utf16_units(title) <= longest for title in titles)


def _templated(name: str, language: str, text: str) -> Json:
    """Put a text into the template, without line breaks and repeated spaces. Raises PermanentFailure."""
    words = " / ".join(filter(None, (" ".join(line.split()) for line in text.splitlines())))
    if utf16_units(words) > LONGEST_VARIABLE:
        raise PermanentFailure("too_long")
    body = {"type": "body", "parameters": [{"type": "text", "text": words}]}
    template = {"name": name, "language": {"code": language}, "components": [body]}
    return {"type": "template", "template": template}
