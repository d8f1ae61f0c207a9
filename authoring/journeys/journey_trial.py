"""Tries a changed file of a journey within an edition: complaints by place, screens that nothing leads to, and phones.

Nothing is written: the other journeys are those of the edition. What is saved is checked whole once more, as by
`zin check` (authoring/drafts/compiled_draft.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from state.errors import Problem
from state.menu.back_links import back_targets, offered
from state.menu.journey_files import journey_of
from state.menu.journeys import Journey, Journeys
from state.menu.lint import lint
from state.menu.lint.transition_rules import never_shown, retour_unclear
from state.menu.schema import NOT_OFFERED, UNAVAILABLE, EndScreen
from state.menu.versions import MenuVersion, build_menu_version
from state.yaml_files.loader import Where, parse


@dataclass(frozen=True, slots=True)
class JourneyTrial:
    """A changed file and what is wrong with it; edition is None then."""

    text: str
    journey: Journey
    problems: tuple[Problem, ...] = ()
    edition: MenuVersion | None = None


def try_journey(edition: MenuVersion, name: str, text: str, drafts: Collection[str] | None) -> JourneyTrial:
    """Try the text of a journey's file in this edition; takes tenths of a second. drafts as in the settings."""
    journeys = with_journey(edition.journeys, name, text)
    wrong, known = lint(journeys, edition.questions), lint(edition.journeys, edition.questions)
    before = {(one.file, one.what) for one in known}
    loose = set(_loose(journeys, name))
    found = tuple(one for one in wrong if (one.file, one.what) not in before and one not in loose)
    if wrong:
        return JourneyTrial(text, journeys.files[name], found)
    made = build_menu_version(journeys, edition.questions, edition.wordings, drafts)
    return JourneyTrial(text, journeys.files[name], edition=made)


def try_journey_file(edition: MenuVersion, name: str, text: str) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """Return what is wrong with a journey's file as somebody types it: in this file, and in others for its sake."""
    journeys = with_journey(edition.journeys, name, text)
    if not journeys.files[name].screens:  # nothing can be read; what others say of it follows from that
        return tuple(journeys.files[name].document.problems), ()
    known = {(one.file, one.what) for one in lint(edition.journeys, edition.questions)}
    found = [one for one in lint(journeys, edition.questions) if (one.file, one.what) not in known]
    file = journeys.files[name].document.file
    return tuple(one for one in found if one.file == file), tuple(one for one in found if one.file != file)


def _loose(journeys: Journeys, name: str) -> Iterator[Problem]:
    """Yield the problems that `loose_ends` has, which a form asks about."""
    file = journeys.files[name].document.file
    for rule in (never_shown, retour_unclear):
        yield from (one for one in rule(journeys, {}) if one.file == file and _is_of_screen(journeys.files[name], one))


def _is_of_screen(journey: Journey, problem: Problem) -> bool:
    return place_of(journey, problem)[:1] == ("screens",)


def loose_ends(before: Journeys, name: str, text: str) -> tuple[tuple[str, ...], Mapping[str, tuple[str, ...]]]:
    """Return what a changed file of a journey leaves open, by short names of screens.

    First the screens that nothing leads to any more, then those from which 0 may lead to several others, with these.
    """
    after = with_journey(before, name, text)
    lost = tuple(_lost(after, name))
    return () if len(lost) == len(after.files[name].screens) else lost, dict(_unclear(after, name))


def with_journey(journeys: Journeys, name: str, text: str) -> Journeys:
    """Return journeys in which one file has another text."""
    file = journeys.files[name].document.file
    journey = journey_of(parse(text.encode(), file))
    others = tuple(one for one in journeys.problems if one.file != file)
    problems = (*others, *journey.document.problems)
    return replace(journeys, files={**journeys.files, name: journey}, problems=problems)


def place_of(journey: Journey, problem: Problem) -> Where:
    """Return the part of the file at which a problem stands: the innermost that begins there."""
    at = (problem.line, problem.column)
    document = journey.document
    found = [where for where, place in (*document.keys.items(), *document.places.items()) if place == at]
    return max(found, key=len, default=())


def _lost(journeys: Journeys, name: str) -> Iterator[str]:
    seen = _reached(journeys)
    yield from (short for short in journeys.files[name].screens if f"{name}.{short}" not in seen)


def _reached(journeys: Journeys) -> set[str]:
    if not journeys.start:
        return set(journeys.screens)
    return offered(journeys) | journeys.sent | {UNAVAILABLE, NOT_OFFERED}


def _unclear(journeys: Journeys, name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the screens of a journey from which 0 may lead to several others."""
    if not journeys.start:
        return
    for full, ways in back_targets(journeys).items():
        journey, _, short = full.partition(".")
        screen = journeys.screens[full]
        is_open = not isinstance(screen, EndScreen) and getattr(screen, "back", "") is None
        if journey == name and len(ways) > 1 and full != UNAVAILABLE and is_open:
            yield short, tuple(sorted(way.removeprefix(f"{name}.") for way in ways))
