"""A session in the store, and every other record that one version writes and another may read."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.login_sessions import VISIT, LoginSession
from channels.deferred.inbound_record import decode_inbound, encode_inbound
from channels.outbox.column_values import decode_card
from state.conversation.deferred_answers import DeferredRequest
from state.interfaces import Card, Inbound, Recipient
from state.record_format import RecordFormat, UnknownRecord
from state.session import AWAITED, CARRIED, FORMAT, OLDER, ChatState, LanguageState, Session, deserialize, serialize

FULL = Session(
    "exams.result", "v1", "s1", 1_790_000_000.5, "3*1*12345", 3, 1, 2, {"seat": "12345", AWAITED: "9.5"},
    {"exam": "BAC"}, {"a": "b"}, [("a", "BAC")], True, "Admissible", True,
    LanguageState("fr", "home.welcome", True, True),
    ChatState([("b", "Bac")], True, "m1", ("Dit", [("m1.1", "Un")])), True, 7, "exams.search", "12345",
    ("home.helped", "exams", "service cip"),
)  # fmt: skip
LAST = "serviced call"  # a field that a version to come may add


def as_json(found: Session | None) -> object:
    """The session as JSON has it: pairs are lists there."""
    return orjson.loads(serialize(found)[len(FORMAT) :]) if found else None


# Whoever changes a line of this table changes the format's name beside it, and keeps the fields of the one before in
# OLDER (state/session.py).
FIELDS = {
    b"4:": (
        "screen: str, menu: str, gateway_session_id: str, at: float, last_input: str, hop: int, page: int, pages: int, "
        "answers: dict[str, str], shown: dict[str, str], facts: dict[str, str], rows: list[tuple[str, str]], "
        "resume_prompted: bool, text: str, closed: bool, chosen: str, return_screen: str, "
        "awaiting_first: bool, show_hint: bool, suggested: list[tuple[str, str]], "
        "last_not_understood: bool, mark: str, card: tuple[str, list[tuple[str, str]]] | None, "
        "served: bool, basis: int, looked_up: str, pending: str"
    )
}
VISITS = {3: "name: str, proof: str, csrf: str, began: float, seen: float, device: str"}


GROUPS: dict[str, Any] = {"LanguageState": LanguageState, "ChatState": ChatState}


def described(kind: Any) -> str:
    """The fields in the order of a record; a group stands for its own fields."""
    return ", ".join(
        described(GROUPS[str(one.type)]) if one.type in GROUPS else f"{one.name}: {one.type}"
        for one in fields(kind)
        if kind is not Session or one.name not in CARRIED
    )


def test_changed_fields_need_a_new_format() -> None:
    assert described(Session) == FIELDS[FORMAT]
    assert described(LoginSession) == VISITS[VISIT]


def test_session_round_trip() -> None:
    assert deserialize(serialize(Session("a", "v1", "", 1.0))) == Session("a", "v1", "", 1.0)
    assert serialize(FULL).startswith(FORMAT)
    assert as_json(deserialize(serialize(FULL))) == as_json(FULL)


VALUES = orjson.loads(serialize(FULL)[len(FORMAT) :])
SECOND = VALUES[: OLDER[b"2:"]]  # fields of a session before it had a basis
THIRD = VALUES[: OLDER[b"3:"]]  # before it had words that wait for a choice


@pytest.mark.parametrize("older", [b"", b"2:"])
def test_session_of_an_older_format_is_read(older: bytes) -> None:
    wanted = replace(FULL, basis=0, looked_up="", pending="")
    assert as_json(deserialize(older + orjson.dumps(SECOND))) == as_json(wanted)


def test_session_of_the_format_before_is_read() -> None:
    assert as_json(deserialize(b"3:" + orjson.dumps(THIRD))) == as_json(replace(FULL, pending=""))


def test_version_before_goes_on_with_a_session_and_gives_it_back() -> None:
    assert len(VALUES) == 27
    assert all(isinstance(answer, str) for answer in VALUES[8].values())
    later = [*VALUES]
    later[5] += 1  # it answered a hop, and has not shown the question
    assert as_json(deserialize(FORMAT + orjson.dumps(later))) == as_json(replace(FULL, hop=4, survey=()))
    plain = [*VALUES[:8], {"seat": "12345"}, *VALUES[9:]]  # as it writes them where a journey began
    wanted = replace(FULL, answers={"seat": "12345"}, survey=())
    assert as_json(deserialize(FORMAT + orjson.dumps(plain))) == as_json(wanted)


def test_time_of_the_first_hop_outlives_a_journey() -> None:
    session = deserialize(serialize(FULL))
    assert session
    session.clear_journey()
    assert session.answers == {AWAITED: "9.5"}
    assert Session("a", "v1", "", 1.0).answers == {}


@pytest.mark.parametrize("newer", [b"5:", b"6:", b"12:"])
def test_session_of_a_newer_format_is_read_without_the_fields_that_came_after(newer: bytes) -> None:
    assert as_json(deserialize(newer + orjson.dumps([*VALUES, LAST]))) == as_json(FULL)


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        b"5:" + orjson.dumps(VALUES[:-1]),
        b"6" * 5000 + b":" + orjson.dumps([*VALUES, LAST]),
        b"-6:" + orjson.dumps([*VALUES, LAST]),
        b"calls 6:" + orjson.dumps([*VALUES, LAST]),
        FORMAT + orjson.dumps([*VALUES[:8], None, *VALUES[9:]]),
        FORMAT + orjson.dumps([*VALUES, LAST]),
        FORMAT + orjson.dumps(VALUES[:-1]),
        orjson.dumps([*SECOND, LAST]),
        orjson.dumps([LAST, *SECOND]),
        orjson.dumps(SECOND[:-1]),
        FORMAT + b"{}",
        FORMAT + b"7",
        FORMAT + orjson.dumps("a" * len(VALUES)),
        FORMAT + b"null",
        b"12",
        b"\xff\xfe",
    ],
)
def test_record_of_another_format_is_no_session(stored: bytes) -> None:
    assert deserialize(stored) is None


@given(st.binary(max_size=40))
def test_random_bytes_are_no_session(odd: bytes) -> None:
    assert deserialize(odd) is None
    assert deserialize(FORMAT + odd) is None


def test_version_without_formats_cannot_read_todays_sessions() -> None:
    with pytest.raises(orjson.JSONDecodeError):  # which it took for a session that is too different
        orjson.loads(serialize(FULL))


MESSAGE = Inbound(
    "telegram",
    "tg:1",
    "",
    "BAC 12345",
    inputs_are_cumulative=False,
    message="7",
    reply_to=Recipient("telegram", "1", 5.0),
)


def test_deferred_message_is_read_without_newer_fields() -> None:
    assert decode_inbound(encode_inbound(MESSAGE)) == MESSAGE
    record = orjson.loads(encode_inbound(MESSAGE))
    del record["pressed"]
    assert decode_inbound(orjson.dumps(record)) == MESSAGE
    alone = replace(MESSAGE, reply_to=None)
    assert decode_inbound(encode_inbound(alone)) == alone


@pytest.mark.parametrize("odd", [{"format": 2}, {"tone": "formal"}, {"to": {"gateway": "sms", "sim": 2}}, {"to": 7}])
def test_message_of_another_version_is_refused(odd: dict[str, object]) -> None:
    with pytest.raises(UnknownRecord, match="another version of Zin"):
        decode_inbound(orjson.dumps({**orjson.loads(encode_inbound(MESSAGE)), **odd}))


@pytest.mark.parametrize("record", [b"", b"[]", b"null", b'{"key": "k"}', b'{"format": 9}'])
def test_malformed_deferred_request_is_refused(record: bytes) -> None:
    with pytest.raises(UnknownRecord, match=r"no object|another version"):
        RecordFormat(DeferredRequest).fields_of(record)


def test_card_of_another_version_is_ignored() -> None:
    assert decode_card('["Dit",[["m1.1","Un"]]]') == Card("Dit", (("m1.1", "Un"),))
    for odd in (
        "",
        '{"say":"Dit","buttons":[]}',
        '["Dit",[],"picture"]',
        '["Dit",[["a","b","c"]]]',
        "[",
        "7",
        '["a",3]',
    ):
        assert decode_card(odd) is None
