"""What a page is written on: the letters that travel on this channel in this language, and how much of them fits.

This is the one place that decides the encoding. USSD folds into the GSM alphabet, or, where the language asks for it
and the text needs it, goes out in UCS-2; an SMS is folded when that saves a part; a bot's text stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from state.interfaces import ScreenSize
from state.text.encoding import in_gsm, normalize_typography, septets, shortest_sms, utf16_units
from state.text.languages import Language


@dataclass(frozen=True, slots=True, eq=False)
class EncodedPage:
    """One encoding: how a text is written in it, what a written text takes, and how much of that a page has."""

    write: Callable[[str], str]
    size: Callable[[str], int]
    room: int


class PageFormat:
    """The sheets of one language in one room."""

    __slots__ = ("_folded", "_folding", "_kind", "_wide")

    def __init__(self, language: Language, room: ScreenSize) -> None:
        self._folding = language.folding
        self._kind = "folded" if room.kind == "ussd" and language.ussd == "gsm" else room.kind
        self._folded = EncodedPage(self._folding, septets, room.septets)
        self._wide = EncodedPage(str if room.kind == "chat" else normalize_typography, utf16_units, room.units)

    def sheet(self, text: str) -> EncodedPage:
        """The sheet on which this whole text is written."""
        match self._kind:
            case "folded":
                return self._folded
            case "ussd":
                return self._folded if in_gsm(normalize_typography(text)) else self._wide
            case "sms":
                return self._folded if in_gsm(shortest_sms(text, self._folding)) else self._wide
        return self._wide


@lru_cache(maxsize=256)
def paper(language: Language, room: ScreenSize) -> PageFormat:
    """The paper of a language in a room, the same one each time."""
    return PageFormat(language, room)
