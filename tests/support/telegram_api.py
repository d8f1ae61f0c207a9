"""Telegram's API on this machine: a real HTTP server that refuses what Telegram refuses, and fails on demand."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.support.sms_gateway import FakeAnswer

TOKEN = "110201543:a-token-of-the-tests"
CHAT = 7_000_000_001  # beyond 32 bits, as new ones are


def complaint(sent: Mapping[str, Any]) -> str:
    """What Telegram would have against a sendMessage, "" for nothing. Source: core.telegram.org/bots/api#sendmessage"""
    text = sent.get("text")
    if not isinstance(sent.get("chat_id"), int):
        return "chat_id is empty"
    if not isinstance(text, str) or not text.strip():
        return "message text is empty"
    if len(text.encode("utf-16-le")) // 2 > 4096:
        return "message is too long"
    if unknown := sent.keys() - {"method", "chat_id", "text", "reply_markup", "link_preview_options"}:
        return f"unknown parameters: {unknown}"
    return _keyboard(sent["reply_markup"]) if "reply_markup" in sent else ""


def _keyboard(markup: Any) -> str:
    if not isinstance(markup, dict) or list(markup) != ["inline_keyboard"]:
        return "object expected as reply markup"
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        return "field inline_keyboard must be an Array of Arrays"
    if not all(1 <= len(row) <= 8 for row in rows) or not 1 <= sum(map(len, rows)) <= 100:
        return "reply markup is too long"
    return next(filter(None, (_button(one) for row in rows for one in row)), "")


def _button(button: Any) -> str:
    if not isinstance(button, dict) or set(button) != {"text", "callback_data"}:
        return "inline keyboard button must have exactly one action"
    if not button["text"].strip():
        return "BUTTON_TEXT_INVALID"
    return "" if 1 <= len(button["callback_data"].encode()) <= 64 else "BUTTON_DATA_INVALID"


class FakeTelegram:
    """One bot's server. instead: what is answered, whatever is called; known: what it says of the webhook besides."""

    def __init__(self) -> None:
        self.instead: FakeAnswer | None = None
        self.known: dict[str, Any] = {"pending_update_count": 0}
        self.webhook: dict[str, Any] = {}
        self.chats = {CHAT}
        self.called: list[tuple[str, dict[str, Any]]] = []
        self.connections: set[Any] = set()
        self.url = ""

    @property
    def messages(self) -> Sequence[Mapping[str, Any]]:
        return [fields for method, fields in self.called if method == "sendMessage"]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        method, fields = request.match_info["method"], await request.json()
        self.called.append((method, fields))
        assert request.transport
        self.connections.add(request.transport.get_extra_info("peername"))
        if self.instead is not None:
            return await self.instead.send(request.transport)
        return self._act(method, fields) if request.match_info["token"] == TOKEN else _failed(401, "Unauthorized")

    def _act(self, method: str, fields: dict[str, Any]) -> web.Response:
        match method:
            case "sendMessage":
                return self._send(fields)
            case "setWebhook":
                return self._set(fields)
            case "getWebhookInfo":
                return _done({"url": self.webhook.get("url", ""), "has_custom_certificate": False} | self.known)
            case "getMe":
                return _done({"id": 110201543, "is_bot": True, "first_name": "Zin", "username": "zin_bj_bot"})
        return _failed(404, "Not Found")

    def _send(self, fields: dict[str, Any]) -> web.Response:
        if wrong := complaint(fields):
            return _failed(400, f"Bad Request: {wrong}")
        if fields["chat_id"] not in self.chats:
            return _failed(400, "Bad Request: chat not found")
        chat = {"id": fields["chat_id"], "type": "private"}
        return _done({"message_id": len(self.messages), "date": 1790000000, "chat": chat})

    def _set(self, fields: dict[str, Any]) -> web.Response:
        if not fields["url"].startswith("https://"):
            return _failed(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if not set(fields["secret_token"]) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"):
            return _failed(400, "Bad Request: secret token contains unallowed characters")
        self.webhook = fields
        return _done(True)


def failure(code: int, description: str, **parameters: int) -> FakeAnswer:
    """How Telegram says no."""
    body = {"ok": False, "error_code": code, "description": description}
    return FakeAnswer(json.dumps(body | ({"parameters": parameters} if parameters else {})), code)


def _failed(code: int, description: str) -> web.Response:
    return failure(code, description).as_response()


def _done(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


@asynccontextmanager
async def fake_telegram() -> AsyncIterator[FakeTelegram]:
    """The API, listening as long as this context lasts."""
    telegram, app = FakeTelegram(), web.Application()
    app.router.add_post("/bot{token}/{method}", telegram.answer)
    server = TestServer(app)
    await server.start_server(shutdown_timeout=0.1)
    try:
        telegram.url = str(server.make_url("")).rstrip("/")
        yield telegram
    finally:
        await server.close()
