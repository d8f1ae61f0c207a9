"""The texts of a screen as somebody types them: written into the file of the journey, and tried before they are saved.

The same rules hold as for a file: what the models, the lint and the size check complain about is a complaint at the
field whose text is the cause, or of the screen as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from authoring.drafts.yaml_text import replace_value
from state.errors import Problem
from state.interfaces import ScreenSize
from state.menu.changed_texts import with_changed_texts
from state.menu.journey_files import journey_of
from state.menu.journeys import Journey
from state.menu.lint import lint
from state.menu.schema import ScreenFile
from state.menu.screen_texts import Place, texts_of
from state.menu.versions import MenuVersion
from state.rendering import size_check
from state.rendering.size_check import measure_screen
from state.yaml_files.loader import Document, Where, parse

WHOLE = ""  # the field of complaints about the screen as a whole


@dataclass(frozen=True, slots=True)
class TrialTexts:
    """A file with the typed texts, and the edition that shows them; None if they cannot be shown.

    complaints are in French, by field.
    """

    text: str
    edition: MenuVersion | None
    complaints: Mapping[str, tuple[str, ...]]


def field_name(place: Place) -> str:
    """Return the name of a text in a form: say, choices.0.label."""
    return ".".join(map(str, place))


def fields_of(screen: ScreenFile) -> Mapping[str, str]:
    """Return the texts of a screen by field, in the order of the page."""
    return {field_name(place): text for place, text in texts_of(screen)}


def write_texts(text: str, screen: str, typed: Mapping[str, str]) -> str:
    """Return the file of a journey in which a screen has these texts; a text that stays is not touched.

    Raises MenusRefused for a text that YAML cannot hold, and KeyError if the screen is gone.
    """
    present = journey_of(parse(text.encode(), "")).screens[screen]
    for place, before in list(texts_of(present)):
        after = typed_text(typed.get(field_name(place), before))
        if after != before:
            text = replace_value(text, ("screens", screen, *place), after)
    return text


def typed_text(typed: str) -> str:
    """Return a text of a form as a file has it."""
    return "\n".join(line.rstrip() for line in typed.replace("\r\n", "\n").split("\n")).strip()


def try_texts(edition: MenuVersion, name: str, text: str, rooms: Mapping[str, ScreenSize]) -> TrialTexts:
    """Try the file of a journey, in which one screen has other texts, in this edition; name is journey.screen."""
    journey_name, _, short = name.partition(".")
    document = parse(text.encode(), edition.journeys.files[journey_name].document.file)
    journey = journey_of(document)
    changed = with_changed_texts(edition, journey)
    if changed is None:
        return TrialTexts(text, None, _by_field(document.problems, journey, short))
    found = [one for one in lint(changed.journeys, changed.questions) if one.file == document.file]
    if not found:
        found = size_check.problems(changed, measure_screen(changed, name, rooms))
    return TrialTexts(text, changed, _by_field(found, journey, short))


def _by_field(problems: Iterable[Problem], journey: Journey, screen: str) -> Mapping[str, tuple[str, ...]]:
    """Return problems by the field at whose text they stand."""
    fields = dict(_places(journey.document, screen))
    found: dict[str, dict[str, None]] = {}
    for problem in problems:
        at = (problem.line, problem.column)
        within = [name for name, (start, end) in fields.items() if start <= at < end]
        found.setdefault(within[-1] if within else WHOLE, {})[problem.what] = None
    return {name: tuple(lines) for name, lines in found.items()}


def _places(document: Document, screen: str) -> Iterator[tuple[str, tuple[tuple[int, int], tuple[int, int]]]]:
    """Yield each field of a screen with the places at which it begins and ends; the first covers the whole text."""
    within = ("screens", screen)
    fields = sorted((place, where) for where, place in document.places.items() if _is_text(document, where, within))
    for (start, where), (end, _) in zip(fields, [*fields[1:], ((10**9, 0), ())], strict=True):
        yield field_name(where[len(within) :]), (start, end)


def _is_text(document: Document, where: Where, within: Where) -> bool:
    """Whether there is a text of the screen at this place."""
    rest = where[len(within) :]
    if where[: len(within)] != within or not rest:
        return False
    is_say, is_label = rest[0] == "say", rest[-1] in ("label", "hint")
    return (is_say or is_label) and (*where, "one") not in document.places and not _is_parent(document, where)


def _is_parent(document: Document, where: Where) -> bool:
    return any(len(one) == len(where) + 1 and one[: len(where)] == where for one in document.places)
