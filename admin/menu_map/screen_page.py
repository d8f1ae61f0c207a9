"""One screen as phones show it: in every language, on every channel, page by page, with the longest values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from admin.context import ADMIN_CONTEXT
from admin.menu_map.colors import SIGNS, language_marks, problem_marks
from admin.menu_map.graph import SORT_LABELS, SORTS, arrows_from, arrows_to, first_words
from admin.menu_map.screen_status import SCREEN_STATUS, problems_by_screen
from admin.permissions import CurrentUser
from admin.routes import Route
from admin.templating import render
from channels import rooms
from settings import Settings
from state.interfaces import ScreenSize
from state.menu.model import Menu
from state.menu.versions import MenuVersion
from state.rendering.longest_values import WorstCaseValues
from state.rendering.render import Shown, pages_in
from state.rendering.size_check import only_sent
from state.text.encoding import in_gsm, septets, utf16_units
from state.text.page_format import paper
from state.text.pagination import paginate
from state.text.sms_parts import shortest_sms, split_sms

CHANNELS: Final = {
    "africastalking_ussd": "USSD (Africa's Talking)",
    "madapi": "USSD (MTN)",
    "africastalking_sms": "SMS",
    "whatsapp": "WhatsApp",
    "telegram": "Telegram",
}


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its text, its size and limit in septets or units, and its encoding."""

    text: str
    used: int
    room: int
    counted: str


@dataclass(frozen=True, slots=True)
class View:
    """A screen on one channel in one language."""

    channel: str
    code: str
    language: str
    pages: tuple[Page, ...]


async def show(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Show one screen."""
    desk, name = request.config_dict[ADMIN_CONTEXT], request.match_info["screen"]
    found = await request.config_dict[SCREEN_STATUS].current(desk)
    edition = found.edition
    if name not in edition.journeys.screens:
        return render(request, visitor, "map_unknown.html", status=404, what="d'écran", name=name)
    journey, _, short = name.partition(".")
    document = edition.journeys.files[journey].document
    context: dict[str, Any] = {
        "name": name,
        "journey": edition.journeys.files[journey],
        "says": first_words(edition, name),
        "sort": SORT_LABELS[SORTS[type(edition.journeys.screens[name])]],
        "place": f"{Path(document.file).name}:{document.place(('screens', short), key=True)[0]}",
        "out": list(arrows_from(edition, name)),
        "into": list(arrows_to(edition, name)),
        "views": _by_language(views(edition, name, desk.settings)),
        "sent": name in only_sent(edition.journeys),
        "broken": desk.change_feed.problems,
        "marks": [
            problem_marks(found, problems_by_screen(desk.change_feed.problems, edition))([name]),
            language_marks(found)([name]),
        ],
    }
    return render(request, visitor, "screen.html", signs=SIGNS, **context)


def views(edition: MenuVersion, name: str, settings: Settings) -> Iterator[View]:
    """Yield a screen on every channel in every language; nothing for a look-up, which has no text."""
    sent = name in only_sent(edition.journeys)
    for code, menu in edition.menus.items():
        screen, longest = menu.screens[name], WorstCaseValues(menu, edition.questions)
        if not screen.says:
            continue
        made = partial(View, code=code, language=menu.wording.language.name)
        if sent:
            text = shortest_sms(longest.of(screen, "sms")[0], menu.wording.language.folding)
            yield made("message SMS", pages=tuple(map(_part, split_sms(text))))
            continue
        for channel, room in rooms(settings).items():
            shown = (*longest.of(screen, room.kind), screen.footer)
            yield made(CHANNELS.get(channel, channel), pages=tuple(_pages(menu, room, shown)))


def _pages(menu: Menu, room: ScreenSize, shown: Shown) -> Iterator[Page]:
    letters = paper(menu.wording.language, room)
    for text in pages_in(room, shown, "", partial(paginate.__wrapped__, paper=letters)):
        if room.kind == "chat":
            yield Page(text, utf16_units(text), room.units, "signes")
        elif in_gsm(text):
            yield Page(text, septets(text), room.septets, "septets (GSM 7 bits)")
        else:
            yield Page(text, utf16_units(text), room.units, "unités (UCS-2)")


def _part(text: str) -> Page:
    """Return one part of an SMS."""
    if in_gsm(text):
        return Page(text, septets(text), 160, "septets (GSM 7 bits)")
    return Page(text, utf16_units(text), 70, "unités (UCS-2)")


def _by_language(every: Iterable[View]) -> Mapping[str, list[View]]:
    found: dict[str, list[View]] = {}
    for view in every:
        found.setdefault(view.code, []).append(view)
    return found


WAYS: Final = (Route("GET", "/ecran/{screen}", "view", show),)
