"""What a phone can show and what it costs, held against two independent tables of the alphabet."""

from __future__ import annotations

import unicodedata

import gsm0338
import pytest
import smsutil
from hypothesis import given
from hypothesis import strategies as st

from state.encoding import ALPHABET, Folding, fold, in_gsm, letters, septets, shortest_sms, sms, typeset, units

FOLDED = [
    ("Être reçu à l’école", "Etre recu à l'école"),
    ("« œuvre »", '" oeuvre "'),
    ("1\u202f900\u00a0F", "1 900 F"),
    ("ɖɔ̀ Ɛ ŋ", "do E n"),
    ("Ẹ̀kọ́", "Eko"),
    ("e\u0301", "é"),
    ("ligne\r\nligne\tfin", "ligne\nligne fin"),
    ("`", "'"),
    ("😀", "?"),
    ("{x} [y] ~ \\ ^ | €", "{x} [y] ~ \\ ^ | €"),
    ("\x00a\x1bb\u200d", "ab"),
]


@pytest.mark.parametrize(("written", "shown"), FOLDED)
def test_a_text_is_folded_into_what_every_phone_has(written: str, shown: str) -> None:
    assert fold(written) == shown


def test_the_alphabet_is_the_one_of_the_standard() -> None:
    """Every character of the BMP; no difference is known but the escape, which is no letter and which both encode."""
    codec, differences = gsm0338.Codec(), []
    for sign in map(chr, range(0x10000)):
        try:
            size = len(codec.encode(sign)[0])
        except (UnicodeError, KeyError):
            size = 0
        ours = septets(sign) if sign in ALPHABET else 0
        theirs = (sign in smsutil.GSM_EXT_CHARSET) + 1 if smsutil.is_valid_gsm(sign) else 0
        if not ours == size == theirs:
            differences.append(sign)
    assert differences == ["\x1b"]


@given(st.text())
def test_folding_stays_in_the_alphabet_and_changes_nothing_twice(text: str) -> None:
    folded = fold(text)
    assert in_gsm(folded)
    assert fold(folded) == folded
    assert typeset(typeset(text)) == typeset(text)


# A language's own letters


def test_a_language_spells_its_letters_as_its_table_says_capitals_too() -> None:
    yoruba = Folding({"ṣ": "sh", "ɔ́": "oh", "ɔ": "o"})
    assert yoruba("Ṣé ɔkɔ́ Ɔ́ ŋ") == "Shé okoh Oh n"
    assert fold("Ṣé ɔkɔ́") == "Sé oko"


WRONG = [
    ({"a": "e"}, "« a »"),
    ({"": "e"}, "«  »"),
    ({"ɔɛ": "oe"}, "« ɔɛ »"),
    ({"ɔ": "ọ"}, "« ɔ: ọ »"),
    ({"é": "è", "è": "e"}, "« é: è »"),
]


@pytest.mark.parametrize(("table", "named"), WRONG)
def test_a_table_that_no_phone_could_show_is_refused_by_the_entry(table: dict[str, str], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Folding(table)


written_letters = st.characters(categories=["Lu", "Ll", "Lo"], min_codepoint=0x80)
tables = st.dictionaries(written_letters, st.text(sorted(ALPHABET), max_size=3), max_size=6)


@given(tables, st.text() | st.text(st.characters(max_codepoint=0x250)))
def test_any_table_that_is_taken_folds_into_the_alphabet_and_changes_nothing_twice(
    table: dict[str, str], text: str
) -> None:
    try:
        folding = Folding(table)
    except ValueError:
        return
    for one in (text, text + "".join(table)):
        folded = folding(one)
        assert in_gsm(folded)
        assert folding(folded) == folded


# SMS


def test_an_sms_is_counted_as_it_travels() -> None:
    assert list(map(len, sms("a" * 160))) == [160]
    assert list(map(len, sms("a" * 161))) == [153, 8]
    assert list(map(len, sms("ɔ" * 70))) == [70]
    assert list(map(len, sms("ɔ" * 71))) == [67, 4]
    assert sms("") == ("",)


def test_nothing_that_belongs_together_is_torn_apart() -> None:
    assert [len(part) for part in sms("a" * 152 + "€" + "b" * 10)] == [152, 11]  # the sign takes two septets
    assert [len(part) for part in sms("ɔ" * 66 + "😀" + "b" * 10)] == [66, 11]  # and this one two units
    assert sms("ɔ" * 66 + "ɛ\u0301" + "b" * 10)[1].startswith("ɛ\u0301")


@given(st.text(max_size=400) | st.text(sorted(ALPHABET), max_size=700))
def test_parts_join_to_the_text_and_each_fits(text: str) -> None:
    parts = sms(text)
    assert "".join(parts) == text
    size, alone, many = (septets, 160, 153) if in_gsm(text) else (units, 70, 67)
    assert all(size(part) <= (alone if len(parts) == 1 else many) for part in parts)
    torn = [part[0] for part in parts[1:] if unicodedata.category(part[0])[0] == "M"]
    assert not torn or any(len(letter) == 10 for letter in letters(text))  # more marks than anybody writes


def is_split_alike(text: str) -> bool:
    """Whether smsutil is expected to split as we do: it tears marks from letters, and moves no escape as a whole."""
    return not any(unicodedata.category(sign)[0] == "M" for sign in text)


@given(
    st.text(sorted(ALPHABET - {"\x1b"}), max_size=700) | st.text(st.characters(exclude_categories=["Cs"]), max_size=400)
)
def test_parts_are_those_of_another_library(text: str) -> None:
    if is_split_alike(text) and "\x1b" not in text:
        assert [part.content for part in smsutil.split(text).parts] == list(sms(text))


def test_an_sms_is_folded_only_where_that_saves_a_part() -> None:
    assert shortest_sms("ɔkɔ́", fold) == "ɔkɔ\u0301"
    assert shortest_sms("ɔ" * 71, fold) == "o" * 71
    assert shortest_sms("L’été « ici »", fold) == 'L\'été " ici "'


FRENCH = "Être reçu « à l’école » : ça coûte 1 900 F, l’œuvre suit, naïve fenêtre d’Abomey."


def test_a_french_screen_costs_no_more_than_its_folded_spelling() -> None:
    assert in_gsm(fold(FRENCH))
    assert septets(fold(FRENCH)) == len(fold(FRENCH)) == len(FRENCH) + 1  # only œ takes a second letter
