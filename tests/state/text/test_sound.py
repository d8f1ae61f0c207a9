"""The key of a word's sound: spellings that are heard as one word, and words that are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.text.search import plain
from state.text.sound import sound

ALIKE = [
    ("casier", "kasié", "cazier", "kasie"),
    ("judiciaire", "judissière", "judicière", "judisier"),
    ("passeport", "pasepor", "paseport"),
    ("naissance", "nessance", "naisance", "nésanse"),
    ("certificat", "sertifika", "sertifica"),
    ("résidence", "rézidance", "residanse"),
    ("nationalité", "nassionalité", "nasionalite"),
    ("légalisation", "legalisassion", "légalizasion"),
    ("décès", "dessè", "desse"),
    ("entreprise", "antreprise", "antreprize"),
    ("concours", "konkour", "koncour"),
    ("faillite", "fayite"),
    ("équivalence", "ekivalance"),
    ("électricité", "éléctrisité", "elektrisite"),
    ("foncier", "fonsié"),
    ("mariage", "maryaje", "mariaj"),
    ("photo", "foto"),
    ("Djougou", "Jougou"),
]
APART = [("extrait", "retraite"), ("permis", "passeport"), ("acte", "carte"), ("décès", "déclarer"), ("cip", "cap")]


@pytest.mark.parametrize("spellings", ALIKE)
def test_spellings_of_one_sound_share_a_key(spellings: tuple[str, ...]) -> None:
    keys = {sound(plain(word)) for word in spellings}
    assert len(keys) == 1
    assert "" not in keys


@pytest.mark.parametrize(("one", "other"), APART)
def test_words_that_sound_different_have_different_keys(one: str, other: str) -> None:
    assert sound(plain(one)) != sound(plain(other))


@pytest.mark.parametrize("word", ["", "sbee1", "12345", "cnss", "rccm", "eau", "ah", "a b"])
def test_word_that_cannot_be_spoken_has_no_key(word: str) -> None:
    assert sound(word) == ""


@given(st.text("abcdefghijklmnopqrstuvwxyz", max_size=30))
def test_key_is_never_much_longer_than_its_word(word: str) -> None:
    assert len(sound(word)) <= 2 * len(word)
