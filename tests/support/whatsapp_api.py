"""WhatsApp's Cloud API on this machine: a real HTTP server that refuses what Meta refuses, and fails on demand.

Limits: developers.facebook.com/documentation/business-messaging/whatsapp, messages/interactive-reply-buttons-messages,
messages/interactive-list-messages and templates/components.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from channels.contracts.sender import Message
from settings import Settings
from state.interfaces import Card
from tests.support.sms_gateway import FakeAnswer

TOKEN = "a-token-of-the-tests"
PHONE_ID = "1122078533503"
TEMPLATE = {"name": "zin_info", "language": {"code": "fr"}}
Json = Mapping[str, Any]

PHONE, NOW = "2290190000001", 1764000000.0
CARD = Card("Quel examen ?", (("3f2a91.1", "BAC"), ("3f2a91.2", "BEPC"), ("3f2a91.0", "Retour")))
MESSAGE = Message("k1", "whatsapp", PHONE, "Quel examen ?\n1 BAC\n2 BEPC\n0 Retour", card=CARD, last_inbound_at=NOW - 5)
SECRETS = (TOKEN, "the-secret-of-the-app-of-tests", "a-word-of-our-own-choice")


def settings(url: str, **more: Any) -> Settings:
    given: dict[str, Any] = {
        "whatsapp_token": SecretStr(TOKEN),
        "whatsapp_app_secret": SecretStr(SECRETS[1]),
        "whatsapp_verify_token": SecretStr(SECRETS[2]),
        "whatsapp_phone_id": PHONE_ID,
        "whatsapp_url": url,
    }
    return Settings(**given | more)


def complaint(sent: Json) -> str:
    """What Meta would have against a message, "" for nothing."""
    head = {"messaging_product": "whatsapp", "recipient_type": "individual"}
    kind = sent.get("type")
    if {name: sent.get(name) for name in head} != head or kind not in ("text", "interactive", "template"):
        return "not the head of a message"
    to = sent.keys() - {*head, "type", kind}
    if to == {"to"} and not re.fullmatch(r"[0-9]{4,20}", str(sent["to"])):
        return "to is no phone number"
    if to == {"recipient"} and not re.fullmatch(r"[A-Z]{2}\.[0-9A-Za-z.]{1,132}", str(sent["recipient"])):
        return "recipient is no user id"
    if to not in ({"to"}, {"recipient"}):
        return f"fields: {sorted(to)}"
    return next({"text": _text, "interactive": _interactive, "template": _template}[kind](sent[kind]), "")


def _text(text: Json) -> Iterator[str]:
    if set(text) != {"preview_url", "body"} or text["preview_url"] is not False:
        yield "fields of a text"
    yield from _long("body", text["body"], 4096)


def _interactive(interactive: Json) -> Iterator[str]:
    if set(interactive) != {"type", "body", "action"} or set(interactive["body"]) != {"text"}:
        yield "fields of an interactive message"
    yield from _long("body", interactive["body"]["text"], 1024)
    yield from {"button": _buttons, "list": _list}[interactive["type"]](interactive["action"])


def _buttons(action: Json) -> Iterator[str]:
    buttons = action["buttons"]
    if set(action) != {"buttons"} or not 1 <= len(buttons) <= 3:
        yield "number of buttons"
    if any(set(one) != {"type", "reply"} or one["type"] != "reply" for one in buttons):
        yield "kind of button"
    yield from _choices([one["reply"] for one in buttons], 256, 20)


def _list(action: Json) -> Iterator[str]:
    yield from _long("button", action["button"], 20)
    sections = action["sections"]
    if set(action) != {"button", "sections"} or not 1 <= len(sections) <= 10:
        yield "number of sections"
    if len(sections) > 1 and not all(one.get("title") for one in sections):
        yield "a section without a title"
    rows = [row for section in sections for row in section["rows"]]
    if not 1 <= len(rows) <= 10:
        yield "number of rows"
    for row in rows:
        if "description" in row:
            yield from _long("description", row["description"], 72)
    yield from _choices([{"id": row["id"], "title": row["title"]} for row in rows], 200, 24)


def _choices(choices: list[Json], longest_id: int, longest_title: int) -> Iterator[str]:
    for name, longest in (("id", longest_id), ("title", longest_title)):
        values = [one[name] for one in choices]
        if len(set(values)) != len(values):
            yield f"two of the same {name}"
        for value in values:
            yield from _long(name, value, longest)
            if value != value.strip():
                yield f"spaces around a {name}"


def _template(template: Json) -> Iterator[str]:
    (body,) = template["components"]
    (variable,) = body["parameters"]
    if set(template) != {"name", "language", "components"} or (body["type"], variable["type"]) != ("body", "text"):
        yield "fields of a template"
    yield from _long("variable", variable["text"], 1024)
    if re.search(r"[\n\t]| {5}", variable["text"]):
        yield "new lines, tabs or more than four spaces in a variable"


def _long(name: str, value: Any, longest: int) -> Iterator[str]:
    if not isinstance(value, str) or not value.strip() or len(value.encode("utf-16-le")) // 2 > longest:
        yield f"length of {name}"


def failure(code: int | str, status: int = 400, **headers: str) -> FakeAnswer:
    """How Meta says no."""
    error = {"message": f"(#{code}) No", "type": "OAuthException", "code": code, "fbtrace_id": "A1"}
    return FakeAnswer(json.dumps({"error": error}), status, headers=headers)


class CloudApi:
    """One number's server. instead: what is answered in turn, whatever is asked; the last one again and again."""

    def __init__(self) -> None:
        self.instead: list[FakeAnswer] = []
        self.messages: list[dict[str, Any]] = []
        self.hears: Callable[[Json], None] = lambda _: None  # each message that is taken
        self.connections: set[Any] = set()
        self.url = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.method == "POST":
            self.messages.append(await request.json())
        assert request.transport
        self.connections.add(request.transport.get_extra_info("peername"))
        if self.instead:
            response = self.instead.pop(0) if len(self.instead) > 1 else self.instead[0]
        else:
            response = self._meant(request)
        return await response.send(request.transport)

    def _meant(self, request: web.Request) -> FakeAnswer:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return failure(190, 401)
        if request.match_info["phone_id"] != PHONE_ID:
            return failure(100)
        if request.method == "GET":
            number = {"display_phone_number": "+229 01 61 00 00 00", "verified_name": "Zin", "quality_rating": "GREEN"}
            names = request.query["fields"].split(",")
            return FakeAnswer(json.dumps({name: number[name] for name in names} | {"id": PHONE_ID}), 200)
        sent = self.messages[-1]
        if wrong := complaint(sent):
            return FakeAnswer(json.dumps({"error": {"code": 131009, "error_data": {"details": wrong}}}), 400)
        if sent["type"] == "template" and {name: sent["template"][name] for name in TEMPLATE} != TEMPLATE:
            return failure(132001, 404)
        self.hears(sent)
        return FakeAnswer(took(f"wamid.out{len(self.messages)}"), 200)


def took(named: str) -> str:
    """What Meta says of a message that it took."""
    contact = {"input": "2290190000001", "wa_id": "22990000001"}
    return json.dumps({"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": named}]})


@asynccontextmanager
async def cloud_api() -> AsyncIterator[CloudApi]:
    """The API, listening as long as this context lasts."""
    api, app = CloudApi(), web.Application()
    app.router.add_post("/v23.0/{phone_id}/messages", api.answer)
    app.router.add_get("/v23.0/{phone_id}", api.answer)
    server = TestServer(app)
    await server.start_server(shutdown_timeout=0.1)
    try:
        api.url = str(server.make_url("/v23.0"))
        yield api
    finally:
        await server.close()
