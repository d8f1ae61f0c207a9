"""Checks how many pages every screen takes, in every language and on every channel, with the longest values.

The longest value of a fact is in its source, in the language's translation; of an answer, in its pattern or in
`longest:`; of a choice, its label. Pages are cut as for a citizen. More than MAX_PAGES is a warning, but for lists; a
screen that cannot be shown whole is a problem. A text that is only sent as a message is measured in SMS parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import get_args

from reporting.time_zone import zone
from state.errors import Problem
from state.interfaces import ChannelKind, ScreenSize
from state.menu.back_links import reachable
from state.menu.journeys import Journeys
from state.menu.model import Menu
from state.menu.versions import MenuVersion
from state.rate_limit import Limit
from state.rendering.longest_values import WorstCaseValues
from state.rendering.render import NO_KEYS, offer, refusal
from state.text.languages import SOURCE, Language
from state.text.page_format import paper
from state.text.pagination import Footer, paginate
from state.text.sms_parts import shortest_sms, split_sms

MAX_PAGES, MAX_PARTS = 3, 6
MAX_CACHED = 16_384  # measured texts, about 1 KiB each
MESSAGE = "message SMS"
Shown = tuple[str, tuple[str, ...], Footer]


@dataclass(frozen=True, slots=True)
class ScreenSizeReport:
    """The size of a screen: its pages, the largest of them and the capacity; torn says why it cannot be shown."""

    screen: str
    language: str
    channel: str
    pages: int
    largest: int
    room: int
    torn: str = ""


def measure_all(edition: MenuVersion, rooms: Mapping[str, ScreenSize]) -> Iterator[ScreenSizeReport]:
    """Measure every screen in every language on every channel; rooms has the screen sizes by channel."""
    sent = only_sent(edition.journeys)
    for menu in edition.menus.values():
        longest, shown = WorstCaseValues(menu, edition.questions), dict[ChannelKind, dict[str, Shown]]()
        for name in sorted(sent):
            yield _sent(menu, name, longest.of(menu.screens[name], "sms")[0])
        for channel, room in rooms.items():
            fit = partial(_fit, menu, channel, room)
            if room.kind not in shown:
                visible = ((name, screen) for name, screen in menu.screens.items() if screen.says and name not in sent)
                shown[room.kind] = {name: (*longest.of(one, room.kind), one.footer) for name, one in visible}
            yield from (fit(name, one) for name, one in shown[room.kind].items())
            for name in ("sorry", "stopped", "enough", "crowded"):
                yield fit(f"phrases.{name}", (getattr(menu.phrases, name), (), NO_KEYS))
            for limit in get_args(Limit):
                yield fit(f"phrases.{limit}", (_refused(menu, limit), (), NO_KEYS))
            yield fit("phrases.cut", (*offer(menu), NO_KEYS))


def measure_screen(edition: MenuVersion, name: str, rooms: Mapping[str, ScreenSize]) -> Iterator[ScreenSizeReport]:
    """Measure one screen in every language on every channel; nothing for a look-up, which has no text."""
    is_sent = name in only_sent(edition.journeys)
    for menu in edition.menus.values():
        screen, longest = menu.screens[name], WorstCaseValues(menu, edition.questions)
        if is_sent:
            yield _sent(menu, name, longest.of(screen, "sms")[0])
        elif screen.says:
            for channel, room in rooms.items():
                yield _fit(menu, channel, room, name, (*longest.of(screen, room.kind), screen.footer))


def _refused(menu: Menu, limit: Limit) -> str:
    """Return the text of a refusal at its longest."""
    days = (datetime(2026, month, 28, 23, 59, tzinfo=zone()).timestamp() for month in range(1, 13))
    until = max((menu.wording.hour(day, 0.0) for day in days), key=len)
    return refusal(menu, limit, until)


def only_sent(journeys: Journeys) -> frozenset[str]:
    """Return the screens that cannot be reached: their texts are only sent as messages."""
    return journeys.sent - reachable(journeys.graph, journeys.start)


def _sent(menu: Menu, name: str, text: str) -> ScreenSizeReport:
    """Measure a message at its longest, in SMS parts."""
    parts = split_sms(shortest_sms(text, menu.wording.language.folding))
    return ScreenSizeReport(name, menu.wording.language.code, MESSAGE, len(parts), max(map(len, parts)), 160)


def problems(edition: MenuVersion, found: Iterable[ScreenSizeReport]) -> list[Problem]:
    """Return the screens that cannot be shown."""
    return _report_line(edition, (fit for fit in found if fit.torn), lambda fit: fit.torn)


def warnings(edition: MenuVersion, found: Iterable[ScreenSizeReport]) -> list[Problem]:
    """Return the screens with too many pages, and the messages with too many parts."""
    pages: list[ScreenSizeReport] = []
    parts: list[ScreenSizeReport] = []
    screens = edition.menus[SOURCE].screens
    for fit in found:
        if fit.channel == MESSAGE:
            parts.append(fit)
        elif not (screen := screens.get(fit.screen)) or not screen.rows:  # a list is as long as its source makes it
            pages.append(fit)
    return [*_long(edition, pages, MAX_PAGES, "pages"), *_long(edition, parts, MAX_PARTS, "SMS")]


def _long(edition: MenuVersion, found: Iterable[ScreenSizeReport], limit: int, what: str) -> list[Problem]:
    many = [fit for fit in found if fit.pages > limit]
    most = {fit.screen: fit.pages for fit in sorted(many, key=lambda fit: fit.pages)}
    return _report_line(
        edition, many, lambda fit: f"jusqu'à {most[fit.screen]} {what}, plus de {limit} : raccourcissez"
    )


def _fit(menu: Menu, channel: str, room: ScreenSize, name: str, shown: Shown) -> ScreenSizeReport:
    say, options, footer = shown
    language = menu.wording.language
    measured = _measured(say, options, (footer.more, footer.keys), language, room)
    return ScreenSizeReport(name, language.code, channel, *measured)


@lru_cache(maxsize=MAX_CACHED)
def _measured(
    say: str, options: tuple[str, ...], keys: tuple[str, str], language: Language, room: ScreenSize
) -> tuple[int, int, int, str]:
    """Return pages, largest page, capacity and fault; cached because most texts stay the same between versions."""
    footer, letters = _footer(*keys), paper(language, room)
    sheet = letters.sheet("\n".join((say, *options, footer.keys)))
    pages = paginate.__wrapped__(say, options, footer, letters)
    space = sheet.room - sheet.size(footer.written(sheet)[0])
    torn = ""
    if any(sheet.size(sheet.write(option)) > space for option in options):
        torn = "un choix ne tient pas sur une page : raccourcissez-le"
    elif keys == (NO_KEYS.more, NO_KEYS.keys) and len(pages) > 1:
        torn = "ne tient pas sur une page : raccourcissez"
    elif not "".join(pages).strip():
        torn = "il n'y a rien à montrer"
    return len(pages), max(map(sheet.size, pages)), sheet.room, torn


@lru_cache(maxsize=64)
def _footer(more: str, keys: str) -> Footer:
    """Return the same footer object for the same texts, because encoded footers are cached by footer."""
    return Footer(more, keys)


def _report_line(
    edition: MenuVersion, found: Iterable[ScreenSizeReport], what: Callable[[ScreenSizeReport], str]
) -> list[Problem]:
    """Return one problem for each screen and fault, with the languages and channels."""
    where: dict[tuple[str, str], dict[str, None]] = {}
    for fit in found:
        where.setdefault((fit.screen, what(fit)), {})[f"{fit.language} {fit.channel}"] = None
    return [_placed(edition, screen, f"{fault} ({', '.join(places)})") for (screen, fault), places in where.items()]


def _placed(edition: MenuVersion, screen: str, what: str) -> Problem:
    """Return the problem at the place of the screen in its file."""
    journey, _, short = screen.partition(".")
    written = edition.journeys.files.get(journey)
    if written is None:
        return edition.journeys.phrases_document.problem_at((short,), what)
    return written.document.problem_at(("screens", short, "say"), f"écran {short} : {what}")
