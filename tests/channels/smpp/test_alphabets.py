"""Texts as octets of a short message, and back."""

from __future__ import annotations

import pytest

from channels.smpp.alphabets import GSM, LATIN1, UCS2, Alphabet, decode_text, encode_text

TEXTS = [  # text, the operator's alphabet, data_coding, octets
    ("BAC 12345", "gsm", GSM, b"BAC 12345"),
    ("à é @ €[", "gsm", GSM, b"\x7f \x05 \x00 \x1be\x1b<"),
    ("Ɖagbe", "gsm", UCS2, "Ɖagbe".encode("utf-16-be")),
    ("forêt", "latin1", LATIN1, b"for\xeat"),
    ("ẹ", "latin1", UCS2, b"\x1e\xb9"),
]


@pytest.mark.parametrize(("text", "alphabet", "coding", "octets"), TEXTS)
def test_text_goes_and_comes_back(text: str, alphabet: Alphabet, coding: int, octets: bytes) -> None:
    assert encode_text(text, alphabet) == (coding, octets)
    assert decode_text(coding, octets, alphabet) == text


def test_octets_that_mean_nothing_lose_no_message() -> None:
    assert decode_text(GSM, b"A\x80B\x1b", "gsm") == "A?B"
    assert decode_text(UCS2, b"\0A\xd8\0\0", "gsm") == "A?"


def test_default_alphabet_may_be_latin1() -> None:
    assert decode_text(0, b"for\xeat", "latin1") == "forêt"
