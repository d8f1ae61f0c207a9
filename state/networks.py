"""Which mobile network a citizen of Benin calls from: as the gateway says, else by the number's first digits.

Codes: MCC 616. Digits behind +22901: those of the phonenumbers library's carrier data, as blocks were given out; who
kept a number and changed the network is counted with the old one.
"""

from __future__ import annotations

from typing import Final

from state.messages import Inbound

CODES: Final = {"61602": "Moov", "61603": "MTN"}
BENIN: Final = "+22901"
OTHER: Final = "autre"
_BLOCKS: Final = {
    "MTN": "42 46 50 51 52 53 54 56 57 59 61 62 66 67 69 90 91 96 97",
    "Moov": "45 55 58 60 63 64 65 68 94 95 98 99",
    "Celtiis": "28 40 41 43 44 47 48 49 92 93",
}
_BY_DIGITS: Final = {digits: name for name, blocks in _BLOCKS.items() for digits in blocks.split()}


def network(inbound: Inbound) -> str:
    """The network's name; "" where neither a gateway nor a number says anything."""
    if known := CODES.get(inbound.network):
        return known
    if inbound.citizen.startswith(BENIN):
        return _BY_DIGITS.get(inbound.citizen[len(BENIN) : len(BENIN) + 2], OTHER)
    return OTHER if inbound.network or inbound.citizen.startswith("+") else ""
