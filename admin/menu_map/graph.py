"""The graph of the map: boxes for screens or for whole journeys, and arrows between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from authoring.diff.changes import first_words, template_text
from authoring.diff.transitions import TRIGGER_LABELS
from state.menu.journeys import HOME
from state.menu.machine import destination
from state.menu.model import Option, Screen
from state.menu.schema import ChoiceScreen, EndScreen, ListScreen, LookUpScreen, QuestionScreen, ScreenFile
from state.menu.versions import MenuVersion
from state.text.languages import SOURCE

Sort = Literal["choices", "list", "question", "look_up", "end", "journey"]
SORTS: Final[Mapping[type[ScreenFile], Sort]] = {
    ChoiceScreen: "choices", ListScreen: "list", QuestionScreen: "question", LookUpScreen: "look_up",
    EndScreen: "end"}  # fmt: skip
SORT_LABELS: Final[Mapping[Sort, str]] = {
    "choices": "choix", "list": "liste", "question": "question", "look_up": "recherche", "end": "fin",
    "journey": "parcours"}  # fmt: skip
NOTHING: Final = "« rien à montrer »"  # what "unknown" means of a list


@dataclass(frozen=True, slots=True)
class Box:
    """A screen or a journey: its first text, and its page. outside marks a screen of another journey."""

    name: str
    says: str
    sort: Sort
    outside: bool = False

    @property
    def path(self) -> str:
        """Return the path of its page below /bureau."""
        return f"plan/{self.name}" if self.sort == "journey" else f"ecran/{self.name}"


@dataclass(frozen=True, slots=True)
class Arrow:
    """A transition between two boxes, with labels for operators; sent marks a text that is sent as a message."""

    start: str
    end: str
    labels: tuple[str, ...]
    sent: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """Boxes and arrows; the first box is the start."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def journey_chart(edition: MenuVersion, journey: str) -> Chart:
    """Return the screens of one journey, and the screens of other journeys that they lead to."""
    own = [f"{journey}.{name}" for name in edition.journeys.files[journey].screens]
    first = edition.journeys.resolve(journey, edition.journeys.files[journey].first)
    own.sort(key=lambda name: name != first)
    arrows = tuple(arrow for name in own for arrow in arrows_from(edition, name))
    others = dict.fromkeys(arrow.end for arrow in arrows if arrow.end not in own)
    return Chart(tuple(_box(edition, name, name in others) for name in (*own, *others)), arrows)


def overview(edition: MenuVersion) -> Chart:
    """Return all journeys and their transitions; transitions to the home journey are left out, because all have
    them.
    """
    between: dict[tuple[str, str], list[str]] = {}
    for name in edition.journeys.screens:
        for arrow in arrows_from(edition, name):
            start, end = name.partition(".")[0], arrow.end.partition(".")[0]
            if end not in (start, HOME):
                between.setdefault((start, end), []).extend(arrow.labels)
    names = sorted(edition.journeys.files, key=lambda name: name != HOME)
    boxes = (Box(name, edition.journeys.files[name].title, "journey") for name in names)
    return Chart(tuple(boxes), tuple(Arrow(*pair, tuple(labels)) for pair, labels in between.items()))


def only_visible(chart: Chart, is_visible: Callable[[str], bool]) -> Chart:
    """Return a chart without the boxes that its reader may not see, and their arrows."""
    boxes = tuple(box for box in chart.boxes if is_visible(box.name))
    return Chart(boxes, tuple(one for one in chart.arrows if is_visible(one.start) and is_visible(one.end)))


def arrows_from(edition: MenuVersion, name: str) -> Iterator[Arrow]:
    """Yield the transitions from a screen, by destination; keys that work everywhere, such as 0 and 00, are left
    out.
    """
    screen, machine = edition.menus[SOURCE].screens[name], edition.menus[SOURCE].machine
    ways: dict[tuple[str, bool], list[str]] = {}
    for option in screen.options:
        ways.setdefault((destination(machine, name, option.trigger), False), []).append(key_and_words(option))
        for message in filter(None, (option.sends, option.notifies)):
            ways.setdefault((message, True), []).append(f"message : {key_and_words(option)}")
    for trigger, end in edition.journeys.graph[name]:
        if not trigger.startswith("choice "):  # the options, with their shortcuts
            ways.setdefault((end, False), []).append(_meant(screen, trigger))
    yield from (Arrow(name, end, tuple(dict.fromkeys(labels)), sent) for (end, sent), labels in ways.items())


def arrows_to(edition: MenuVersion, name: str) -> Iterator[Arrow]:
    """Yield the transitions from other screens to this one."""
    yield from (
        arrow for other in edition.journeys.screens for arrow in arrows_from(edition, other) if arrow.end == name
    )


def key_and_words(option: Option) -> str:
    """Return an option as a citizen reads it: « 1 Services »."""
    return f"{option.number} {template_text(option.label)}" if option.label else f"{option.number} (raccourci)"


def _box(edition: MenuVersion, name: str, outside: bool) -> Box:
    return Box(name, first_words(edition, name), SORTS[type(edition.journeys.screens[name])], outside)


def _meant(screen: Screen, trigger: str) -> str:
    return NOTHING if screen.rows and trigger == "unknown" else TRIGGER_LABELS.get(trigger, f"« {trigger} »")
