"""Which letters travel: decided in one place by the channel, the language and, where it matters, the text."""

from __future__ import annotations

import pytest

from state.interfaces import ScreenSize
from state.text.encoding import Folding
from state.text.languages import Language
from state.text.page_format import paper
from tests.support.conversation import SMS, USSD
from tests.support.papers import CHAT, FOLDED, WHOLE

LONG = "ɖɔ̀ xó « ɔ » " * 10
WITHOUT_TONES = Folding({"ɔ": "o", "ɖ": "d", "à": "a", "é": "e"})
TONELESS, TONAL = (Language("fon", "Fɔngbe", ussd=ussd, folding=WITHOUT_TONES) for ussd in ("gsm", "ucs2"))

SHEETS = [
    ("USSD folds", FOLDED, USSD, "ɖɔ̀ « xó »", 'do " xo "', 178),
    ("USSD keeps the letters where the language asks for it", WHOLE, USSD, "ɖɔ̀ « xó »", 'ɖɔ̀ " xó "', 76),
    ("and is not narrow where it has no need to", WHOLE, USSD, "à « moi »", 'à " moi "', 178),
    ("an SMS keeps its letters where they cost no part", FOLDED, SMS, "ɖɔ̀ xó", "ɖɔ̀ xó", 201),
    ("and is folded where that saves one", FOLDED, SMS, LONG, 'do xo " o " ' * 10, 459),
    ("a language without tones drops those that a phone has", TONELESS, USSD, "à « é »", 'a " e "', 178),
    ("and one with all its letters drops none", TONAL, USSD, "à « é »", 'à " é "', 178),
    ("nor does an SMS that keeps its letters", TONELESS, SMS, "à « é »", 'à " é "', 459),
    ("a bot's text has one form of the apostrophe", FOLDED, CHAT, "l’un, l'autre", "l'un, l'autre", 4096),
    ("and is untouched but for that", FOLDED, CHAT, "ɖɔ̀ « xó »\u00a0!", "ɖɔ̀ « xó »\u00a0!", 4096),
]


@pytest.mark.parametrize(
    ("language", "room", "text", "written", "fits"), [row[1:] for row in SHEETS], ids=[row[0] for row in SHEETS]
)
def test_text_is_written_for_channel_and_language(
    language: Language, room: ScreenSize, text: str, written: str, fits: int
) -> None:
    sheet = paper(language, room).sheet(text)
    assert (sheet.write(text), sheet.room) == (written, fits)
    assert paper(language, room) is paper(language, room)
