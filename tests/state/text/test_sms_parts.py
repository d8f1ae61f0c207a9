"""The parts in which an SMS travels, held against another library; and when it is folded to save one."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
import smsutil
from hypothesis import example, given
from hypothesis import strategies as st

from state.text.encoding import ALPHABET, Folding, fold, in_gsm, normalize_typography, septets, utf16_units
from state.text.sms_parts import shortest_sms, split_sms
from tests.support.texts import signs, texts

long_texts = st.text(signs, min_size=60, max_size=300) | st.text(sorted(ALPHABET), min_size=150, max_size=500)


COUNTED = [
    ("", [0]),
    ("a" * 160, [160]),
    ("a" * 161, [153, 8]),
    ("€" * 80, [80]),
    ("€" * 81, [76, 5]),  # each takes two septets, and 153 is odd
    ("a" * 152 + "€" + "b" * 10, [152, 11]),
    ("ɔ" * 70, [70]),
    ("ɔ" * 71, [67, 4]),
    ("😀" * 35, [35]),
    ("😀" * 36, [33, 3]),  # each takes two units, and 67 is odd
    ("ɔ" * 66 + "😀" + "b" * 10, [66, 11]),
    ("ɔ" * 66 + "ɛ\u0301" + "b" * 10, [66, 12]),
    ("ɔ" * 66 + "ɛ\u0301", [68]),
    ("ɔ" + "\u0301" * 70, [67, 4]),  # no letter that anybody writes
    ("b" * 5 + "ɔ" + "\u0301" * 70, [5, 67, 4]),
]


@pytest.mark.parametrize(("text", "signs_each"), COUNTED)
def test_sms_parts_have_the_standard_lengths(text: str, signs_each: list[int]) -> None:
    assert [len(part) for part in split_sms(text)] == signs_each


@given(long_texts)
@example("")
@example("ɔ" + "\u0301" * 200)
def test_parts_join_to_the_text_and_each_fits(text: str) -> None:
    parts = split_sms(text)
    assert "".join(parts) == text
    size, alone, many = (septets, 160, 153) if in_gsm(text) else (utf16_units, 70, 67)
    assert all(0 < size(part) <= many for part in parts) or (len(parts) == 1 and size(text) <= alone)
    for before, part in pairwise(parts):
        # a letter is torn only where it takes more than a part, and has filled one
        assert not is_mark(part[0]) or (all(map(is_mark, before[1:])) and size(before) >= many - 1)


DIFFERENCES = [  # of smsutil
    ("it leaves a letter's marks behind", "ɔ" * 66 + "ɛ\u0301" + "ɔ" * 3),
    ("it takes an escape alone for a letter of the alphabet", "\x1b" * 71),
]


@pytest.mark.parametrize("text", [row[1] for row in DIFFERENCES], ids=[row[0] for row in DIFFERENCES])
def test_smsutil_differs_here(text: str) -> None:
    assert others(text) != list(split_sms(text))


@given(long_texts)
def test_parts_match_smsutil_elsewhere(text: str) -> None:
    text = "".join(sign for sign in text if sign != "\x1b" and not is_mark(sign))
    assert others(text) == list(split_sms(text))


def others(text: str) -> list[str]:
    return [part.content for part in smsutil.split(text).parts]


def is_mark(sign: str) -> bool:
    return unicodedata.category(sign)[0] == "M"


SHORTEST = [
    ("ɔkɔ́", "ɔkɔ́"),
    ("ɔ" * 70, "ɔ" * 70),
    ("ɔ" * 71, "o" * 71),  # one part instead of two
    ("ɔ" * 600, "o" * 600),  # four instead of nine
    ("L’été « ici »", 'L\'été " ici "'),
    ("à" * 161, "à" * 161),  # in the alphabet: no letter is lost for nothing
    ("{" * 70 + "ɔ", "{" * 70 + "o"),
    ("{" * 81 + "ɔ", "{" * 81 + "ɔ"),  # two parts either way
]


@pytest.mark.parametrize(("text", "sent"), SHORTEST)
def test_sms_is_folded_only_to_save_a_part(text: str, sent: str) -> None:
    assert shortest_sms(text, fold) == sent


def test_sms_keeps_letters_of_the_gsm_alphabet() -> None:
    assert shortest_sms("é" * 161, Folding({"é": ""})) == "é" * 161


@given(texts.map(lambda text: text * 8))
def test_shortest_sms_has_the_fewest_parts(text: str) -> None:
    own, folded = normalize_typography(text), fold(text)
    assert len(split_sms(shortest_sms(text, fold))) == min(len(split_sms(own)), len(split_sms(folded))) or in_gsm(own)
