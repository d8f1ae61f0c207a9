"""A year of birth is known by the words before it."""

from __future__ import annotations

import pytest

from state.text.birth_year import fault_of, introduced_year, words_with_years
from state.text.language_words import words_of

WORDS = words_of("fr", (), {3: ["mars"]}, born=["né", "née", "vers"], joining=["an", "l"], courtesy=["svp"])


@pytest.mark.parametrize("typed", ["né vers 1961", "NEE VERS 1961", "vers 1961.", "né en 1961", "né vers l'an 1961"])
def test_introduced_year_is_read(typed: str) -> None:
    assert introduced_year(typed, WORDS) == "1961-00-00"


@pytest.mark.parametrize(
    "typed", ["", "né", "1961", "en 1961", "né à Parakou 1961", "né vers 61", "né 1961 vers", "né en mars 1961", "²"]
)
def test_other_texts_introduce_no_year(typed: str) -> None:
    assert introduced_year(typed, WORDS) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("100001 né vers 1961 svp", ["100001", "né vers 1961", "svp"]),
        ("né en 1961, 100001", ["né en 1961", "100001"]),
        ("né le 05/03/1961", ["né", "le", "05/03/1961"]),
        ("vers Parakou 1961", ["vers", "Parakou", "1961"]),
        ("100001 mars 1961", ["100001", "mars 1961"]),
        ("né en mars 1961", ["né en mars 1961"]),
        ("100001 1961 mars", ["100001", "1961 mars"]),
        ("né le 5 mars 1961", ["né", "le", "5", "mars 1961"]),
        ("100001 né vers", ["100001", "né", "vers"]),
        ("100001 1961", ["100001", "1961"]),
    ],
)
def test_year_and_its_words_stay_together(text: str, words: list[str]) -> None:
    assert [word.typed for word in words_with_years(text, WORDS)] == words


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("né le 30/02/1961 svp", "date"),
        ("née en mars 1961", "no_day"),
        ("35/02/1961", "day"),
        ("5 mars 1961", ""),
        ("né à Parakou", ""),
        ("²", ""),
    ],
)
def test_fault_is_found_among_other_words(typed: str, fault: str) -> None:
    assert fault_of(typed, WORDS) == fault
