"""The encoding and the capacity of a page, by channel and language.

Only this module chooses the encoding. USSD is folded to the GSM alphabet, or sent as UCS-2 if the language asks for it
and the text needs it. An SMS is folded if that saves a part. A bot's text keeps its letters and signs, with one form of
the apostrophe: texts of many authors meet in one conversation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from state.interfaces import ScreenSize
from state.text.encoding import in_gsm, normalize_typography, septets, utf16_units
from state.text.languages import Language
from state.text.sms_parts import shortest_sms


@dataclass(frozen=True, slots=True, eq=False)
class EncodedPage:
    """One encoding: how to write a text in it, the size of a written text, and the capacity of a page."""

    write: Callable[[str], str]
    size: Callable[[str], int]
    room: int


class PageFormat:
    """The encodings of one language for one screen size."""

    __slots__ = ("_folded", "_folding", "_kind", "_plain", "_wide")

    def __init__(self, language: Language, room: ScreenSize) -> None:
        self._folding = language.folding
        self._kind = "folded" if room.kind == "ussd" and language.ussd == "gsm" else room.kind
        self._folded = EncodedPage(self._folding, septets, room.septets)
        self._plain = EncodedPage(normalize_typography, septets, room.septets)
        self._wide = EncodedPage(
            with_one_apostrophe if room.kind == "chat" else normalize_typography, utf16_units, room.units
        )

    def sheet(self, text: str) -> EncodedPage:
        """Return the encoding for this whole text."""
        match self._kind:
            case "folded":
                return self._folded
            case "ussd" | "sms" if in_gsm(normalize_typography(text)):
                return self._plain  # a text that keeps its letters keeps its tones
            case "sms" if in_gsm(shortest_sms(text, self._folding)):
                return self._folded
        return self._wide


def with_one_apostrophe(text: str) -> str:
    """Return the text with the apostrophe that every phone has, which calls and SMS show too."""
    return text.replace("\u2019", "'")


@lru_cache(maxsize=256)
def paper(language: Language, room: ScreenSize) -> PageFormat:
    """Return the page format of a language and a screen size; cached, always the same object."""
    return PageFormat(language, room)
