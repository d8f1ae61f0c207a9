"""The written options of a screen: their numbers, and which of them are shown for which facts.

An option that needs facts is left out while none of them is known, and the others close up: numbers follow one another
without a gap. On the first screen every option keeps its number, because posters name it; there an option that needs
facts stands above the others, behind their numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count, product

from state.menu.journeys import Journeys, moves
from state.menu.model import Option, Screen, numbered_options
from state.menu.schema import ScreenFile, choices_of
from state.text.template import Template

Translate = Callable[[str], str]


def options_of(journeys: Journeys, name: str, screen: ScreenFile, say: Translate) -> tuple[Option, ...]:
    """Return every option of a screen, in the order of their numbers; on the first screen also hidden shortcuts."""
    written = [
        Option(
            0,
            Template.of(say(choice.label)),
            move.trigger,
            choice.keep,
            journeys.leads_from(name, choice.send),
            journeys.leads_from(name, choice.notify),
            choice.needs,
        )
        for choice, move in zip(choices_of(screen), moves(screen), strict=False)  # a list has more moves
    ]
    if name != journeys.start:
        return _numbered(written)
    return _of_first_screen(
        journeys, written, [journeys.leads(name, move) or "" for move in moves(screen)][: len(written)]
    )


def with_variants(screen: Screen, *, is_first: bool) -> Screen:
    """Return a screen with its lines, and with its variants if options depend on facts."""
    whole = _with_lines(screen)
    needs = frozenset(name for option in screen.options for name in option.needs)
    if not needs:
        return whole
    variants = {known: _variant(screen, known, is_first) for known in _subsets(sorted(needs))}
    return replace(whole, needs=needs, variants=variants)


def in_season(screen: Screen, facts: Mapping[str, str]) -> Screen:
    """Return the first screen as it is while these facts hold: with the options that need them, filled in."""
    options = tuple(_filled(option, facts) for option in screen.given(facts).options)
    return _with_lines(replace(screen, options=options, needs=frozenset(), variants={}))


def _filled(option: Option, facts: Mapping[str, str]) -> Option:
    if not option.needs or option.label is None:
        return option
    known = facts.__getitem__
    names = {answer: name for answer, value in option.keep.items() for name in Template.of(value).names}
    return replace(
        option,
        label=Template((option.label.fill(known),), ()),
        keep={**option.keep, **{answer: facts[f"{name}_id"] for answer, name in names.items()}},
        shown={answer: facts[name] for answer, name in names.items()},
    )


def without_options(screen: Screen, triggers: Collection[str], *, is_first: bool) -> Screen:
    """Return a screen that does not show the options with these triggers; on the first screen their numbers work on."""
    shown = tuple(option for option in screen.options if option.trigger not in triggers)
    if len(shown) == len(screen.options):
        return screen
    hidden = tuple(replace(option, label=None) if option.trigger in triggers else option for option in screen.options)
    options = hidden if is_first else _numbered(shown)
    return with_variants(replace(screen, options=options, needs=frozenset(), variants={}), is_first=is_first)


def _of_first_screen(journeys: Journeys, written: Sequence[Option], targets: Sequence[str]) -> tuple[Option, ...]:
    """Number the options of the first screen by their shortcuts, the others by what is free; add hidden shortcuts.

    An option that needs facts takes the last numbers: those of the others are the same with it and without it.
    """
    shortcuts = {to: number for number, to in journeys.shortcuts().items()}
    free = (number for number in count(1) if number not in {*journeys.shortcuts()})
    placed = list(zip(written, targets, strict=True))
    always = [replace(one, number=shortcuts.pop(to, 0) or next(free)) for one, to in placed if not one.needs]
    hidden = [Option(number, None, f"choice {to}", {}) for to, number in shortcuts.items()]
    seasonal = [replace(one, number=next(free)) for one in written if one.needs]
    return (*seasonal, *sorted((*always, *hidden), key=lambda option: option.number))


def _variant(screen: Screen, known: frozenset[str], is_first: bool) -> Screen:
    options = tuple(option for option in screen.options if option.is_shown(known))
    return _with_lines(replace(screen, options=options if is_first else _numbered(options)))


def _numbered(options: Sequence[Option]) -> tuple[Option, ...]:
    return tuple(replace(option, number=number) for number, option in enumerate(options, 1))


def _with_lines(screen: Screen) -> Screen:
    """Build the lines of the options once, unless a label needs values of the conversation."""
    waits = any(option.label and option.label.names for option in screen.options)
    return replace(screen, lines=None if waits else numbered_options(screen.options, str))


def _subsets(names: Sequence[str]) -> Iterator[frozenset[str]]:
    for chosen in product((False, True), repeat=len(names)):
        yield frozenset(name for name, is_known in zip(names, chosen, strict=True) if is_known)
