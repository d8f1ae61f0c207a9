"""How many pages every screen takes, in every language, on every channel, when all that fills it in is at its longest.

Each placeholder inherits its longest value: a fact from its source, in the words of the language; an answer from the
form that it must have, or from `longest:` beside it; a choice from its label. Pages are cut as they are for a citizen.
More than MOST_PAGES is a warning; what can only be shown torn apart is a problem. What only goes as a message is told
in parts of an SMS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import get_args

from state.errors import Problem
from state.interfaces import ChannelKind, ScreenSize
from state.menu.back_links import reachable
from state.menu.journeys import Journeys
from state.menu.model import Menu
from state.menu.versions import MenuVersion
from state.rate_limit import Limit
from state.rendering.longest_values import WorstCaseValues
from state.rendering.render import NO_KEYS, offer, refusal
from state.text.encoding import shortest_sms, split_sms
from state.text.languages import Language
from state.text.page_format import paper
from state.text.pagination import Footer, paginate
from state.text.translations import BENIN

MOST_PAGES, MOST_PARTS = 3, 6
MAX_CACHED = 16_384  # texts measured, about 1 KiB each
MESSAGE = "message SMS"
Shown = tuple[str, tuple[str, ...], Footer]


@dataclass(frozen=True, slots=True)
class ScreenSizeReport:
    """How one screen fits: its pages, the largest of them beside the room it has; torn says why it cannot be shown."""

    screen: str
    language: str
    channel: str
    pages: int
    largest: int
    room: int
    torn: str = ""


def measure_all(edition: MenuVersion, rooms: Mapping[str, ScreenSize]) -> Iterator[ScreenSizeReport]:
    """Every screen in every language on every channel, rooms by the channel's name."""
    sent = only_sent(edition.journeys)
    for menu in edition.menus.values():
        longest, shown = WorstCaseValues(menu, edition.questions), dict[ChannelKind, dict[str, Shown]]()
        for name in sorted(sent):
            yield _sent(menu, name, longest.of(menu.screens[name], "sms")[0])
        for channel, room in rooms.items():
            fit = partial(_fit, menu, channel, room)
            if room.kind not in shown:
                told = ((name, screen) for name, screen in menu.screens.items() if screen.says and name not in sent)
                shown[room.kind] = {name: (*longest.of(one, room.kind), one.footer) for name, one in told}
            yield from (fit(name, one) for name, one in shown[room.kind].items())
            for name in ("sorry", "stopped", "enough", "crowded"):
                yield fit(f"phrases.{name}", (getattr(menu.phrases, name), (), NO_KEYS))
            for limit in get_args(Limit):
                yield fit(f"phrases.{limit}", (_refused(menu, limit), (), NO_KEYS))
            yield fit("phrases.cut", (*offer(menu), NO_KEYS))


def _refused(menu: Menu, limit: Limit) -> str:
    """What is said to who guesses, at its longest."""
    days = (datetime(2026, month, 28, 23, 59, tzinfo=BENIN).timestamp() for month in range(1, 13))
    until = max((menu.wording.hour(day, 0.0) for day in days), key=len)
    return refusal(menu, limit, until)


def only_sent(journeys: Journeys) -> frozenset[str]:
    """The screens that nobody comes to: their words only go as messages."""
    return journeys.sent - reachable(journeys.graph, journeys.start)


def _sent(menu: Menu, name: str, said: str) -> ScreenSizeReport:
    """A message at its longest, in parts of an SMS."""
    parts = split_sms(shortest_sms(said, menu.wording.language.folding))
    return ScreenSizeReport(name, menu.wording.language.code, MESSAGE, len(parts), max(map(len, parts)), 160)


def problems(edition: MenuVersion, found: Iterable[ScreenSizeReport]) -> list[Problem]:
    """What cannot be shown."""
    return _report_line(edition, (fit for fit in found if fit.torn), lambda fit: fit.torn)


def warnings(edition: MenuVersion, found: Iterable[ScreenSizeReport]) -> list[Problem]:
    """The screens that take more pages than anybody reads, and the messages that take more parts than are worth it."""
    pages: list[ScreenSizeReport] = []
    parts: list[ScreenSizeReport] = []
    for fit in found:
        (parts if fit.channel == MESSAGE else pages).append(fit)
    return [*_long(edition, pages, MOST_PAGES, "pages"), *_long(edition, parts, MOST_PARTS, "SMS")]


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
    """Pages, the largest of them, its room, and why it cannot be shown; most texts are the same at the next change."""
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
    """The same footer for the same words: how it is written is kept by footer."""
    return Footer(more, keys)


def _report_line(
    edition: MenuVersion, found: Iterable[ScreenSizeReport], what: Callable[[ScreenSizeReport], str]
) -> list[Problem]:
    """One problem for each screen and each thing to say of it, which names the languages and channels."""
    where: dict[tuple[str, str], dict[str, None]] = {}
    for fit in found:
        where.setdefault((fit.screen, what(fit)), {})[f"{fit.language} {fit.channel}"] = None
    return [_placed(edition, screen, f"{said} ({', '.join(places)})") for (screen, said), places in where.items()]


def _placed(edition: MenuVersion, screen: str, what: str) -> Problem:
    """The problem at the place where an operator wrote the screen."""
    journey, _, short = screen.partition(".")
    written = edition.journeys.files.get(journey)
    if written is None:
        return edition.journeys.phrases_document.problem_at((short,), what)
    return written.document.problem_at(("screens", short, "say"), f"écran {short} : {what}")
