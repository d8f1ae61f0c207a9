"""The longest value of each placeholder of a menu in one language, for the size check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, partial
from heapq import nlargest

from state.interfaces import ChannelKind, FieldSpec, Question
from state.menu.model import Menu, Screen, numbered_options
from state.menu.schema import COUNT
from state.text.template import Template
from state.text.translations import Translator

Case = tuple[Question, Mapping[str, str]]
MAX_CASES = 8  # of a question: the longest in French, which a translation may overtake
MAX_CACHED = 1024  # longest values of facts, by language
MONTHS = tuple(f"2026-{month:02}-{28 if month == 2 else 30}" for month in range(1, 13))


class WorstCaseValues:
    """The longest values of one language's menu; questions are those of its sources."""

    def __init__(self, menu: Menu, questions: Mapping[str, Question]) -> None:
        self._wording = menu.wording
        self._known = [one for one in questions.values() if one.cases]
        facts = (item for one in questions.values() if not one.rows for item in one.gives.items())
        self._values: dict[str, str] = {}
        for name, value in (*((name, self._fact(fact)) for name, fact in facts), *self._stored(menu)):
            self._values[name] = max(self._values.get(name, ""), value, key=self._size)

    def of(self, screen: Screen, kind: ChannelKind) -> tuple[str, tuple[str, ...]]:
        """Return the text of a screen at its longest, and its options."""
        known = self._values.get
        if cases := [self.in_case(screen, kind, *case) for case in self._longest_cases(screen, kind)]:
            return max(cases, key=lambda shown: self._size("\n".join((shown[0], *shown[1]))))
        if not screen.rows or not screen.question:
            say = screen.says[kind].fill(lambda name: known(name, ""))
            return say, numbered_options(screen.options, lambda name: known(name, ""))
        most, labels = screen.question.max_rows, self._labels(screen.rows.label, screen.question)
        say = screen.says[kind].fill(lambda name: str(most) if name == COUNT else known(name, ""))
        rows = tuple(f"{number} {label}" for number, label in enumerate(labels, 1))
        return say, (*rows, *numbered_options(screen.options, lambda name: known(name, ""), len(rows)))

    def _longest_cases(self, screen: Screen, kind: ChannelKind) -> Iterator[Case]:
        """Yield the longest cases of the question that gives all values of this screen, if there is one."""
        say = screen.says[kind]
        names = set(say.names) if isinstance(say, Template) else set()
        for question in self._known:
            if names and names <= question.gives.keys():
                longest = nlargest(MAX_CASES, question.cases, lambda case: sum(len(case[name]) for name in names))
                yield from ((question, case) for case in longest)

    def in_case(
        self, screen: Screen, kind: ChannelKind, question: Question, case: Mapping[str, str]
    ) -> tuple[str, tuple[str, ...]]:
        """Return the text of a screen and its options with these facts; other values are at their longest."""

        def known(name: str) -> str:
            fact = question.gives.get(name)
            return self._wording.format_fact(case[name], fact.kind, fact.sense) if fact else self._values.get(name, "")

        return screen.says[kind].fill(known), numbered_options(screen.given(case).options, known)

    @property
    def values(self) -> Mapping[str, str]:
        """The longest value by name."""
        return self._values

    def _stored(self, menu: Menu) -> Iterator[tuple[str, str]]:
        for screen in menu.screens.values():
            for option in screen.options:
                yield from ((name, option.label.texts[0]) for name in option.keep if option.label)
            if screen.rows and screen.question:
                yield screen.rows.keep, self._row(screen.rows.label, screen.question)
            if screen.free_input:
                yield screen.free_input.keep, screen.free_input.longest

    def _labels(self, label: Template, question: Question) -> Sequence[str]:
        """Return the labels of all rows if they are known, else the longest label max_rows times."""
        fact = question.gives.get(label.names[0]) if len(label.names) == 1 else None
        if fact and len(fact.among) == question.max_rows:
            values = [self._wording.format_fact(value, fact.kind, fact.sense) for value in fact.among]
            return [label.fill({label.names[0]: value}.__getitem__) for value in values]
        return [self._row(label, question)] * question.max_rows

    def _row(self, label: Template, question: Question) -> str:
        return label.fill(lambda name: self._fact(question.gives[name]) if name in question.gives else "").strip()

    def _fact(self, fact: FieldSpec) -> str:
        return _longest(self._wording, fact)

    def _size(self, text: str) -> int:
        return _size(self._wording, text)


@lru_cache(maxsize=MAX_CACHED)
def _longest(wording: Translator, fact: FieldSpec) -> str:
    """Return the longest value of a fact in this language; there may be a thousand to compare."""
    values = MONTHS if fact.kind == "date" else fact.among or (fact.longest,)
    return max((wording.format_fact(value, fact.kind, fact.sense) for value in values), key=partial(_size, wording))


def _size(wording: Translator, text: str) -> int:
    return len(wording.language.folding(text))
