"""Folding tables of languages: they spell their letters within the GSM alphabet, or are refused."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from state.text.encoding import (
    ALPHABET,
    Folding,
    fold,
    in_gsm,
)
from tests.support.texts import signs

OWN: list[tuple[Mapping[str, str], str, str]] = [
    ({"ṣ": "sh", "ɔ́": "oh", "ɔ": "o"}, "Ṣé ɔkɔ́ Ɔ́ ŋ", "Shé okoh Oh n"),
    ({"ɔ": "o", "Ɔ": "Oh"}, "ɔ Ɔ", "o Oh"),  # a capital that is written has its own spelling
    ({"ɔ\u0300": "ò", "ɔ": "o"}, "ɖɔ̀ Ɔ̀ ɔ̌", "dò O o"),  # phones have ò, and no Ò
    ({"ə": "é", "É": "E"}, "ə Ə É", "é E E"),
    ({"ɔ": "e\u0301"}, "ɔ", "é"),
    ({"à": "a", "è": "e"}, "à è é À", "a e é A"),
    ({"æ": "e"}, "æ ǽ Ǽ", "e e E"),  # also under a mark
    ({"ʔ": ""}, "aʔa", "aa"),
    ({"ɛ\u0301": "e", "ɛ": "eh"}, "ɛ́ ɛ ɛ̀ Ɛ́\u0303", "e eh eh E"),
    ({"ɛ\u0303": "en", "ɛ\u0303\u0301": "én"}, "ɛ̃́ ɛ̃ ɛ", "én en e"),  # the longest that fits
    ({"o\u0323": "oh"}, "ọ Ọ", "oh Oh"),
    ({"ß": "sz"}, "ß SS", "sz SS"),  # no capital of its own
    ({"p\u0303": "mp"}, "p̃ p", "mp p"),
    ({".\u0301": "!"}, ".\u0301 x\u0301.", "! x."),  # what means something in a pattern means itself
]


@pytest.mark.parametrize(("table", "written", "shown"), OWN)
def test_language_table_spells_its_letters(table: Mapping[str, str], written: str, shown: str) -> None:
    assert Folding(table)(written) == shown
    assert fold(shown) == shown


WRONG = [
    ({"a": "e"}, "« a » : écrivez une seule lettre"),
    ({"": "e"}, "«  » : écrivez une seule lettre"),
    ({"ɔɛ": "oe"}, "« ɔɛ » : écrivez une seule lettre"),
    ({"’": "x"}, "« ’ » : écrivez une seule lettre"),
    ({"\u00a0": "x"}, "« \u00a0 » : écrivez une seule lettre"),
    ({"\u0301": "x"}, "« \u0301 » : écrivez une seule lettre"),
    ({"ɔ": "ọ"}, "« ɔ: ọ » : remplacez par des lettres"),
    ({"ɔ": "`"}, "« ɔ: ` » : remplacez par des lettres"),
    ({"ɔ": "\f"}, "« ɔ: \f » : remplacez par des lettres"),
    ({"é": "è", "è": "e"}, "« é: è » : « è » est remplacé lui-même"),
    ({"é": "é"}, "« é: é » : « é » est remplacé lui-même"),
    ({"é": "e", "ɔ": "É"}, "« ɔ: É » : « É » est remplacé lui-même"),  # by its small letter's entry
]


@pytest.mark.parametrize(("table", "message"), WRONG)
def test_invalid_folding_table_names_the_entry(table: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Folding(table)


keys = st.characters(categories=["Lu", "Ll", "Lo"], min_codepoint=0x80) | st.builds(
    str.__add__, st.sampled_from("ɔɛɖpæé"), st.sampled_from("\u0301\u0303\u0323")
)
spellings = st.text(sorted(ALPHABET - set("\f")), max_size=3)


@given(st.dictionaries(keys, spellings, min_size=1, max_size=6), st.data())
def test_any_accepted_table_is_gsm_and_stable(table: dict[str, str], data: st.DataObject) -> None:
    try:
        folding = Folding(table)
    except ValueError:
        reject()
    own = st.sampled_from([*table, *map(str.upper, table)])
    text = data.draw(st.lists(own | signs, max_size=40).map("".join))
    folded = folding(text)
    assert in_gsm(folded)
    assert folding(folded) == folded
    assert not any(letter in folded for letter in table)
