"""A source for exam results: the sessions, and one candidate's verdict by seat number.

results/published.py decides what is published; this module adds the texts of the exam's file.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice

from catalog.entries import Exam, Verdict
from catalog.normalize import answer, normalize_code
from catalog.texts import MENTIONS, VERDICT
from database.interface import Database
from results.publications import Session
from results.published import PublishedResults, Result, Unpublished
from results.seat_spellings import LONGEST
from state.errors import SourceUnavailable
from state.interfaces import FieldSpec, Outcome, Question

UNKNOWN = Outcome("unknown")
MAX_SESSIONS, MAX_NAMED = 50, 6
SEASON_SECONDS = 30 * 86400.0  # after its publication, in which an exam stands on the first screen


class Exams:
    """A Source over the published results. `now` gives Unix seconds, `monotonic` seconds of a monotonic clock."""

    def __init__(
        self,
        database: Database,
        exams: Mapping[str, Exam],
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database, self._exams = database, exams
        self.published = PublishedResults(database, now, monotonic)
        self._open_of: Sequence[Session] = ()
        self._opened = UNKNOWN
        self.questions: Mapping[str, Question] = {one.name: one for one in _questions(exams)}

    def reload(self, exams: Mapping[str, Exam]) -> None:
        """Use the texts of these exams from now on."""
        self._exams, self._open_of = exams, ()

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        """Answer a question about sessions or one result. Raises SourceUnavailable."""
        if question == "exams.open":
            return await self._open()
        if question == "exams.season":
            return await self._season()
        return await self._result(answer(answers, "exam"), normalize_code(answer(answers, "seat")))

    async def has_data(self) -> bool:
        """Return True if there is a session, published or not. Raises SourceUnavailable."""
        return (await self._open()).trigger == "found"

    async def close(self) -> None:
        """Stop filling the memory with results."""
        await self.published.close()

    async def _open(self) -> Outcome:
        """Return every session of a known exam, the newest year first."""
        sessions = await self.published.sessions()
        if sessions is not self._open_of:
            known = [one for one in sessions if one.exam in self._exams][:MAX_SESSIONS]
            rows = tuple({"id": one.code, **self._named(one)} for one in known)
            self._open_of, self._opened = sessions, Outcome("found", rows=rows) if rows else UNKNOWN
        return self._opened

    async def _season(self) -> Outcome:
        """Return the session whose results came out last, while they are new; made-up ones are never new."""
        now, newest = self.published.now(), dict[float, Session]()
        for one in await self.published.sessions():
            for publication in one.publications.values():
                is_new = publication.is_public(now) and now - (publication.publish_at or 0) < SEASON_SECONDS
                if is_new and one.exam in self._exams and not one.sample:
                    newest[publication.publish_at or 0] = one
        if not newest:
            return UNKNOWN
        session = newest[max(newest)]
        return Outcome(
            "found", {"season": " ".join(filter(None, self._named(session).values())), "season_id": session.code}
        )

    async def _result(self, session: str, seat: str) -> Outcome:
        try:
            known, result = await self.published.find(session, seat)
        except Unpublished:
            return Outcome("unpublished", sample=await self._is_sample(session))
        if not result.is_listed:
            return Outcome(
                "unknown",
                {"published": await self._published(), "why": result.why},
                basis=result.publication,
                sample=known.sample,
            )
        facts = {**self._result_facts(known, result), "seat": "" if result.seat == seat else result.seat}
        return Outcome("found", facts, basis=result.publication, sample=known.sample)

    async def _is_sample(self, code: str) -> bool:
        return any(one.sample for one in await self.published.sessions() if one.code == code)

    async def _published(self) -> str:
        """Return the names of the sessions with public results, as citizens read them."""
        now = self.published.now()
        known = (one for one in await self.published.sessions() if one.exam in self._exams and one.is_published(now))
        named = (" ".join(filter(None, (self._exams[one.exam].name, str(one.year), one.session))) for one in known)
        return ", ".join(islice(named, MAX_NAMED))

    def _result_facts(self, session: Session, result: Result) -> Mapping[str, str]:
        """Return the facts of one result. Raises SourceUnavailable if the exam's file does not have its verdict."""
        exam = self._exams.get(session.exam)
        verdicts = dict[str, Verdict](exam.verdicts.items()) if exam else {}
        verdict = verdicts.get(result.verdict)
        if verdict is None:
            raise SourceUnavailable("a result of an exam or with a verdict that menus/exams does not describe")
        words = {"verdict": verdict.say, "advice": verdict.advice}
        facts = {name: getattr(result, name) for name in ("mention", "series", "centre", "why")}
        facts["published"] = ""
        return {**words, **self._named(session), **facts}

    def _named(self, session: Session) -> Mapping[str, str]:
        return {"name": self._exams[session.exam].name, "year": str(session.year), "session": session.session}


def _questions(exams: Mapping[str, Exam]) -> Iterable[Question]:
    verdicts = [verdict for exam in exams.values() for verdict in exam.verdicts.values()]
    named = {
        "name": FieldSpec.words(exam.name for exam in exams.values()),
        "year": FieldSpec("2026"),
        "session": FieldSpec("remplacement"),
    }
    yield Question("exams.open", gives=named, rows=True, max_rows=len(exams))
    longest = FieldSpec("BAC 2026 remplacement")
    yield Question("exams.season", gives={"season": longest, "season_id": FieldSpec("bac-2026-remplacement")})
    yield Question(
        "exams.result",
        needs={"exam": "text", "seat": "code"},
        gives={
            "seat": FieldSpec("0" * LONGEST),
            "verdict": FieldSpec.words((verdict.say for verdict in verdicts), VERDICT),
            "mention": FieldSpec.words(("", *MENTIONS), VERDICT),
            "series": FieldSpec("Série G2", optional=True),
            "centre": FieldSpec("Collège d'enseignement général Sainte-Rita", optional=True),
            "published": FieldSpec("BAC 2026, BEPC 2026, CEP 2026, BAC 2026 remplacement", optional=True),
            "why": FieldSpec(
                "Corrigé le 12 juillet après une réclamation sur la note de mathématiques.", optional=True
            ),
            "advice": FieldSpec.words(verdict.advice for verdict in verdicts),
            **named,
        },
        outcomes=("found", "unknown", "unpublished"),
        guess_range_field="seat",
        topic="exam",
    )
