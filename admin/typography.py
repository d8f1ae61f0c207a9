"""French has a space before : ; ? ! » and behind «. A line does not end there, so the space on a page does not break.

What somebody reads sign by sign, or sends back, stays as it is written: code, texts of citizens, fields and their
options, drawings. admin/static/typography.js does the same to what scripts add to a page.
"""

from __future__ import annotations

import re
from typing import Final

LASTING: Final = "\u00a0"
AS_WRITTEN: Final = "pre|code|textarea|option|script|style|svg|title"
BREAKING: Final = re.compile(
    rf"<({AS_WRITTEN})\b.*?</\1>|<[^>]*>| (?=[:;?!»])|(?<=«) |(?<=\d) (?=\d{{3}}(?!\d))", re.DOTALL
)


def bind_spaces(html: str) -> str:
    """Return a rendered page whose spaces beside French signs do not break; attributes and code stay as they are."""
    return BREAKING.sub(lambda found: LASTING if found[0] == " " else found[0], html)
