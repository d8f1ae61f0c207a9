"""Telegram, Bot API: one update per request; our HTTP response carries the answer to a message.

    update -> message, edited_message -> Inbound, answered by a sendMessage in the response
           -> callback_query          -> Inbound, answered through the outbox: the response can hold one method only,
                                         and a pressed button needs answerCallbackQuery
           -> my_chat_member          -> OptOut, if the citizen blocked the bot

Only private chats are answered, because answers are for one person. Each version of the API adds new keys and kinds of
update; those that are not named here are ignored. Sources:
core.telegram.org/bots/api#getting-updates, #making-requests-when-getting-updates and #setwebhook.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

import orjson

from channels.contracts.channel import SESSION, cut, is_one_of
from channels.contracts.message_channel import ChannelEvent, OptOut
from channels.contracts.request_body import JSON, json_object
from channels.contracts.webhook_request import EMPTY, BodyRule, WebhookRequest, WebhookResponse
from channels.telegram.sender import LONGEST, outgoing
from state.errors import BadRequest, Unauthenticated
from state.interfaces import MAX_MARK, Inbound, Recipient, Reply, ScreenSize
from state.text.positions import geo_uri

HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
HOME: Final = "00"  # the key that opens the first screen
UPDATES: Final = ("message", "edited_message", "callback_query", "my_chat_member")
MAX_BYTES: Final = 64 * 1024  # an escaped long text has 24 KiB, and so may the message that it replies to

# Events in a private chat that Telegram sends as messages without text.
SERVICE_MESSAGES: Final = {
    "chat_background_set",
    "chat_shared",
    "connected_website",
    "forum_topic_closed",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_reopened",
    "gift",
    "message_auto_delete_timer_changed",
    "passport_data",
    "pinned_message",
    "proximity_alert_triggered",
    "refunded_payment",
    "successful_payment",
    "unique_gift",
    "users_shared",
    "web_app_data",
    "write_access_allowed",
}


@dataclass(frozen=True, slots=True)
class Telegram:
    """The channel of one bot. secrets are the accepted values of the header; the first is registered by setup.py."""

    name: ClassVar[str] = "telegram"
    path: ClassVar[str] = "/telegram"
    room: ClassVar[ScreenSize] = ScreenSize("chat", 0, LONGEST)
    body_rule: ClassVar[BodyRule] = BodyRule(JSON, MAX_BYTES)
    dedup_seconds: ClassVar[float] = 24 * 3600.0
    response_deadline: ClassVar[float] = 30.0

    secrets: tuple[bytes, ...] = field(repr=False)

    def verify(self, request: WebhookRequest) -> None:
        """Raise Unauthenticated unless the header holds one of our secrets."""
        given = request.headers.get(HEADER, "").encode("utf-8", "surrogatepass")
        if not is_one_of(given, self.secrets):
            raise Unauthenticated("wrong secret in the header")

    def read(self, request: WebhookRequest) -> Sequence[ChannelEvent]:
        """Parse one update; no event for a kind that is ignored. Raises BadRequest."""
        event = _event(json_object(request.body))
        return () if event is None else (event,)

    def replies_inline(self, inbound: Inbound) -> bool:
        """Whether the response carries the answer: for a message, not for a pressed button."""
        return not inbound.session

    def acknowledge(self, inbound: Inbound | None, reply: Reply | None) -> WebhookResponse:
        """Build the response: a sendMessage with the reply, an answerCallbackQuery for a button, else empty."""
        if inbound is not None and inbound.session:
            return _response({"method": "answerCallbackQuery", "callback_query_id": inbound.session})
        if inbound is None or inbound.reply_to is None or reply is None:
            return EMPTY
        return _response({"method": "sendMessage", **outgoing(inbound.reply_to.address, reply.text, reply.card)})


def _response(payload: Mapping[str, Any]) -> WebhookResponse:
    return WebhookResponse(orjson.dumps(payload), JSON)


def _event(update: Mapping[str, Any]) -> ChannelEvent | None:
    named = str(_integer(update, "update_id"))
    if "message" in update:
        return _message(named, _object(update, "message"), "date")
    if "edited_message" in update:
        return _message(named, _object(update, "edited_message"), "edit_date")
    if "callback_query" in update:
        return _button(named, _object(update, "callback_query"))
    return _opt_out(_object(update, "my_chat_member")) if "my_chat_member" in update else None


def _message(named: str, message: Mapping[str, Any], dated: str) -> Inbound | None:
    chat, text = _private_chat_id(message), message.get("text", message.get("caption"))
    if text is None and dated == "date" and isinstance(place := message.get("location"), dict):
        text = geo_uri(place.get("latitude"), place.get("longitude"))
    if text is None and dated == "date" and SERVICE_MESSAGES.isdisjoint(message):
        text = ""  # a photo or a voice message: no text, but the citizen expects an answer
    if chat is None or text is None:  # a live location is edited every few seconds
        return None
    if not isinstance(text, str):
        raise BadRequest("a text that is none")
    moment = message.get(dated)
    to = Recipient(Telegram.name, str(chat), float(moment) if isinstance(moment, int) and moment > 0 else 0.0)
    return Inbound(
        Telegram.name, f"tg:{chat}", "", _input(text), inputs_are_cumulative=False, message=named, reply_to=to
    )


def _button(named: str, query: Mapping[str, Any]) -> Inbound | None:
    # A query has no message, and so no chat, if the button was sent into another chat in the bot's name.
    chat = _private_chat_id(_object(query, "message")) if "message" in query else _integer(_object(query, "from"), "id")
    session, data = query.get("id"), query.get("data")
    if chat is None or data is None:
        return None  # a game's button has no data
    if not isinstance(session, str) or not SESSION.fullmatch(session) or not isinstance(data, str):
        raise BadRequest("no id of a callback query, or impossible data")
    mark, _, text = cut(data).partition(".")
    mark, text = (mark[:MAX_MARK], text) if mark and text else ("", _input(data))
    to = Recipient(Telegram.name, str(chat))
    return Inbound(
        Telegram.name,
        f"tg:{chat}",
        session,
        text,
        inputs_are_cumulative=False,
        message=named,
        button_mark=mark,
        reply_to=to,
    )


def _opt_out(change: Mapping[str, Any]) -> OptOut | None:
    chat = _private_chat_id(change)
    if chat is None or _object(change, "new_chat_member").get("status") != "kicked":
        return None
    return OptOut(Recipient(Telegram.name, str(chat)), for_good=False)


def _input(text: str) -> str:
    """The input in a text. A command loses its slash; /start gives the text of its link, or opens the first screen."""
    text = cut(text)
    if not text.startswith("/"):
        return text
    command, _, rest = text[1:].partition(" ")
    word = command.partition("@")[0]  # a command may name its bot: /aide@zin_bot
    if word.lower() == "start":
        return rest.replace("_", " ").strip() or HOME  # bac_12345 is bac 12345
    return f"{word} {rest}".strip()


def _private_chat_id(holder: Mapping[str, Any]) -> int | None:
    """The chat's id, None if it is not a private chat."""
    chat = _object(holder, "chat")
    return _integer(chat, "id") if chat.get("type") == "private" else None


def _object(holder: Mapping[str, Any], name: str) -> dict[str, Any]:
    part = holder.get(name)
    if not isinstance(part, dict):
        raise BadRequest(f"no {name}, or no object")
    return part


def _integer(holder: Mapping[str, Any], name: str) -> int:
    number = holder.get(name)
    if not isinstance(number, int) or isinstance(number, bool):
        raise BadRequest(f"no {name}, or no whole number")
    return number
