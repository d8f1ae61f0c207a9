"""The text of a cell: in its one spelling, with the marks of damage that spreadsheets and wrong encodings leave."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

OF_A_NUMBER: Final = re.compile(r".*[.,]0+|\d([.,]\d+)?E\+?\d+", re.ASCII)  # what a spreadsheet made of a long number
DAMAGED: Final = re.compile(  # an accent is lost or was decoded wrongly, or a spreadsheet could not calculate
    "\ufffd|â€|Ã[\u00a0-¿€‚-•™š›œžŸ]|^(?:#N/A|#[A-Z]+(?:/0)?[!?]|Err:[0-9]+)$"
)


def one_line(written: str) -> str:
    """Return the text with single spaces and composed accents."""
    return unicodedata.normalize("NFC", " ".join(written.split()))


def is_damaged(written: str) -> bool:
    """Whether signs of the text were lost, or it has some that cannot be shown."""
    return DAMAGED.search(written) is not None or not one_line(written).isprintable()
