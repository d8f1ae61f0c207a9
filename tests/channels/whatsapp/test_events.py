"""WhatsApp's notices: a table of real ones, and anything in any place of them."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.contracts.message_channel import ChannelEvent, DeliveryReport, OptOut, UnknownReport
from channels.whatsapp.events import reference
from channels.whatsapp.webhook import Whatsapp
from state.errors import BadRequest
from state.interfaces import MAX_TEXT, Inbound, Recipient
from tests.support.whatsapp_payloads import PHONE_ID, SECRET, WORD, message, notice, read

Row = dict[str, Any]

TABLE = Path(__file__).parents[2] / "data" / "payloads" / "whatsapp.jsonl"
ROWS: list[Row] = [json.loads(line) for line in TABLE.read_text(encoding="utf-8").splitlines()]
MADE: dict[Any, Any] = {"Inbound": Inbound, "Report": DeliveryReport, "Leaving": OptOut, "Unknown": UnknownReport}


def event(one: Row) -> ChannelEvent:
    """What a row says that a part of it is read as."""
    fields = {name: Recipient(**value) if isinstance(value, dict) else value for name, value in one.items()}
    made = MADE[fields.pop("kind")]
    said: ChannelEvent = made(**fields)
    return said


@pytest.mark.parametrize("row", ROWS, ids=[row["what"] for row in ROWS])
async def test_every_real_notice_is_read_as_written(row: Row) -> None:
    if row.get("unreadable"):
        with pytest.raises(BadRequest):
            await read(row["body"].encode())
    else:
        assert list(await read(row["body"].encode())) == [event(one) for one in row["said"]]


@pytest.mark.parametrize("what", ["a text", "a message was read"])
async def test_only_our_number_is_heard(what: str) -> None:
    row = next(row for row in ROWS if row["what"] == what)
    assert len(await read(row["body"].encode(), channel=Whatsapp((SECRET,), (WORD.encode(),), PHONE_ID))) == 1
    assert not await read(row["body"].encode(), channel=Whatsapp((SECRET,), (WORD.encode(),), "1122078533504"))


MEANT = [  # what a button sends, the mark, the words
    ("3f2a91.12", "3f2a91", "12"),
    ("3f2a91.1.2", "3f2a91", "1.2"),
    ("menu", "", "menu"),
    ("3f2a91.", "", "3f2a91."),
    (".12", "", ".12"),
    ("", "", ""),
]


@pytest.mark.parametrize(("sends", "mark", "text"), MEANT)
@pytest.mark.parametrize("kind", ["list_reply", "button_reply"])
async def test_a_button_sends_its_mark_and_its_words(kind: str, sends: str, mark: str, text: str) -> None:
    pressed = {"type": kind, kind: {"id": sends, "title": "Passeport"}}
    (said,) = await read(notice(message(type="interactive", interactive=pressed)))
    assert isinstance(said, Inbound)
    assert (said.button_mark, said.text) == (mark, text)


async def test_a_very_long_text_is_cut() -> None:
    (said,) = await read(notice(message(text={"body": "é" * 5000})))
    assert isinstance(said, Inbound)
    assert said.text == "é" * MAX_TEXT


IMPOSSIBLE: dict[str, list[Any]] = {
    "from": ["bla", "+2290190000001", "", "٢٢٩", "2" * 21, "us.1234", "US.", 229, ["2290190000001"]],
    "id": [None, "", "é", "a b", "x" * 513, 7, {}],
    "timestamp": [None, "", "0", "-1", "1e9", "bla", 0, -1, 1.5, True, "9" * 12, []],
    "text": [None, "BAC", {}, {"body": None}, {"body": ["BAC"]}],
    "type": [None, "", "hologram", ["text"], {}, 1],
    "group_id": ["555884821"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in IMPOSSIBLE.items() for value in values])
async def test_an_impossible_field_takes_its_own_message_only(name: str, value: Any) -> None:
    said = await read(notice(message(**{name: value}), message(id="wamid.next")))
    assert [one.message for one in said if isinstance(one, Inbound)] == ["wamid.next"]


UNREADABLE = [
    b"",
    b"null",
    b"[]",
    b'"text"',
    b"{}",
    b"\xff\xfe{",
    b'{"object": "page", "entry": []}',
    b'{"object": ["whatsapp_business_account"]}',
    b'{"object":' + b"[" * 100_000,
    b'{"object": ' + b"9" * 5000 + b"}",
]


@pytest.mark.parametrize("body", UNREADABLE, ids=lambda body: str(body[:30]))
async def test_signed_body_without_content_is_a_bad_request(body: bytes) -> None:
    with pytest.raises(BadRequest):
        await read(body)


def places(part: Any, where: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a notice, from the whole to its last words."""
    yield where
    inside = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, below in inside:
        yield from places(below, (*where, key))


def put(whole: Any, where: tuple[Any, ...], value: Any) -> Any:
    if not where:
        return value
    holder = whole = copy.deepcopy(whole)
    for key in where[:-1]:
        holder = holder[key]
    holder[where[-1]] = value
    return whole


REAL = [json.loads(row["body"]) for row in ROWS if not row.get("unreadable")]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside, max_size=3),
    max_leaves=8,
)


@settings(max_examples=500)
@given(data=st.data())
async def test_anything_may_stand_in_any_place(data: st.DataObject) -> None:
    real = data.draw(st.sampled_from(REAL))
    where = data.draw(st.sampled_from(list(places(real))))
    body = json.dumps(put(real, where, data.draw(ANYTHING))).encode()
    try:
        said = await read(body)
    except BadRequest:
        assert where in ((), ("object",))
        return
    for one in said:
        assert isinstance(one, Inbound | DeliveryReport | OptOut | UnknownReport)
        json.dumps(asdict(one), ensure_ascii=False).encode()  # nothing that could not be kept or sent


@given(body=ANYTHING.map(lambda payload: json.dumps(payload).encode()) | st.binary(max_size=200))
async def test_any_nonsense_is_a_bad_request(body: bytes) -> None:
    with pytest.raises(BadRequest):
        await read(body)


def test_reference_hides_the_number_and_fits_outbox() -> None:
    named = "wamid.HBgNMjI5MDE5MDAwMDAwMRUCABEYEjgxQkVFRDVBQTVDODFDOTg3MQA="  # 2290190000001, in base64
    assert reference(named) == reference(named) != reference(named[:-1])
    assert "MDE5MDAwMDAwM" not in reference(named)
    assert {len(reference(one)) for one in (named, "w", "w" * 512)} == {32}
