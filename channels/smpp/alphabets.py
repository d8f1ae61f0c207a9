"""Texts as the octets of a short message, and back: the GSM alphabet one octet a character, UCS-2, Latin-1.

data_coding 0 is the operator's own alphabet, nearly always GSM 03.38, unpacked (SMPP 3.4, section 5.2.19; 3GPP TS
23.038). An octet that stands for nothing becomes "?", so that no message is lost for one character.
"""

from __future__ import annotations

from typing import Final, Literal

from state.text.encoding import DEFAULT, EXTENSION, in_gsm

Alphabet = Literal["gsm", "latin1"]
GSM, LATIN1, UCS2 = 0, 3, 8  # data_coding
USSD_GSM: Final = 15  # of the cell broadcast scheme, which USSD has: GSM 7-bit, no language named
ESCAPE: Final = 0x1B
# the octet of each character; the escape itself stands at 0x1b, which `DEFAULT` leaves out
_OCTETS: Final = {sign: place + (place >= ESCAPE) for place, sign in enumerate(DEFAULT)}
_EXTENDED: Final = dict(zip(EXTENSION, (0x0A, 0x14, 0x28, 0x29, 0x2F, 0x3C, 0x3D, 0x3E, 0x40, 0x65), strict=True))
_SIGNS: Final = {octet: sign for sign, octet in _OCTETS.items()}
_BEHIND_ESCAPE: Final = {octet: sign for sign, octet in _EXTENDED.items()}
_ALL: Final = {sign: bytes((octet,)) for sign, octet in _OCTETS.items()} | {
    sign: bytes((ESCAPE, octet)) for sign, octet in _EXTENDED.items()
}


def encode_gsm(text: str) -> bytes:
    """Return a text of the GSM alphabet as octets, one for a septet. Raises KeyError for any other character."""
    return b"".join(map(_ALL.__getitem__, text))


def decode_gsm(octets: bytes) -> str:
    """Return the text of octets of the GSM alphabet."""
    found, is_extended = [], False
    for octet in octets:
        if octet == ESCAPE and not is_extended:
            is_extended = True
            continue
        # an unknown character behind an escape is shown as that of the plain table (TS 23.038, 6.2.1.1)
        plain = _SIGNS.get(octet, "?")
        found.append(_BEHIND_ESCAPE.get(octet, plain) if is_extended else plain)
        is_extended = False
    return "".join(found)


def encode_text(text: str, alphabet: Alphabet) -> tuple[int, bytes]:
    """Return data_coding and octets of a text: the operator's own alphabet if it has every character, else UCS-2."""
    if alphabet == "gsm" and in_gsm(text):
        return GSM, encode_gsm(text)
    if alphabet == "latin1":
        try:
            return LATIN1, text.encode("latin-1")
        except UnicodeEncodeError:
            pass
    return UCS2, text.encode("utf-16-be", "replace")


def decode_text(data_coding: int, octets: bytes, default: Alphabet) -> str:
    """Return the text of octets. `default` is the operator's own alphabet."""
    if data_coding == UCS2 or data_coding & 0xFC == 0x48 or data_coding == 0x11:
        return octets[: len(octets) & ~1].decode("utf-16-be", "replace").replace("\ufffd", "?")
    if data_coding == LATIN1 or (data_coding == 0 and default == "latin1"):
        return octets.decode("latin-1")
    return decode_gsm(octets)
