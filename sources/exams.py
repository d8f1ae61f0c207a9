"""Exam results, from the registry: which sessions there are, and one candidate's verdict by seat number.

Whether a session is published is read first. Until then, its results are not even looked at: an answer cannot tell,
by its words or its time, whether a seat is among them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping

from sqlalchemy import bindparam, select

from registry import tables
from registry.database import Database, Row
from sources.entries import Exam
from sources.texts import MENTIONS, VERDICT
from sources.typed import code, given
from state.errors import SourceUnavailable
from state.messages import Fact, Outcome, Question

UNKNOWN, UNPUBLISHED = Outcome("unknown"), Outcome("unpublished")
MOST_SESSIONS = 50
_S, _R = tables.exam_sessions.c, tables.exam_results.c

SESSIONS = select(_S.code, _S.exam, _S.year, _S.session).order_by(_S.year.desc(), _S.code).limit(MOST_SESSIONS)
SESSION = select(_S.exam, _S.year, _S.session, _S.published_at).where(_S.code == bindparam("code"))
RESULT = select(_R.verdict, _R.mention, _R.series, _R.centre).where(
    _R.session == bindparam("session"), _R.seat == bindparam("seat")
)


class Exams:
    """A Source over the registry's results. now gives Unix seconds."""

    def __init__(self, database: Database, exams: Mapping[str, Exam], now: Callable[[], float] = time.time) -> None:
        self._database, self._exams, self._now = database, exams, now
        self.questions: Mapping[str, Question] = {one.name: one for one in _questions(exams)}

    def take(self, exams: Mapping[str, Exam]) -> None:
        """Tell results in the words of these exams from now on."""
        self._exams = exams

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        if question == "exams.open":
            return await self._open()
        return await self._result(given(answers, "exam"), code(given(answers, "seat")))

    async def close(self) -> None:
        await self._database.close()

    async def _open(self) -> Outcome:
        """Every session, the newest year first, those of an exam that no file describes left out."""
        sessions = await self._database.rows(SESSIONS)
        rows = [{"id": row["code"], **self._named(row)} for row in sessions if row["exam"] in self._exams]
        return Outcome("found", rows=tuple(rows)) if rows else UNKNOWN

    async def _result(self, session: str, seat: str) -> Outcome:
        sessions = await self._database.rows(SESSION, code=session)
        if not sessions:
            return UNKNOWN
        published_at = sessions[0]["published_at"]
        if published_at is None or published_at > self._now():
            return UNPUBLISHED
        results = await self._database.rows(RESULT, session=session, seat=seat)
        return Outcome("found", self._told(sessions[0], results[0])) if results else UNKNOWN

    def _told(self, session: Row, result: Row) -> Mapping[str, str]:
        """The facts of one result; a verdict that the exam's file does not have is no answer at all."""
        exam = self._exams.get(session["exam"])
        verdict = exam.verdicts.get(result["verdict"]) if exam else None
        if verdict is None:
            raise SourceUnavailable("a result of an exam or with a verdict that menus/exams does not describe")
        words = {"verdict": verdict.say, "advice": verdict.advice}
        return {**words, **self._named(session), **{name: result[name] for name in ("mention", "series", "centre")}}

    def _named(self, session: Row) -> Mapping[str, str]:
        return {
            "name": self._exams[session["exam"]].name,
            "year": str(session["year"]),
            "session": session["session"],
        }


def _questions(exams: Mapping[str, Exam]) -> Iterable[Question]:
    verdicts = [verdict for exam in exams.values() for verdict in exam.verdicts.values()]
    named = {
        "name": Fact.words(exam.name for exam in exams.values()),
        "year": Fact("2026"),
        "session": Fact("remplacement"),
    }
    yield Question("exams.open", gives=named, rows=True, most=len(exams))
    yield Question(
        "exams.result",
        needs=("exam", "seat"),
        gives={
            "verdict": Fact.words((verdict.say for verdict in verdicts), VERDICT),
            "mention": Fact.words(MENTIONS, VERDICT),
            "series": Fact("Série G2"),
            "centre": Fact("Collège d'enseignement général Sainte-Rita"),
            "advice": Fact.words(verdict.advice for verdict in verdicts),
            **named,
        },
        outcomes=("found", "unknown", "unpublished"),
    )
