"""One screen as phones show it: in every language, on every channel, page by page, with the longest values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from catalog.entries import Service
from channels import rooms
from reporting.french import NARROW, format_number
from settings import Settings
from sources.service_cards import ServiceCards
from state.country.active import country
from state.interfaces import ChannelKind, ScreenSize
from state.menu.machine import destination
from state.menu.model import Menu, Screen
from state.menu.versions import MenuVersion
from state.rendering.longest_values import WorstCaseValues
from state.rendering.render import Shown, pages_in
from state.rendering.size_check import only_sent
from state.text.encoding import in_gsm, septets, utf16_units
from state.text.page_format import paper
from state.text.pagination import paginate
from state.text.sms_parts import shortest_sms, split_sms

CARD: Final = "services.card"  # the question whose answer is the card of a service
CHANNELS: Final = {
    "africastalking_ussd": "USSD (Africa's Talking)",
    "madapi": "USSD (MTN)",
    "africastalking_sms": "SMS",
    "whatsapp": "WhatsApp",
    "telegram": "Telegram",
}


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its text, its size and limit in septets or units, its encoding, and how many SMS carry it."""

    text: str
    used: int
    room: int
    counted: str
    sms: int = 0


@dataclass(frozen=True, slots=True)
class View:
    """A screen on one channel in one language."""

    channel: str
    code: str
    language: str
    pages: tuple[Page, ...]

    @property
    def sms(self) -> int:
        """How many SMS carry all pages; 0 on other channels."""
        return sum(page.sms for page in self.pages)


def views(edition: MenuVersion, name: str, settings: Settings, case: Mapping[str, str] | None = None) -> Iterator[View]:
    """Yield a screen on every channel in every language; nothing for a look-up, which has no text.

    case has the facts of one answer to the question that leads here; without it, all values are at their longest.
    """
    sent = name in only_sent(edition.journeys)
    for code, menu in edition.menus.items():
        screen, shown = menu.screens[name], _filling(edition, menu, case)
        if not screen.says:
            continue
        made = partial(View, code=code, language=menu.wording.language.name)
        if sent:
            text = shortest_sms(shown(screen, "sms")[0], menu.wording.language.folding)
            yield made("message SMS", pages=tuple(map(part_page, split_sms(text))))
            continue
        for channel, room in rooms(settings).items():
            pages = _pages(menu, room, (*shown(screen, room.kind), screen.footer))
            yield made(CHANNELS.get(channel, channel), pages=tuple(pages))


def _filling(
    edition: MenuVersion, menu: Menu, case: Mapping[str, str] | None
) -> Callable[[Screen, ChannelKind], tuple[str, tuple[str, ...]]]:
    longest = WorstCaseValues(menu, edition.questions)
    if case is None:
        return longest.of
    question = next(one for one in edition.questions.values() if case.keys() <= one.gives.keys())
    return lambda screen, kind: longest.in_case(screen, kind, question, case)


def _pages(menu: Menu, room: ScreenSize, shown: Shown) -> Iterator[Page]:
    letters = paper(menu.wording.language, room)
    for text in pages_in(room, shown, "", partial(paginate.__wrapped__, paper=letters)):
        sms = len(split_sms(text)) if room.kind == "sms" else 0
        if room.kind == "chat":
            yield Page(text, utf16_units(text), room.units, "signes")
        elif in_gsm(text):
            yield Page(text, septets(text), room.septets, "septets (GSM 7 bits)", sms)
        else:
            yield Page(text, utf16_units(text), room.units, "unités (UCS-2)", sms)


def part_page(text: str) -> Page:
    """Return one part of an SMS."""
    if in_gsm(text):
        return Page(text, septets(text), 160, "septets (GSM 7 bits)", 1)
    return Page(text, utf16_units(text), 70, "unités (UCS-2)", 1)


def card_views(edition: MenuVersion, service: Service, settings: Settings) -> Iterator[View]:
    """Yield the card of a service; nothing if no screen of these menus shows cards."""
    facts, menu = ServiceCards({"": service}).find("").facts, next(iter(edition.menus.values()))
    asking = (one.name for one in menu.screens.values() if one.question and one.question.name == CARD)
    if card := next((destination(menu.machine, name, "found") for name in asking), ""):
        yield from views(edition, card, settings, facts)


def by_language(every: Iterable[View]) -> Mapping[str, list[View]]:
    """Return the views of a screen by language."""
    found: dict[str, list[View]] = {}
    for view in every:
        found.setdefault(view.code, []).append(view)
    return found


def sms_price(one: float, sms: int) -> str:
    """Return what so many SMS cost; "" if the price is not known."""
    return f"{format_number(one * sms)}{NARROW}{country().currency.sign}" if one and sms else ""
