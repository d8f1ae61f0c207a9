"""What a basic phone can show, held against an independent table of the alphabet."""

from __future__ import annotations

import gsm0338
import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.encoding import ALPHABET, fold, septets

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
    table = gsm0338.Codec()
    for code in range(0x10000):
        sign = chr(code)
        try:
            size = len(table.encode(sign)[0])
        except (UnicodeError, KeyError):
            size = 0
        if sign in "\x1b":  # the escape itself is no letter
            continue
        assert (sign in ALPHABET) == (size > 0), f"U+{code:04X}"
        assert not size or septets(sign) == size, f"U+{code:04X}"


@given(st.text())
def test_folding_stays_in_the_alphabet_and_changes_nothing_twice(text: str) -> None:
    folded = fold(text)
    assert set(folded) <= ALPHABET
    assert fold(folded) == folded
