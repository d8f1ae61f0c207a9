"""What a number format shows of a cell: the zeros, letters and dashes that stand in the format and not in the value.

A candidate holds the number that the spreadsheet shows: 10001 under the format 000000 is 010001. A format that shows
something other than the digits and fixed signs, such as a date, a fraction or a condition, is not rendered.
Source: ECMA-376 part 1, 18.8.30 (numFmt) and 18.8.31 (numFmts).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import dropwhile
from typing import Final

GENERAL: Final = "General"
# The built-in formats that are the same in every country; others are dates or currencies and are not rendered.
BUILT_IN: Final[Mapping[int, str]] = {
    **{0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00"},
    **{12: "# ?/?", 13: "# ??/??", 37: "#,##0 ;(#,##0)", 38: "#,##0 ;[Red](#,##0)", 39: "#,##0.00;(#,##0.00)"},
    **{40: "#,##0.00;[Red](#,##0.00)", 48: "##0.0E+0", 49: "@"},
}
NOT_RENDERED: Final = "d"  # a day of the month: any format that is never rendered
MAX_CODE: Final = 255  # characters of a format
_PART: Final = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_(?P<space>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General|Standard)|(?P<text>@)|(?P<digits>[0#?]+)|(?P<point>\.)|(?P<thousands>,)"
    r"|(?P<end>;)|(?P<sign>[-+(): !^&'~{}$])|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_COLOUR: Final = re.compile(
    r"black|blue|cyan|green|magenta|red|white|yellow|color ?\d{1,2}|\$-[0-9a-f]+", re.IGNORECASE
)
_LITERAL: Final = ("quoted", "escaped", "sign")
Part = tuple[str, str]  # the name of its group in _PART, and the text
Section = tuple[Part, ...]


def is_plain(code: str) -> bool:
    """Whether this format shows every value as it is typed."""
    return code.casefold() in ("general", "standard", "@")


def shown(code: str, value: float | str) -> str | None:
    """Return what this format shows of a number or a text; None if it cannot be said, or if digits would be lost."""
    if not code.strip("0") and not isinstance(value, str) and value >= 0 and value == int(value):
        return str(int(value)).zfill(len(code))  # the common case, which nearly all formatted seats are
    return _rendered(code, value)


@lru_cache(maxsize=1 << 14)  # marks and series repeat
def _rendered(code: str, value: float | str) -> str | None:
    sections = _sections(code)
    if sections is None:
        return None
    if isinstance(value, str):
        return _shown_text(sections, value)
    section, sign = _of_number(sections, value)
    kinds = {kind for kind, _ in section}
    if "text" in kinds or not kinds & {"digits", "general"}:
        return None  # nothing of the number would be shown
    digits = _shown_digits(section, abs(value))
    return None if digits is None else sign + digits


@lru_cache(maxsize=4096)
def _sections(code: str) -> tuple[Section, ...] | None:
    """Return the sections of a format, or None if one has a part that is not rendered."""
    sections: list[list[Part]] = [[]]
    for found in _PART.finditer(code[:MAX_CODE]):
        kind = found.lastgroup or "other"
        text = found[kind]
        if kind == "end":
            sections.append([])
        elif kind == "other" or (kind == "bracket" and not _COLOUR.fullmatch(text)):
            return None
        elif kind in ("space", "fill"):
            sections[-1].append(("sign", " "))
        elif kind != "bracket":
            sections[-1].append((kind, text))
    return None if len(code) > MAX_CODE else tuple(map(tuple, sections))


def _of_number(sections: Sequence[Section], value: float) -> tuple[Section, str]:
    """Return the section for a number, and the sign to put before it."""
    if value < 0:
        return (sections[1], "") if len(sections) > 1 else (sections[0], "-")
    return sections[2] if value == 0 and len(sections) > 2 else sections[0], ""


def _shown_text(sections: Sequence[Section], value: str) -> str | None:
    section = sections[3] if len(sections) > 3 else sections[-1]
    if not any(kind == "text" for kind, _ in section):
        return value if len(sections) <= 3 else None
    return "".join(value if kind == "text" else text for kind, text in section)


def _shown_digits(section: Section, value: float) -> str | None:
    """Return the number as this section shows it, or None if it rounds the number or scales it."""
    places = [place for place, (kind, _) in enumerate(section) if kind == "point"]
    whole, decimals = (section[: places[0]], section[places[0] + 1 :]) if places else (section, ())
    asked = "".join(text for kind, text in decimals if kind == "digits")
    written = f"{value:.10g}" if any(kind == "general" for kind, _ in section) else f"{value:.{len(asked)}f}"
    if len(places) > 1 or float(written) != value or "e" in written:
        return None
    if any(kind == "general" for kind, _ in section):
        return "".join(written if kind == "general" else text for kind, text in section)
    units, _, tenths = written.partition(".")
    after = list(dropwhile(lambda part: part[0] == "thousands", reversed(whole)))
    if len(after) < len(whole) or any(kind == "thousands" for kind, _ in decimals):
        return None  # a comma behind the digits divides by a thousand
    least = len(asked.rstrip("#?"))
    tenths = tenths[:least] + tenths[least:].rstrip("0")
    return _filled(whole, units) + (f".{tenths}{_behind(decimals)}" if places else "")


def _filled(whole: Section, digits: str) -> str:
    """Put the digits into the places of the format, from the right; the first place takes all that are left."""
    left = sum(len(text) for kind, text in whole if kind == "digits")
    return "".join(reversed(list(_from_the_right(reversed(whole), digits.lstrip("0"), left))))


def _from_the_right(parts: Iterable[Part], digits: str, left: int) -> Iterator[str]:
    for kind, text in parts:
        if kind in _LITERAL:
            yield text
        for place in reversed(text if kind == "digits" else ""):
            left -= 1
            taken = digits if not left else digits[-1:]
            digits = digits[: len(digits) - len(taken)]
            yield taken or {"0": "0", "?": " "}.get(place, "")


def _behind(decimals: Section) -> str:
    return "".join(text for kind, text in decimals if kind in _LITERAL)
