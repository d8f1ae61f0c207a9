"""Delivery receipts: what became of a message (SMPP 3.4, appendix B, and section 5.2.28).

A receipt names the message in a parameter, or in a text like

    id:0123456789 sub:001 dlvrd:001 submit date:2611300800 done date:2611300801 stat:DELIVRD err:000 text:...

Some centres write one id in decimal and the other in hexadecimal, so a gateway's file says which (`receipt_ids`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, Literal, NamedTuple

from channels.contracts.sender import Reported
from smpp.constants import MESSAGE_STATE, RECEIPTED_MESSAGE_ID
from smpp.messages import ShortMessage

ReceiptIds = Literal["same", "hex_then_decimal", "decimal_then_hex"]
ID: Final = re.compile(r"\bid:\s*([^\s:]{1,65})(?=\s|$)", re.IGNORECASE)
STATE: Final = re.compile(r"\bstat:\s*([A-Za-z]{1,12})", re.IGNORECASE)
FAULT: Final = re.compile(r"\berr:\s*([0-9A-Za-z]{1,8})", re.IGNORECASE)
NAMED: Final[Mapping[str, Reported | None]] = {
    "DELIVRD": "delivered",
    "EXPIRED": "failed",
    "DELETED": "failed",
    "UNDELIV": "failed",
    "REJECTD": "failed",
    "ACCEPTD": None,
    "ENROUTE": None,
    "BUFFERED": None,
    "UNKNOWN": None,
}
NUMBERED: Final = {1: "ENROUTE", 2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 6: "ACCEPTD", 8: "REJECTD"}
_READ: Final[Mapping[ReceiptIds, tuple[Callable[[str], int] | None, Callable[[str], int] | None]]] = {
    "same": (None, None),
    "hex_then_decimal": (lambda written: int(written, 16), int),
    "decimal_then_hex": (int, lambda written: int(written, 16)),
}


class Receipt(NamedTuple):
    """What a receipt says: the id of the message in the form of `reference`, the state's name, and the fault's code."""

    reference: str
    state: str
    fault: str

    @property
    def is_known(self) -> bool:
        """Return whether the state is one of the specification."""
        return self.state in NAMED

    @property
    def reported(self) -> Reported | None:
        """Return the final state; None while there is none."""
        return NAMED.get(self.state)


def reference(message_id: str, ids: ReceiptIds, *, is_receipt: bool = False) -> str:
    """Return an id in the one form in which the answer to a send and a receipt are compared; "" for none."""
    written = message_id.strip("\0 ").lower()
    read = _READ[ids][int(is_receipt)]
    try:
        return str(read(written)) if read and written else written.lstrip("0") or written
    except ValueError:
        return written.lstrip("0") or written


def written_ids(number: int, ids: ReceiptIds) -> tuple[str, str]:
    """Return the id of a message as an answer to a send and as a receipt write it."""
    written = {"same": (f"{number}", f"{number}"), "hex_then_decimal": (f"{number:x}", f"{number}")}
    return written.get(ids, (f"{number}", f"{number:x}"))


def read_receipt(message: ShortMessage, ids: ReceiptIds) -> Receipt | None:
    """Read a receipt; None if it names no message or no state."""
    text = message.text.decode("latin-1")
    named = message.parameters.get(RECEIPTED_MESSAGE_ID, b"").decode("latin-1").strip("\0 ") or _found(ID, text)
    number = int.from_bytes(message.parameters.get(MESSAGE_STATE, b""), "big")
    state = NUMBERED.get(number) or _found(STATE, text).upper()
    state = "BUFFERED" if state == "BUFFRED" else state
    if not named or not state:
        return None
    return Receipt(reference(named, ids, is_receipt=True), state, _found(FAULT, text))


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[1] if match else ""
