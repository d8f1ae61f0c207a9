"""Telegram's updates are parsed: a table of real ones, and any value in any place."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.contracts.message_channel import ChannelEvent, OptOut
from channels.contracts.request_body import JSON
from channels.telegram.webhook import MAX_BYTES, SERVICE_MESSAGES
from state.errors import BadRequest
from state.interfaces import MAX_TEXT, Inbound, Recipient, Reply
from tests.support.telegram_updates import TELEGRAM, message
from tests.support.webhook_requests import webhook_request

Row = dict[str, Any]

TABLE = Path(__file__).parents[2] / "data" / "payloads" / "telegram.jsonl"
ROWS: list[Row] = [json.loads(line) for line in TABLE.read_text(encoding="utf-8").splitlines()]


async def read(body: bytes, content_type: str = JSON) -> Sequence[ChannelEvent]:
    """What is made of a body, without HTTP in between."""
    TELEGRAM.body_rule.require_type({"Content-Type": content_type})
    return TELEGRAM.read(webhook_request(body))


def event(one: Row) -> ChannelEvent:
    """What a row says that it is read as."""
    fields = dict(one)
    if fields.pop("kind") == "Leaving":
        return OptOut(Recipient(**fields["who"]), fields["for_good"])
    return Inbound(**fields | {"reply_to": Recipient(**fields["reply_to"])})


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
    longest = message(text="a", reply_to_message={"text": "x" * (MAX_BYTES - len(empty))})
    assert await text_of(longest) == "a"
    assert TELEGRAM.body_rule.max_bytes == len(longest)


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
