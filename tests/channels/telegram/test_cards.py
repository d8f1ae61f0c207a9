"""A card becomes a Telegram message with buttons, or a text if it exceeds a limit."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.telegram.sender import outgoing
from state.interfaces import Card
from tests.support.telegram_api import complaint

CARD = Card(
    "Quel examen ?", (("3f2a91.1", "BAC"), ("3f2a91.2", "BEPC"), ("3f2a91.0", "Retour"), ("3f2a91.98", "Suite"))
)
ONE = ("3f2a91.1", "BAC")
ROWS = [  # inputs, and how many buttons stand in each row
    (["1"], [1]),
    (["1", "2", "0"], [1, 1, 1]),
    (["1", "0", "00"], [1, 2]),
    (["1", "0", "00", "98"], [1, 3]),
    (["0", "00"], [2]),
    (["98", "1", "0"], [1, 1, 1]),
    (["0", "0", "0", "0"], [1, 3]),
    (["10", "000", "980"], [1, 1, 1]),
]


@pytest.mark.parametrize(("inputs", "widths"), ROWS, ids=[" ".join(inputs) for inputs, _ in ROWS])
def test_navigation_keys_share_the_last_row(inputs: list[str], widths: list[int]) -> None:
    card = Card("Choisissez", tuple((f"3f2a91.{one}", f"Option {one}") for one in inputs))
    rows = outgoing("1", "texte", card)["reply_markup"]["inline_keyboard"]
    assert [len(row) for row in rows] == widths
    assert [one["callback_data"] for row in rows for one in row] == [data for data, _ in card.buttons]


FITS = [
    ("as many buttons as there may be", Card("?", (ONE,) * 100), True),
    ("one button too many", Card("?", (ONE,) * 101), False),
    ("no button", Card("Fin."), False),
    ("the longest label", Card("?", (("m.1", "é" * 64),)), True),
    ("a label too long", Card("?", (("m.1", "é" * 65),)), False),
    ("a label of nothing", Card("?", (ONE, ("m.1", " "))), False),
    ("the longest data", Card("?", (("m." + "1" * 62, "BAC"),)), True),
    ("data too long in bytes, not in characters", Card("?", (("m." + "é" * 32, "BAC"),)), False),
    ("a button without data", Card("?", (("", "BAC"),)), False),
    ("nothing said", Card("\n", (ONE,)), False),
    ("as much said as there may be", Card("é" * 4096, (ONE,)), True),
    ("more said than there may be", Card("é" * 4097, (ONE,)), False),
    ("more said than there may be, in emoji", Card("🎓" * 2049, (ONE,)), False),
]


@pytest.mark.parametrize(("card", "fits"), [row[1:] for row in FITS], ids=[row[0] for row in FITS])
def test_card_above_limits_is_sent_as_text(card: Card, fits: bool) -> None:
    sent = outgoing("1", "Quel examen ?\n1. BAC", card)
    assert ("reply_markup" in sent) == fits
    assert sent["text"] == (card.say if fits else "Quel examen ?\n1. BAC")
    assert complaint(sent) == ""


LABELS = st.text(max_size=70) | st.just("")
CARDS = st.builds(
    Card,
    st.text(max_size=200) | st.integers(4090, 4100).map(lambda size: "é" * size),
    st.lists(st.tuples(st.from_regex(r"[0-9a-f]{0,6}\.?[0-9]{0,3}", fullmatch=True), LABELS), max_size=12).map(tuple)
    | st.integers(98, 102).map(lambda many: (ONE,) * many)
    | st.lists(st.sampled_from([(f"m.{way}", way) for way in ("0", "00", "98")]), max_size=20).map(tuple),
)


@given(card=CARDS, chat=st.integers(1, 2**52))
def test_every_card_gives_a_valid_message(card: Card, chat: int) -> None:
    sent = outgoing(str(chat), "Quel examen ?", card)
    assert complaint(sent) == ""
    assert sent["chat_id"] == chat


def test_fake_telegram_refuses_invalid_messages() -> None:
    good = outgoing("1", "texte", CARD)
    keys = good["reply_markup"]["inline_keyboard"]
    rows: list[Any] = [[], [[]], [keys[0] * 9], [keys[0]] * 101, keys[0], [[{"text": "BAC"}]]]
    rows += [[[{"text": "BAC", "callback_data": "é" * 33}]], [[{"text": "", "callback_data": "m.1"}]]]
    assert complaint(good) == ""
    assert all(complaint(good | {"reply_markup": {"inline_keyboard": wrong}}) for wrong in rows)
    assert all(complaint(good | wrong) for wrong in ({"text": ""}, {"text": "é" * 4097}, {"chat_id": "1"}, {"x": 1}))
