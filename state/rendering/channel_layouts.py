"""A screen in chat: pages with room for the buttons of this gateway, and each page as a card.

The words are cut as for any channel (state/text/pagination.py). Where a gateway has room for so many options only, each
page has that many, under what the screen says. A page's card tells its options apart, so that a gateway can make
buttons of them; its text numbers them, for one that cannot.

An SMS is paid by the part: what can be left out of an answer is, where that saves one.

The keys 0 and 00 work whether they are shown or not, and another language can be chosen with a word that the help
tells; the answer itself is never shortened.
"""

from __future__ import annotations

from collections.abc import Callable

from state.menu.model import KEYS
from state.text.encoding import split_sms
from state.text.pagination import Footer

Cut = Callable[[str, tuple[str, ...], Footer], tuple[str, ...]]


def paginate_by_rows(say: str, options: tuple[str, ...], footer: Footer, rows: int, cut: Cut) -> tuple[str, ...]:
    """The pages of a screen, with at most so many options on each."""
    hands = [options[start : start + rows] for start in range(0, len(options), rows)] or [()]
    going_on = Footer(footer.more, f"{footer.more}\n{footer.keys}".rstrip("\n"))
    pages: list[str] = []
    for hand in hands:
        pages += cut(say, hand, footer if hand is hands[-1] else going_on)
    return tuple(pages)


def card(page: str, options: tuple[str, ...], mark: str) -> tuple[str, list[tuple[str, str]]]:
    """What a page says, and its buttons: each the mark of this answer with what a citizen would type, and its label."""
    labels = {" ".join(option.split()) for option in options}
    lines = page.split("\n")
    under = len(lines)
    while under and (lines[under - 1] in labels or lines[under - 1].partition(" ")[0] in KEYS):
        under -= 1
    split = (line.partition(" ") for line in lines[under:])
    return "\n".join(lines[:under]), [(f"{mark}.{typed}", label) for typed, _, label in split]


def cheapest_sms_pages(say: str, aside: str, options: tuple[str, ...], footer: Footer, cut: Cut) -> tuple[str, ...]:
    """The pages of an answer by SMS, in as few parts as any way of leaving things out takes."""
    keyless, both = Footer(footer.more, ""), f"{say}\n{aside}"
    ways = (cut(both, options, footer), cut(both, options, keyless), cut(say, options, keyless))
    return min(ways, key=lambda pages: sum(len(split_sms(page)) for page in pages))
