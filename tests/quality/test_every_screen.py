"""Every screen of our menus, in every language, on every channel: it fits, whatever is missing from a catalogue."""

from __future__ import annotations

import random
import shutil
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from authoring.validation import validate
from channels import rooms
from settings import Settings
from state.interfaces import ScreenSize
from state.menu.versions import MenuVersion
from state.preferences import Preference
from state.rendering.longest_values import WorstCaseValues
from state.rendering.render import EXAMPLE
from state.rendering.size_check import MAX_PAGES, only_sent
from state.text.encoding import in_gsm, septets, utf16_units
from state.text.languages import SOURCE
from state.text.page_format import paper
from state.text.pagination import paginate
from state.text.po_files import forms
from state.text.po_parser import parse
from tests.support.conversation import SMS
from tests.support.papers import CHAT
from tests.support.sandbox import our_house

pytestmark = pytest.mark.slow

ROOMS = {**rooms(Settings()), "sms": SMS, "chat": CHAT}
LANGUAGES = [path.stem for path in sorted(Path("locales").glob("*.po"))]


@cache
def our_edition() -> MenuVersion:
    return validate(Settings()).edition


MESSAGES = only_sent(our_edition().journeys)
SCREENS = [name for name, screen in our_edition().menu(SOURCE).screens.items() if screen.says and name not in MESSAGES]


@pytest.mark.parametrize("channel", ROOMS)
@pytest.mark.parametrize("language", [SOURCE, *LANGUAGES])
def test_every_screen_fits_with_longest_values(language: str, channel: str) -> None:
    menu, room = our_edition().menu(language), ROOMS[channel]
    longest = WorstCaseValues(menu, our_edition().questions)
    assert SCREENS
    for name in SCREENS:
        screen = menu.screens[name]
        say, options = longest.of(screen, room.kind)
        pages = paginate(say, options, screen.footer, paper(menu.wording.language, room))
        assert all(fits(page, room) for page in pages), name
        assert screen.rows or len(pages) <= MAX_PAGES, name


@pytest.mark.parametrize("channel", ROOMS)
@pytest.mark.parametrize("language", [SOURCE, *LANGUAGES])
def test_every_screen_fits_with_the_sample_mark(language: str, channel: str) -> None:
    menu, room = our_edition().menu(language), ROOMS[channel]
    longest = WorstCaseValues(menu, our_edition().questions)
    assert SCREENS
    for name in SCREENS:
        say, options = longest.of(menu.screens[name], room.kind)
        pages = paginate(f"{EXAMPLE}\n{say}", options, menu.screens[name].footer, paper(menu.wording.language, room))
        assert all(fits(page, room) for page in pages), name
        assert pages[0].startswith(f"{EXAMPLE}\n"), name
        assert menu.screens[name].rows or len(pages) <= MAX_PAGES, name


def fits(page: str, room: ScreenSize) -> bool:
    return septets(page) <= room.septets if room.septets and in_gsm(page) else utf16_units(page) <= room.units


@pytest.mark.parametrize("code", [code for code in our_edition().offered if code != SOURCE])
async def test_untranslated_messages_appear_in_french(code: str, tmp_path: Path) -> None:
    """A third of the catalogue at a time is struck out: each message is gone once, and the exam journey goes on."""
    source = parse((Path("locales") / f"{code}.po").read_bytes())[0]
    translated = [message for message in source if message.id and all(forms(message))]
    random.Random(code).shuffle(translated)
    for part in range(3):
        gone = translated[part::3]
        folder = without(gone, code, tmp_path / str(part))
        settings = Settings(locales=folder)
        menu = validate(settings).edition.menu(code)
        assert gone
        for message in gone:
            text = message.id[0] if isinstance(message.id, tuple | list) else message.id
            assert menu.wording.translate(text, message.context or "") == text
        async with our_house(tmp_path / f"data{part}", locales=folder) as house:
            house.preferences.default = Preference(code)
            line = house.phone()
            await line.dial()
            for typed in ("3", "1", "12345"):
                reply = await line.type(typed)
            assert "12345" in reply.text


def without(gone: list[Message], code: str, folder: Path) -> Path:
    """Our locales, less these messages of one language."""
    shutil.copytree("locales", folder)
    entries = (folder / f"{code}.po").read_text(encoding="utf-8").split("\n\n")
    struck = {(message.context, first(message)) for message in gone}
    left = [entry for entry in entries if key(entry) not in struck]
    assert len(entries) - len(left) == len(struck)
    (folder / f"{code}.po").write_text("\n\n".join(left), encoding="utf-8")
    return folder


def first(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple | list) else message.id


def key(entry: str) -> tuple[str | None, str]:
    """The context and text of one entry of a .po file."""
    found = [(message.context, first(message)) for message in parse(f"{entry}\n".encode())[0]]
    return found[1] if len(found) > 1 else (None, "")
