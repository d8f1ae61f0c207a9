"""Words of a message, without what stands around them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.interfaces import MAX_TEXT
from state.text.message_words import MAX_WORDS, peel, split_words

WORDS = [
    ("*BAC 12345*", ["BAC", "12345"]),
    ("« BAC 12345 »", ["BAC", "12345"]),
    ("BAC n°12345.", ["BAC", "n", "12345"]),
    ("EX-000001 / 05/03/1990", ["EX-000001", "05/03/1990"]),
    ("12345/12346", ["12345", "12346"]),
    ("12345.Merci", ["12345", "Merci"]),
    ("BAC 12345\r\n--\r\nEnvoyé de mon mobile 90000001", ["BAC", "12345"]),
    ("BAC 12345\nSent from my phone", ["BAC", "12345"]),
    ("BAC -- 12345", ["BAC", "12345"]),
    ("BAC １２３４５ ①", ["BAC", "12345", "①"]),
    ("12\x00345", ["12345"]),
    ("s'il vous plaît", ["s", "il", "vous", "plaît"]),
    ("🙏", []),
]


@pytest.mark.parametrize(("text", "words"), WORDS)
def test_text_is_split_into_words(text: str, words: list[str]) -> None:
    assert [word.typed for word in split_words(text)] == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("table12345", ["table", "12345"]),
        ("no.12345", ["no", "12345"]),
        ("12345svp", ["12345", "svp"]),
        ("EX12345", ["EX12345"]),
        ("12345", ["12345"]),
    ],
)
def test_known_words_are_split_off_numbers(text: str, words: list[str]) -> None:
    assert [word.typed for word in peel(split_words(text), {"table", "no", "svp"})] == words


@given(st.text(max_size=2 * MAX_TEXT))
def test_words_are_few_and_have_no_spaces(text: str) -> None:
    words = split_words(text)
    assert len(words) <= MAX_WORDS
    assert [word for word in words if not word.typed or " " in word.typed or "\n" in word.typed] == []
