"""Telegram's updates: a table of real ones, the secret that comes with them, anything in any place, and the thanks."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from aiohttp import StreamReader, web
from aiohttp.test_utils import TestClient, TestServer, make_mocked_request
from hypothesis import given
from hypothesis import strategies as st

from channels.contracts.message_channel import ChannelEvent, OptOut
from channels.contracts.request_body import JSON
from channels.telegram.webhook import HEADER, MOST_BYTES, SERVICE_MESSAGES, Telegram
from state.errors import BadRequest, Unauthenticated
from state.interfaces import MAX_TEXT, Card, Inbound, Recipient, Reply
from tests.support.telegram_api import complaint

SECRET = b"a-word_that-comes-with-updates"
TELEGRAM = Telegram((SECRET,))
CHAT = 7_000_000_001
Row = dict[str, Any]
Client = TestClient[Any, Any]

TABLE = Path(__file__).parents[2] / "data" / "payloads" / "telegram.jsonl"
ROWS: list[Row] = [json.loads(line) for line in TABLE.read_text(encoding="utf-8").splitlines()]


async def read(body: bytes, content_type: str = JSON) -> Sequence[ChannelEvent]:
    """What is made of a body, without HTTP in between."""
    payload = StreamReader(mock.Mock(), 2**16, loop=asyncio.get_running_loop())
    payload.feed_data(body)
    payload.feed_eof()
    return await TELEGRAM.read(
        make_mocked_request("POST", "/telegram", headers={"Content-Type": content_type}, payload=payload)
    )


def event(one: Row) -> ChannelEvent:
    """What a row says that it is read as."""
    fields = dict(one)
    if fields.pop("kind") == "Leaving":
        return OptOut(Recipient(**fields["who"]), fields["for_good"])
    return Inbound(**fields | {"reply_to": Recipient(**fields["reply_to"])})


def message(**fields: Any) -> bytes:
    chat = {"id": CHAT, "first_name": "Sika", "type": "private"}
    return json.dumps(
        {"update_id": 1, "message": {"message_id": 1, "chat": chat, "date": 1790000000} | fields}
    ).encode()


async def text_of(body: bytes) -> str:
    (said,) = await read(body)
    assert isinstance(said, Inbound)
    return said.text


@pytest.mark.parametrize("row", ROWS, ids=[row["what"] for row in ROWS])
async def test_every_real_update_is_read_as_written(row: Row) -> None:
    if row.get("unreadable"):
        with pytest.raises(BadRequest):
            await read(row["body"].encode(), row["content_type"])
    else:
        assert list(await read(row["body"].encode(), row["content_type"])) == [event(one) for one in row["said"]]


MEANT = [
    ("/start", "00"),
    ("/START", "00"),
    ("/start ", "00"),
    ("/start@zin_bj_bot", "00"),
    ("/start bac_12345", "bac 12345"),
    ("/start a_b_c", "a b c"),
    ("/starter", "starter"),
    ("/AIDE", "AIDE"),
    ("/aide@zin_bj_bot", "aide"),
    ("/bac@zin_bj_bot 12345", "bac 12345"),
    ("/bac_a 1_2", "bac_a 1_2"),
    ("/état civil", "état civil"),
    ("/", ""),
    ("/@zin_bj_bot", ""),
    (" /aide", "aide"),
    ("bac@12345", "bac@12345"),
    ("1/2", "1/2"),
    ("", ""),
]


@pytest.mark.parametrize(("typed", "text"), MEANT, ids=[row[0] for row in MEANT])
async def test_command_loses_its_slash(typed: str, text: str) -> None:
    assert await text_of(message(text=typed)) == text


async def test_a_text_longer_than_any_screen_is_cut() -> None:
    assert await text_of(message(text="é" * 5000)) == "é" * MAX_TEXT
    assert len(await text_of(message(caption="/" + "é" * 5000))) <= MAX_TEXT


@pytest.mark.parametrize("key", sorted(SERVICE_MESSAGES))
async def test_service_messages_are_ignored(key: str) -> None:
    assert await read(message(**{key: {"anything": 1}})) == ()


@pytest.mark.parametrize("key", ["sticker", "voice", "video_note", "document", "poll", "dice", "story", "venue", "new"])
async def test_message_without_text_is_answered(key: str) -> None:
    assert await text_of(message(**{key: {"anything": 1}})) == ""


async def test_body_is_read_up_to_its_limit() -> None:
    empty = message(text="a", reply_to_message={"text": ""})
    longest = message(text="a", reply_to_message={"text": "x" * (MOST_BYTES - len(empty))})
    assert await text_of(longest) == "a"
    with pytest.raises(BadRequest):
        await read(longest + b" ")


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded"])
async def test_a_body_of_another_type_is_not_read(content_type: str) -> None:
    with pytest.raises(BadRequest):
        await read(message(text="a"), content_type)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.integers(2**62, 2**70) | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
UPDATES = [json.loads(row["body"]) for row in ROWS if not row.get("unreadable")]


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each value inside this one."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inside:
        yield (*way, key)
        yield from places(one, (*way, key))


async def bears(body: bytes) -> None:
    """Fails if the body is neither refused nor read as something that can be answered."""
    try:
        every = await read(body)
    except BadRequest:
        return
    for said in every:
        if isinstance(said, Inbound):
            assert said.reply_to is not None
            assert said.citizen == f"tg:{said.reply_to.address}"
            assert len(said.text) <= 4096
            assert TELEGRAM.replies_inline(said) == (said.session == "")
            TELEGRAM.acknowledge(said, Reply("Bonjour", ends_session=False))


@given(data=st.data())
async def test_anything_may_stand_in_any_place(data: st.DataObject) -> None:
    update = copy.deepcopy(data.draw(st.sampled_from(UPDATES)))
    *way, last = data.draw(st.sampled_from(list(places(update))))
    holder = update
    for key in way:
        holder = holder[key]
    if data.draw(st.booleans()):
        holder[last] = data.draw(ANYTHING)
    else:
        del holder[last]
    await bears(json.dumps(update).encode())


@given(update=st.dictionaries(st.sampled_from(["update_id", "message", "edited_message", "callback_query"]), ANYTHING))
async def test_anything_may_be_an_update(update: Any) -> None:
    await bears(json.dumps(update).encode())


@given(body=st.binary(max_size=300) | st.text(max_size=200).map(str.encode) | st.just(b"[" * 60_000))
async def test_there_is_one_word_for_nonsense(body: bytes) -> None:
    with pytest.raises(BadRequest):
        await read(body)


KNOWN = [SECRET.decode(), f" {SECRET.decode()} "]  # what stands around a header's value is none of it
STRANGE = ["", "wrong", SECRET.decode().upper(), SECRET.decode() + "x", SECRET.decode()[:-1], "é", "a" * 5000]


@pytest.mark.parametrize("given_word", STRANGE, ids=[ascii(word[:12]) for word in STRANGE])
def test_a_stranger_is_turned_away(given_word: str) -> None:
    with pytest.raises(Unauthenticated):
        TELEGRAM.verify(make_mocked_request("POST", "/telegram", headers={HEADER: given_word}))


def test_request_without_secret_is_refused() -> None:
    with pytest.raises(Unauthenticated):
        TELEGRAM.verify(make_mocked_request("POST", "/telegram"))


@given(word=st.text())
def test_wrong_secret_is_refused_without_error(word: str) -> None:
    for telegram in (TELEGRAM, Telegram(("clé-é".encode(),)), Telegram((b"",)), Telegram(())):
        if word.encode("utf-8", "surrogatepass") not in telegram.secrets or not word:
            with pytest.raises(Unauthenticated):
                telegram.verify(make_mocked_request("POST", "/telegram", headers={HEADER: word}))


def test_empty_secret_is_never_accepted() -> None:
    for headers in ({}, {HEADER: ""}):
        with pytest.raises(Unauthenticated):
            Telegram((b"",)).verify(make_mocked_request("POST", "/telegram", headers=headers))


def test_the_secret_is_not_shown() -> None:
    assert SECRET.decode() not in repr(TELEGRAM)


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    """The mailbox behind a real server that lets other requests be no longer than 8 KiB."""

    async def enter(request: web.Request) -> web.Response:
        try:
            TELEGRAM.verify(request)
            return web.json_response([getattr(said, "text", "") for said in await TELEGRAM.read(request)])
        except Unauthenticated:
            return web.Response(status=403)
        except BadRequest as wrong:
            return web.Response(text=str(wrong))

    app = web.Application(client_max_size=8192)
    app.router.add_post(TELEGRAM.path, enter)
    async with TestClient(TestServer(app)) as client:
        yield client


async def posted(client: Client, body: bytes, secret: str = SECRET.decode(), **headers: str) -> tuple[int, str]:
    sent = {HEADER: secret, "Content-Type": JSON} | headers
    async with client.post(TELEGRAM.path, data=body, headers=sent) as answer:
        return answer.status, await answer.text()


@pytest.mark.parametrize("word", KNOWN, ids=["as it is", "with spaces around it"])
async def test_over_http_telegram_is_let_in(client: Client, word: str) -> None:
    assert await posted(client, message(text="bonjour"), word) == (200, '["bonjour"]')


@pytest.mark.parametrize("word", [b"wrong", b"", b"\xff\xfe", "clé".encode(), "clé".encode("latin-1"), b"\xed\xa0\x80"])
async def test_any_bytes_of_a_stranger_get_403(client: Client, word: bytes) -> None:
    body, server = message(text="bonjour"), client.server
    assert isinstance(server, TestServer)
    reader, writer = await asyncio.open_connection(server.host, server.port)
    head = f"POST /telegram HTTP/1.1\r\nHost: zin\r\nContent-Length: {len(body)}\r\nContent-Type: {JSON}\r\n"
    writer.write(head.encode() + HEADER.encode() + b": " + word + b"\r\nConnection: close\r\n\r\n" + body)
    assert (await reader.readline()).split()[1] == b"403"
    writer.close()
    await writer.wait_closed()


async def test_long_update_is_read_over_http(client: Client) -> None:
    assert await posted(client, message(text="a", quote={"text": "é" * 9000})) == (200, '["a"]')
    assert await posted(client, message(text="x" * MOST_BYTES)) == (200, f"more than {MOST_BYTES} bytes")
    assert await posted(client, b"no gzip", **{"Content-Encoding": "gzip"}) == (200, "broken body")


WRITTEN = Inbound("telegram", f"tg:{CHAT}", "", "1", False, message="1", reply_to=Recipient("telegram", str(CHAT)))
PRESSED = Inbound("telegram", f"tg:{CHAT}", "q1", "1", False, message="2", reply_to=Recipient("telegram", str(CHAT)))
CARD = Card("Quel examen ?", (("3f2a91.1", "BAC"), ("3f2a91.0", "Retour"), ("3f2a91.00", "Accueil")))
REPLY = Reply("Quel examen ?\n1. BAC\n0. Retour\n00. Accueil", ends_session=False, card=CARD)


def thanks(inbound: Inbound | None, reply: Reply | None) -> dict[str, Any]:
    response = TELEGRAM.acknowledge(inbound, reply)
    assert (response.status, response.content_type) == (200, JSON)
    assert isinstance(response.body, bytes)
    read_back: dict[str, Any] = json.loads(response.body)
    return read_back


def test_response_carries_the_reply() -> None:
    assert TELEGRAM.replies_inline(WRITTEN)
    assert thanks(WRITTEN, REPLY) == {
        "method": "sendMessage",
        "chat_id": CHAT,
        "text": "Quel examen ?",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {
            "inline_keyboard": [
                [{"text": "BAC", "callback_data": "3f2a91.1"}],
                [
                    {"text": "Retour", "callback_data": "3f2a91.0"},
                    {"text": "Accueil", "callback_data": "3f2a91.00"},
                ],
            ]
        },
    }


@pytest.mark.parametrize(
    "card", [None, Card(""), Card("Fin."), Card("", CARD.buttons), Card("?", (("m.1", "x" * 65),))]
)
def test_reply_without_valid_card_is_text(card: Card | None) -> None:
    response = thanks(WRITTEN, Reply(REPLY.text, ends_session=True, card=card))
    assert (response["text"], "reply_markup" in response) == (REPLY.text, False)


@pytest.mark.parametrize("reply", [None, REPLY], ids=["answered later", "answered now"])
def test_pressed_button_is_acknowledged_and_answered_separately(reply: Reply | None) -> None:
    assert not TELEGRAM.replies_inline(PRESSED)
    assert thanks(PRESSED, reply) == {"method": "answerCallbackQuery", "callback_query_id": "q1"}


@pytest.mark.parametrize(("inbound", "reply"), [(None, None), (None, REPLY), (WRITTEN, None)])
def test_event_without_reply_gets_an_empty_response(inbound: Inbound | None, reply: Reply | None) -> None:
    response = TELEGRAM.acknowledge(inbound, reply)
    assert (response.status, response.body) == (200, None)


BUTTONS = st.lists(st.tuples(st.from_regex(r"[0-9a-f]{6}\.[0-9]{1,3}", fullmatch=True), st.text(max_size=70)))


@given(text=st.text(min_size=1, max_size=4096).filter(str.strip), say=st.text(), buttons=BUTTONS)
def test_telegram_takes_any_answer(text: str, say: str, buttons: list[tuple[str, str]]) -> None:
    reply = Reply(text[:2000], ends_session=False, card=Card(say, tuple(buttons)))
    if reply.text.strip():
        assert complaint(thanks(WRITTEN, reply)) == ""
