"""The longest that can stand for each name of a menu, in the words of one language: what pages are laid out with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, partial

from state.interfaces import ChannelKind, FieldSpec, Question
from state.menu.model import Menu, Screen, numbered_options
from state.menu.schema import COUNT
from state.text.template import Template
from state.text.translations import Translator

MAX_CACHED = 1024  # facts in a language, at their longest
MONTHS = tuple(f"2026-{month:02}-{28 if month == 2 else 30}" for month in range(1, 13))


class WorstCaseValues:
    """The longest values of one language's menu; questions are what its sources can be asked."""

    def __init__(self, menu: Menu, questions: Mapping[str, Question]) -> None:
        self._wording = menu.wording
        facts = (item for one in questions.values() if not one.rows for item in one.gives.items())
        self._values: dict[str, str] = {}
        for name, value in (*((name, self._fact(fact)) for name, fact in facts), *self._stored(menu)):
            self._values[name] = max(self._values.get(name, ""), value, key=self._size)

    def of(self, screen: Screen, kind: ChannelKind) -> tuple[str, tuple[str, ...]]:
        """What this screen says at its longest, and its options."""
        known = self._values.get
        if not screen.rows or not screen.question:
            say = screen.says[kind].fill(lambda name: known(name, ""))
            return say, numbered_options(screen.options, lambda name: known(name, ""))
        most, labels = screen.question.max_rows, self._labels(screen.rows.label, screen.question)
        say = screen.says[kind].fill(lambda name: str(most) if name == COUNT else known(name, ""))
        return say, tuple(f"{number} {label}" for number, label in enumerate(labels, 1))

    @property
    def values(self) -> Mapping[str, str]:
        """What stands for each name."""
        return self._values

    def _stored(self, menu: Menu) -> Iterator[tuple[str, str]]:
        for screen in menu.screens.values():
            for option in screen.options:
                yield from ((name, option.label.texts[0]) for name in option.keep if option.label)
            if screen.rows and screen.question:
                yield screen.rows.keep, self._row(screen.rows.label, screen.question)
            if screen.asked:
                yield screen.asked.keep, screen.asked.longest

    def _labels(self, label: Template, asked: Question) -> Sequence[str]:
        """The labels of all rows where they are known, else the longest one as often as there can be."""
        fact = asked.gives.get(label.names[0]) if len(label.names) == 1 else None
        if fact and len(fact.among) == asked.max_rows:
            told = [self._wording.format_fact(value, fact.kind, fact.sense) for value in fact.among]
            return [label.fill({label.names[0]: value}.__getitem__) for value in told]
        return [self._row(label, asked)] * asked.max_rows

    def _row(self, label: Template, asked: Question) -> str:
        return label.fill(lambda name: self._fact(asked.gives[name]) if name in asked.gives else "").strip()

    def _fact(self, fact: FieldSpec) -> str:
        return _longest(self._wording, fact)

    def _size(self, text: str) -> int:
        return _size(self._wording, text)


@lru_cache(maxsize=MAX_CACHED)
def _longest(wording: Translator, fact: FieldSpec) -> str:
    """The fact at its longest, as it is told in this language; it may be one of a thousand."""
    values = MONTHS if fact.kind == "date" else fact.among or (fact.longest,)
    return max((wording.format_fact(value, fact.kind, fact.sense) for value in values), key=partial(_size, wording))


def _size(wording: Translator, text: str) -> int:
    return len(wording.language.folding(text))
