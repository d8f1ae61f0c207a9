"""Telegram, Bot API: one update a request, and the answer to a message travels back in our response.

    update -> message, edited_message -> Inbound, answered by a sendMessage in the response
           -> callback_query          -> Inbound, answered through the outbox: the response has room for one method,
                                         and the button that was pressed waits for its own (answerCallbackQuery)
           -> my_chat_member          -> Leaving, when somebody blocked the bot

Only private chats are heard: what a service tells one person has no place in a group. Each version of the API brings
new keys and kinds of update; those that are not named here are passed over. Sources:
core.telegram.org/bots/api#getting-updates, #making-requests-when-getting-updates and #setwebhook.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

import orjson
from aiohttp import web

from channels.contracts.channel import JSON, SESSION, cut, is_one_of, read_limited
from channels.contracts.message_channel import ChannelEvent, OptOut
from channels.telegram.sender import LONGEST, outgoing
from state.errors import BadRequest, Unauthenticated
from state.interfaces import MAX_MARK, Inbound, Recipient, Reply, ScreenSize

HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
HOME: Final = "00"  # the key that leads to the first screen from everywhere
UPDATES: Final = ("message", "edited_message", "callback_query", "my_chat_member")
MOST_BYTES: Final = 64 * 1024  # a long text takes 24 KiB once escaped, and the message that it replies to as much

# What is done in a private chat, and told as a message that nobody wrote.
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
    """One bot's updates. secrets are the words that Telegram was, or is to be, given with our address."""

    name: ClassVar[str] = "telegram"
    path: ClassVar[str] = "/telegram"
    room: ClassVar[ScreenSize] = ScreenSize("chat", 0, LONGEST)
    dedup_seconds: ClassVar[float] = 24 * 3600.0
    response_deadline: ClassVar[float] = 30.0

    secrets: tuple[bytes, ...] = field(repr=False)

    def verify(self, request: web.Request) -> None:
        given = request.headers.get(HEADER, "").encode("utf-8", "surrogatepass")
        if not is_one_of(given, self.secrets):
            raise Unauthenticated("wrong secret in the header")

    async def read(self, request: web.Request) -> Sequence[ChannelEvent]:
        said = _said(await _update(request))
        return () if said is None else (said,)

    def replies_inline(self, inbound: Inbound) -> bool:
        return not inbound.session

    def acknowledge(self, inbound: Inbound | None, reply: Reply | None) -> web.Response:
        if inbound is not None and inbound.session:
            return _response({"method": "answerCallbackQuery", "callback_query_id": inbound.session})
        if inbound is None or inbound.reply_to is None or reply is None:
            return web.Response()
        return _response({"method": "sendMessage", **outgoing(inbound.reply_to.address, reply.text, reply.card)})


def _response(told: Mapping[str, Any]) -> web.Response:
    return web.Response(body=orjson.dumps(told), content_type=JSON)


async def _update(request: web.Request) -> dict[str, Any]:
    """The update, which may be longer than the application lets other requests be."""
    if request.content_type != JSON:
        raise BadRequest(f"a body of {JSON} is needed")
    try:
        raw = await read_limited(request.content, MOST_BYTES)
        update = None if raw is None else orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise BadRequest("no JSON") from None
    if raw is None:
        raise BadRequest(f"more than {MOST_BYTES} bytes")
    if not isinstance(update, dict):
        raise BadRequest("a JSON object is needed")
    return update


def _said(update: Mapping[str, Any]) -> ChannelEvent | None:
    named = str(_whole(update, "update_id"))
    if "message" in update:
        return _written(named, _part(update, "message"), "date")
    if "edited_message" in update:
        return _written(named, _part(update, "edited_message"), "edit_date")
    if "callback_query" in update:
        return _pressed(named, _part(update, "callback_query"))
    return _left(_part(update, "my_chat_member")) if "my_chat_member" in update else None


def _written(named: str, message: Mapping[str, Any], dated: str) -> Inbound | None:
    chat, text = _private(message), message.get("text", message.get("caption"))
    if text is None and dated == "date" and SERVICE_MESSAGES.isdisjoint(message):
        text = ""  # a photo, a voice: nothing that can be heard, and somebody who waits for an answer
    if chat is None or text is None:  # a position that moves is edited every few seconds
        return None
    if not isinstance(text, str):
        raise BadRequest("a text that is none")
    moment = message.get(dated)
    to = Recipient(Telegram.name, str(chat), float(moment) if isinstance(moment, int) and moment > 0 else 0.0)
    return Inbound(
        Telegram.name, f"tg:{chat}", "", _meant(text), inputs_are_cumulative=False, message=named, reply_to=to
    )


def _pressed(named: str, query: Mapping[str, Any]) -> Inbound | None:
    # A message that was sent through the bot into another chat comes without its chat.
    chat = _private(_part(query, "message")) if "message" in query else _whole(_part(query, "from"), "id")
    session, data = query.get("id"), query.get("data")
    if chat is None or data is None:
        return None  # a game's button has no data
    if not isinstance(session, str) or not SESSION.fullmatch(session) or not isinstance(data, str):
        raise BadRequest("no id of a callback query, or impossible data")
    mark, _, text = cut(data).partition(".")
    mark, text = (mark[:MAX_MARK], text) if mark and text else ("", _meant(data))
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


def _left(change: Mapping[str, Any]) -> OptOut | None:
    chat = _private(change)
    if chat is None or _part(change, "new_chat_member").get("status") != "kicked":
        return None
    return OptOut(Recipient(Telegram.name, str(chat)), for_good=False)


def _meant(text: str) -> str:
    """What is typed; of a command what follows the slash, of /start what its link asks for, else the first screen."""
    text = cut(text)
    if not text.startswith("/"):
        return text
    command, _, rest = text[1:].partition(" ")
    word = command.partition("@")[0]  # where several bots listen, a command is addressed: /aide@zin_bot
    if word.lower() == "start":
        return rest.replace("_", " ").strip() or HOME  # bac_12345 is bac 12345
    return f"{word} {rest}".strip()


def _private(holder: Mapping[str, Any]) -> int | None:
    """The id of the chat in which it happened, None unless that is one person's with the bot."""
    chat = _part(holder, "chat")
    return _whole(chat, "id") if chat.get("type") == "private" else None


def _part(holder: Mapping[str, Any], name: str) -> dict[str, Any]:
    part = holder.get(name)
    if not isinstance(part, dict):
        raise BadRequest(f"no {name}, or no object")
    return part


def _whole(holder: Mapping[str, Any], name: str) -> int:
    number = holder.get(name)
    if not isinstance(number, int) or isinstance(number, bool):
        raise BadRequest(f"no {name}, or no whole number")
    return number
