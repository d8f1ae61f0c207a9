"""What a declared source asks and gives: its question, and how its answers are understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from catalog.source_files import FOUND, MAX_TEXT, DeclaredFact, HttpSourceFile
from catalog.texts import STATUS
from sources.declared.facts import Statuses, evaluate, read_fact, texts_of_words, translate_word
from state.errors import SourceUnavailable
from state.interfaces import FieldSpec, Outcome, Question

FILLER: Final = "Exemple de texte aussi long que le permet la source. "
LONGEST: Final = {"date": "2026-12-31", "money": "100000000", "number": "1000000"}


@dataclass(frozen=True, slots=True)
class Reading:
    """An answer as it was understood: the outcome, and its facts with words still as codes."""

    trigger: str
    facts: Mapping[str, str]


class Contract:
    """Understands the answers of one declared source."""

    def __init__(self, file: HttpSourceFile, statuses: Statuses) -> None:
        self._file, self._statuses = file, statuses
        self.question = question_of(file, statuses)
        self.statuses = frozenset(one.status for one in file.outcomes)

    def needs_body(self, status: int) -> bool:
        """Return whether an answer with this status is understood by its body, and not by the status alone."""
        return any(one.when or one.outcome == FOUND for one in self._file.outcomes if one.status == status)

    def read(self, status: int, value: Any) -> Reading:
        """Recognise the outcome and read its facts; value is the JSON of the answer, None for none.

        Raises SourceUnavailable for what the file does not describe.
        """
        trigger = self._recognise(status, value)
        if trigger != FOUND:
            return Reading(trigger, {})
        facts = self._file.facts
        return Reading(trigger, {name: read_fact(name, fact, value) for name, fact in facts.items()})

    def outcome(self, reading: Reading) -> Outcome:
        """Return the outcome with the texts of its words. Raises UnknownWord."""
        facts = {name: self._text(name, read) for name, read in reading.facts.items()}
        return Outcome(reading.trigger, facts)

    def _recognise(self, status: int, value: Any) -> str:
        if status not in self.statuses:
            raise SourceUnavailable(f"status {status}")
        for one in self._file.outcomes:
            if one.status == status and (one.when is None or _is_true(evaluate(one.when, value))):
                return one.outcome
        raise SourceUnavailable("not as agreed: no outcome fits")

    def _text(self, name: str, read: str) -> str:
        fact = self._file.facts[name]
        return translate_word(name, fact, read, self._statuses) if fact.kind == "words" else read


def question_of(file: HttpSourceFile, statuses: Statuses) -> Question:
    """Return the question that a file declares."""
    return Question(
        file.question,
        needs=file.needs,
        gives={name: _spec(fact, statuses) for name, fact in file.facts.items()},
        outcomes=tuple(dict.fromkeys(one.outcome for one in file.outcomes)),
        guarded=file.guarded,
        reference=file.reference or "",
        look_seconds=file.look_again_minutes * 60,
    )


def _spec(fact: DeclaredFact, statuses: Statuses) -> FieldSpec:
    if fact.kind == "words":
        sense = STATUS if fact.of == "statuses.label" else ""
        return FieldSpec.words(texts_of_words(fact, statuses).values(), sense)
    if fact.kind == "text":
        most = fact.most or MAX_TEXT
        return FieldSpec(fact.longest or (FILLER * (most // len(FILLER) + 1))[:most])
    return FieldSpec(LONGEST[fact.kind], fact.kind)


def _is_true(found: Any) -> bool:
    """Whether an expression holds, as JMESPath itself counts: false, null and what is empty do not; 0 does."""
    return found is not None and found is not False and found not in ("", [], {})
