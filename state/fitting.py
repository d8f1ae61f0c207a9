"""How many pages every screen takes, in every language, on every channel, when all that fills it in is at its longest.

Each placeholder inherits its longest value: a fact from its source, in the words of the language; an answer from the
form that it must have, or from `longest:` beside it; a choice from its label. Pages are cut as they are for a citizen.
More than MOST_PAGES is a warning; what can only be shown torn apart is a problem.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from state.errors import Problem
from state.longest import Longest
from state.menu import Menu
from state.menus import Edition
from state.messages import Room
from state.pages import Footer, cut
from state.paper import paper
from state.showing import NO_KEYS, offer

MOST_PAGES = 3
Shown = tuple[str, tuple[str, ...], Footer]


@dataclass(frozen=True, slots=True)
class Fit:
    """How one screen fits: its pages, the largest of them beside the room it has; torn says why it cannot be shown."""

    screen: str
    language: str
    channel: str
    pages: int
    largest: int
    room: int
    torn: str = ""


def fits(edition: Edition, rooms: Mapping[str, Room]) -> Iterator[Fit]:
    """Every screen in every language on every channel, rooms by the channel's name."""
    for menu in edition.menus.values():
        longest = Longest(menu, edition.questions)
        for channel, room in rooms.items():
            fit = partial(_fit, menu, channel, room)
            for name, screen in menu.screens.items():
                if screen.says:
                    yield fit(name, (*longest.of(screen, room.kind), screen.footer))
            for name in ("guessing", "sorry"):
                yield fit(f"phrases.{name}", (getattr(menu.phrases, name), (), NO_KEYS))
            yield fit("phrases.cut", (*offer(menu), NO_KEYS))


def problems(edition: Edition, found: Iterable[Fit]) -> list[Problem]:
    """What cannot be shown."""
    return _told(edition, (fit for fit in found if fit.torn), lambda fit: fit.torn)


def warnings(edition: Edition, found: Iterable[Fit]) -> list[Problem]:
    """The screens that take more pages than anybody reads."""
    many = [fit for fit in found if fit.pages > MOST_PAGES]
    most = {fit.screen: fit.pages for fit in sorted(many, key=lambda fit: fit.pages)}
    what = "jusqu'à {} pages, plus de {} : raccourcissez"
    return _told(edition, many, lambda fit: what.format(most[fit.screen], MOST_PAGES))


def _fit(menu: Menu, channel: str, room: Room, name: str, shown: Shown) -> Fit:
    say, options, footer = shown
    letters = paper(menu.wording.language, room)
    sheet = letters.sheet("\n".join((say, *options, footer.keys)))
    pages = cut.__wrapped__(say, options, footer, letters)
    space = sheet.room - sheet.size(footer.written(sheet)[0])
    torn = ""
    if any(sheet.size(sheet.write(option)) > space for option in options):
        torn = "un choix ne tient pas sur une page : raccourcissez-le"
    elif footer is NO_KEYS and len(pages) > 1:
        torn = "ne tient pas sur une page : raccourcissez"
    elif not "".join(pages).strip():
        torn = "il n'y a rien à montrer"
    return Fit(name, menu.wording.language.code, channel, len(pages), max(map(sheet.size, pages)), sheet.room, torn)


def _told(edition: Edition, found: Iterable[Fit], what: Callable[[Fit], str]) -> list[Problem]:
    """One problem for each screen and each thing to say of it, which names the languages and channels."""
    where: dict[tuple[str, str], dict[str, None]] = {}
    for fit in found:
        where.setdefault((fit.screen, what(fit)), {})[f"{fit.language} {fit.channel}"] = None
    return [_placed(edition, screen, f"{said} ({', '.join(places)})") for (screen, said), places in where.items()]


def _placed(edition: Edition, screen: str, what: str) -> Problem:
    """The problem at the place where an operator wrote the screen."""
    journey, _, short = screen.partition(".")
    written = edition.journeys.files.get(journey)
    if written is None:
        return edition.journeys.phrases_document.complain((short,), what)
    return written.document.complain(("screens", short, "say"), f"écran {short} : {what}")
