"""Advice on the keys that citizens press: what costs a key and gives nothing. Menus with such options still work."""

from __future__ import annotations

import re
from collections.abc import Iterator

from state.errors import Problem
from state.menu.back_links import back_links
from state.menu.journeys import Journeys
from state.menu.lint.rule import Questions, at, iter_screens
from state.menu.schema import ChoiceScreen, EndScreen, ScreenFile, choices_of
from state.menu.screen_texts import texts_of
from state.text.template import Template


def repeats_back(journeys: Journeys, _: Questions) -> Iterator[Problem]:
    """An option does more than the key 0: it leads elsewhere, stores an answer or sends a message."""
    if not journeys.start:
        return
    links, surveys = back_links(journeys), set(journeys.surveys.values())  # 0 leads from these where a citizen went
    for journey, name, screen in iter_screens(journeys):
        full = f"{journey.name}.{name}"
        if full in surveys:
            continue
        back = "" if full == journeys.start else links.get(full)
        for place, choice in enumerate(choices_of(screen)):
            to = journeys.resolve(journey.name, choice.to)
            if to and to == back and not (choice.keep or choice.send or choice.notify):
                yield at(journey, name, "choices", place)(f"« {choice.label} » mène où mène déjà 0 : enlevez ce choix")


def opens_on_nothing(journeys: Journeys, questions: Questions) -> Iterator[Problem]:
    """An option whose screen may have nothing to say is shown only if a fact of that screen is known."""
    optional = {name for one in questions.values() for name, fact in one.gives.items() if fact.optional}
    for journey, name, screen in iter_screens(journeys):
        for place, choice in enumerate(choices_of(screen)):
            target = journeys.screens.get(journeys.resolve(journey.name, choice.to) or "")
            hollow = _hollow(target, optional) if target else set()
            if hollow and not hollow & set(choice.needs):
                facts = ", ".join(sorted(hollow))
                what = f"« {choice.label} » peut ouvrir un écran vide : ajoutez « needs: [{facts}] »"
                yield at(journey, name, "choices", place)(what)


def number_starts_line(journeys: Journeys, _: Questions) -> Iterator[Problem]:
    """No line of a screen's text begins with a number, as an option does."""
    for journey, name, screen in iter_screens(journeys):
        for where, text in texts_of(screen):
            found = re.search(r"(?m)^\s*(\d+)(?![\d/:])", text) if where[0] == "say" else None
            if found and not re.match(r"(0|00|98)\b", found[1]):  # keys have a rule of their own
                what = f"une ligne commence par « {found[1]} », qui n'est pas un choix : mettez un mot devant"
                yield at(journey, name, *where)(what)


def _hollow(screen: ScreenFile, optional: set[str]) -> set[str]:
    """Return the facts of a screen that says nothing without them; empty if it says something in any case."""
    if not isinstance(screen, ChoiceScreen | EndScreen):
        return set()
    facts: set[str] = set()
    lines = (line for where, text in texts_of(screen) if where[0] == "say" for line in text.strip().split("\n"))
    for line in lines:
        names = set(Template.of(line).names)
        if not names <= optional or (not names and not line.rstrip().endswith(":")):
            return set()
        facts |= names
    return facts
