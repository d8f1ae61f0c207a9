"""A screen size and two spellings of a language, for tests of pages."""

from __future__ import annotations

from state.interfaces import ScreenSize
from state.text.encoding import Folding
from state.text.languages import Language

FOLDED = Language("fon", "Fɔngbe", folding=Folding({"ɔ": "o", "ɛ": "e", "ɖ": "d"}))
CHAT = ScreenSize("chat", 4096, 4096)
WHOLE = Language("fon", "Fɔngbe", ussd="ucs2", folding=FOLDED.folding)
