"""Layouts of chats and SMS.

Chats: the text is cut as on any channel (state/text/pagination.py). If a gateway allows a limited number of options,
each page has that many below the screen's text. A page's card has its options apart, for gateways with buttons; its
text has them numbered, for others.

SMS: each part costs money, so optional lines are left out if that saves a part. The keys 0 and 00 also work when they
are not shown, and the help says how to change the language. The answer itself is never shortened.
"""

from __future__ import annotations

from collections.abc import Callable

from state.menu.model import KEYS
from state.text.page_format import with_one_apostrophe
from state.text.pagination import Footer
from state.text.sms_parts import split_sms

Cut = Callable[[str, tuple[str, ...], Footer], tuple[str, ...]]


def paginate_by_rows(say: str, options: tuple[str, ...], footer: Footer, rows: int, cut: Cut) -> tuple[str, ...]:
    """Return the pages of a screen, with at most `rows` options on each."""
    hands = [options[start : start + rows] for start in range(0, len(options), rows)] or [()]
    going_on = Footer(footer.more, f"{footer.more}\n{footer.keys}".rstrip("\n"))
    pages: list[str] = []
    for hand in hands:
        pages += cut(say, hand, footer if hand is hands[-1] else going_on)
    return tuple(pages)


def card(page: str, options: tuple[str, ...], mark: str) -> tuple[str, list[tuple[str, str]]]:
    """Return a page's text and its buttons: each has the answer's mark with the input, and a label."""
    labels = {" ".join(with_one_apostrophe(option).split()) for option in options}
    lines = page.split("\n")
    under = len(lines)
    while under and (lines[under - 1] in labels or lines[under - 1].partition(" ")[0] in KEYS):
        under -= 1
    split = (line.partition(" ") for line in lines[under:])
    return "\n".join(lines[:under]), [(f"{mark}.{typed}", label) for typed, _, label in split]


def cheapest_sms_pages(say: str, aside: str, options: tuple[str, ...], footer: Footer, cut: Cut) -> tuple[str, ...]:
    """Return the pages of an SMS answer, with the optional lines left out that give the fewest parts."""
    keyless, both = Footer(footer.more, ""), f"{say}\n{aside}"
    ways = (cut(both, options, footer), cut(both, options, keyless), cut(say, options, keyless))
    return min(ways, key=lambda pages: sum(len(split_sms(page)) for page in pages))
