"""One question with several sources behind it: the beginning of the citizen's reference says which one is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from catalog.normalize import answer, normalize_code
from state.interfaces import FieldSpec, Outcome, Question, Source

UNKNOWN = Outcome("unknown")


class PrefixRouted:
    """A Source that passes a question on to the source of the longest prefix; with another one nobody is asked.

    It closes none of its sources.
    """

    def __init__(self, question: Question, branches: Mapping[str, Source]) -> None:
        self._reference = routing_need(question)
        self._branches = dict(sorted(branches.items(), key=lambda one: -len(one[0])))
        self.questions: Mapping[str, Question] = {question.name: question}

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        """Ask the source that the reference belongs to; « unknown » if there is none. Raises as that source does."""
        reference = normalize_code(answer(answers, self._reference))
        for prefix, source in self._branches.items():
            if reference.startswith(prefix):
                return await source.ask(question, answers)
        return UNKNOWN

    async def close(self) -> None:
        """Do nothing: the sources are closed by who built them."""


def routing_need(question: Question) -> str:
    """Return the answer whose beginning decides: the reference, else the first code that the question needs."""
    codes = (name for name, form in question.needs.items() if form == "code")
    return question.reference or next(codes, "")


def merge_questions(name: str, questions: Iterable[Question]) -> Question:
    """Return the question of several sources: what it gives is as long as the longest, with the words of all.

    For changes, each is asked at the pace that the slowest one allows.
    """
    every = tuple(questions)
    if not every:
        return Question(name)
    gives: dict[str, FieldSpec] = {}
    for question in every:
        for fact, spec in question.gives.items():
            gives[fact] = _longer(gives[fact], spec) if fact in gives else spec
    first = every[0]
    return Question(
        name,
        needs=first.needs,
        gives=gives,
        outcomes=tuple(dict.fromkeys(outcome for one in every for outcome in one.outcomes)),
        guarded=any(one.guarded for one in every),
        reference=first.reference,
        look_seconds=max(one.look_seconds for one in every),
    )


def _longer(one: FieldSpec, other: FieldSpec) -> FieldSpec:
    if one.kind == other.kind == "words":
        return FieldSpec.words((*one.among, *other.among), one.sense)
    return max(one, other, key=lambda spec: len(spec.longest))
