"""What a phone can show and what it costs, held against two independent tables of the alphabet."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

import gsm0338
import pytest
import smsutil
from hypothesis import example, given, reject
from hypothesis import strategies as st

from state.text.encoding import (
    ALPHABET,
    COMMON,
    DEFAULT,
    Folding,
    fold,
    in_gsm,
    normalize_typography,
    septets,
    split_letters,
    utf16_units,
)
from state.text.sms_parts import split_sms

OURS = "ɔɛɖŋỌọṣéêœ½“’‹<\n\r\u200d\u00ad\u0301\u0338\ufe0f😀"  # our languages, typography, what nobody sees
signs = st.characters() | st.sampled_from(OURS) | st.sampled_from(DEFAULT)
texts = st.text(signs, max_size=60)


# The alphabet and what it costs


def test_the_alphabet_is_the_one_of_the_standard() -> None:
    """Every character of the BMP; no difference is known but the escape, which is no letter and which both encode."""
    codec, differences = gsm0338.Codec(), []
    for sign in map(chr, range(0x10000)):
        try:
            size = len(codec.encode(sign)[0])
        except (UnicodeError, KeyError):
            size = 0
        ours = septets(sign) if in_gsm(sign) else 0
        theirs = (sign in smsutil.GSM_EXT_CHARSET) + 1 if smsutil.is_valid_gsm(sign) else 0
        if not ours == size == theirs:
            differences.append(sign)
    assert differences == ["\x1b"]


@given(texts)
def test_a_sign_beyond_the_first_plane_takes_two_units_of_ucs2(text: str) -> None:
    assert utf16_units(text) == len(text) + sum(ord(sign) > 0xFFFF for sign in text)


def test_half_a_surrogate_pair_which_json_may_carry_is_counted_and_shown_as_nothing() -> None:
    assert (utf16_units("a\ud83d"), normalize_typography("a\ud83d"), fold("a\ud83d")) == (2, "a", "a")
    assert split_sms("a\ud83d") == ("a\ud83d",)


# Plain signs around whole letters: what a UCS-2 screen carries

TYPESET = [
    ("L’œuvre « reçue » : ɖɔ̀, Ẹ̀kọ́…", 'L\'œuvre " reçue " : ɖɔ̀, Ẹ̀kọ́...'),
    ("e\u0301", "é"),
    ("e\u200d\u0301 ‹\u0338", "é ≮"),  # composed, once what stood between is gone
    ("1\u202f900\u00a0F\tnet", "1 900 F net"),
    ("• un\r\n‐ deux\r– trois\u2028— fin", "- un\n- deux\n- trois\n- fin"),
    ("\x00a\x1bb\u200d\ufeffc\u00ad ❤\ufe0f", "abc ❤"),
    ("½ `°`", "½ '°'"),
]


@pytest.mark.parametrize(("written", "shown"), TYPESET)
def test_a_text_keeps_its_letters_and_gets_plain_signs(written: str, shown: str) -> None:
    assert normalize_typography(written) == shown


@given(texts)
def test_plain_signs_stay_plain(text: str) -> None:
    assert (
        normalize_typography(normalize_typography(text))
        == normalize_typography(text)
        == unicodedata.normalize("NFC", normalize_typography(text))
    )


# Folding

FOLDED = [
    ("Être reçu à l’école", "Etre recu à l'école"),
    ("« œuvre » Œuvre", '" oeuvre " Oeuvre'),
    ("1\u202f900\u00a0F", "1 900 F"),
    ("ɖɔ̀ Ɛ ŋ", "do E n"),
    ("Ɖ Đ Ð đ", "D D D d"),  # three letters that look the same as capitals
    ("Ẹ̀kọ́", "Eko"),
    ("ế ǘ ǽ", "e ü æ"),  # one mark after the other, down to what phones have
    ("1½ h, n° 1ᵉʳ, 10 m², ﬁn", "1 1/2 h, no 1er, 10 m2, fin"),
    ("e\u0301", "é"),
    ("ligne\r\nligne\tfin", "ligne\nligne fin"),
    ("`", "'"),
    ("😀 ≤ ㍿ 가", "? ? ? ?"),
    ("{x} [y] ~ \\ ^ | €", "{x} [y] ~ \\ ^ | €"),
    ("\x00a\x1bb\u200d", "ab"),
]


@pytest.mark.parametrize(("written", "shown"), FOLDED)
def test_a_text_is_folded_into_what_every_phone_has(written: str, shown: str) -> None:
    assert fold(written) == shown


PLANES = [*range(0, 0x20000, 0x1000), 0xE0000]  # those with letters, symbols and tags
BLOCKS = [" ".join(map(chr, range(start, start + 0x1000))) for start in PLANES]


def test_folding_any_sign_stays_in_the_alphabet_and_changes_nothing_twice() -> None:
    for block in BLOCKS:
        folded, plain = fold(block), normalize_typography(block)
        assert in_gsm(folded)
        assert fold(folded) == folded
        assert normalize_typography(plain) == plain


@given(texts)
@example("e\u200d\u0301")
def test_folding_any_text_stays_in_the_alphabet_and_changes_nothing_twice(text: str) -> None:
    folded = fold(text)
    assert in_gsm(folded)
    assert fold(folded) == folded


def test_odd_signs_do_not_fill_the_memory() -> None:
    folding = Folding()
    for block in BLOCKS:
        folding(block)
    assert 0x370 < len(folding._signs) <= COMMON


FRENCH = [
    ("Être reçu « à l’école » : ça coûte", 'Etre recu " à l\'école " : ca coute'),
    ("L’œuvre, naïve fenêtre d’Abomey", "L'oeuvre, naive fenetre d'Abomey"),
    ("Votre reçu est prêt : « à retirer »", 'Votre recu est pret : " à retirer "'),
    ("Ça y est, l’élève est reçu…", "Ca y est, l'élève est recu..."),
    ("Cœur, sœur et vœux : 1\u202f900\u00a0F", "Coeur, soeur et voeux : 1 900 F"),
]


@pytest.mark.parametrize(("written", "by_hand"), FRENCH)
def test_a_french_screen_costs_no_more_than_its_folded_spelling(written: str, by_hand: str) -> None:
    assert in_gsm(by_hand)
    assert septets(fold(written)) <= septets(by_hand)


# A language's own letters

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
def test_a_language_spells_its_letters_as_its_table_says(table: Mapping[str, str], written: str, shown: str) -> None:
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


@pytest.mark.parametrize(("table", "told"), WRONG)
def test_a_table_that_no_phone_could_show_is_refused_by_the_entry(table: dict[str, str], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        Folding(table)


keys = st.characters(categories=["Lu", "Ll", "Lo"], min_codepoint=0x80) | st.builds(
    str.__add__, st.sampled_from("ɔɛɖpæé"), st.sampled_from("\u0301\u0303\u0323")
)
spellings = st.text(sorted(ALPHABET - set("\f")), max_size=3)


@given(st.dictionaries(keys, spellings, min_size=1, max_size=6), st.data())
def test_any_table_that_is_taken_folds_into_the_alphabet_and_changes_nothing_twice(
    table: dict[str, str], data: st.DataObject
) -> None:
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


LETTERS = [
    ("", []),
    ("Bɛ́ɛ̀", ["B", "ɛ\u0301", "ɛ\u0300"]),
    ("\u0301a", ["\u0301", "a"]),
    ("a" + "\u0301" * 11, ["a" + "\u0301" * 9, "\u0301" * 2]),  # more than anybody writes
]


@pytest.mark.parametrize(("text", "apart"), LETTERS)
def test_a_letter_and_its_marks_are_one(text: str, apart: list[str]) -> None:
    assert list(split_letters(text)) == apart
