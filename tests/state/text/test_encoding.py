"""What a phone can show and what it costs, held against two independent tables of the alphabet."""

from __future__ import annotations

import unicodedata

import gsm0338
import pytest
import smsutil
from hypothesis import example, given

from state.text.encoding import (
    COMMON,
    Folding,
    fold,
    in_gsm,
    normalize_typography,
    septets,
    split_letters,
    utf16_units,
)
from state.text.sms_parts import split_sms
from tests.support.texts import texts

# The alphabet and what it costs


def test_alphabet_is_that_of_the_standard() -> None:
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
def test_signs_beyond_the_bmp_take_two_units(text: str) -> None:
    assert utf16_units(text) == len(text) + sum(ord(sign) > 0xFFFF for sign in text)


def test_lone_surrogate_is_counted_and_not_shown() -> None:
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
def test_typography_becomes_plain_and_letters_stay(written: str, shown: str) -> None:
    assert normalize_typography(written) == shown


@given(texts)
def test_plain_typography_is_stable(text: str) -> None:
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
def test_texts_are_folded_into_the_gsm_alphabet(written: str, shown: str) -> None:
    assert fold(written) == shown


PLANES = [*range(0, 0x20000, 0x1000), 0xE0000]  # those with letters, symbols and tags
BLOCKS = [" ".join(map(chr, range(start, start + 0x1000))) for start in PLANES]


def test_folding_any_sign_is_gsm_and_stable() -> None:
    for block in BLOCKS:
        folded, plain = fold(block), normalize_typography(block)
        assert in_gsm(folded)
        assert fold(folded) == folded
        assert normalize_typography(plain) == plain


@given(texts)
@example("e\u200d\u0301")
def test_folding_any_text_is_gsm_and_stable(text: str) -> None:
    folded = fold(text)
    assert in_gsm(folded)
    assert fold(folded) == folded


def test_folding_cache_is_bounded() -> None:
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
def test_french_costs_no_more_than_its_folding(written: str, by_hand: str) -> None:
    assert in_gsm(by_hand)
    assert septets(fold(written)) <= septets(by_hand)


# A language's own letters


LETTERS = [
    ("", []),
    ("Bɛ́ɛ̀", ["B", "ɛ\u0301", "ɛ\u0300"]),
    ("\u0301a", ["\u0301", "a"]),
    ("a" + "\u0301" * 11, ["a" + "\u0301" * 9, "\u0301" * 2]),  # more than anybody writes
]


@pytest.mark.parametrize(("text", "apart"), LETTERS)
def test_letters_are_split_with_their_marks(text: str, apart: list[str]) -> None:
    assert list(split_letters(text)) == apart
