"""The status of a request from the database, found by its number and a proof.

A proof is the last four digits of the phone given with the request, or the date or year of birth given with it. A wrong
proof and an unknown number get the same answer, so that the answer does not show which numbers exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import bindparam, select

from catalog.entries import Status
from catalog.normalize import answer, constant_time_equal, is_birth, last_four_digits, normalize_code
from catalog.texts import STATUS
from database import tables
from database.column_limits import max_length
from database.interface import Database, Row
from state.errors import SourceUnavailable
from state.interfaces import FieldSpec, Outcome, Question

# Characters, in the database as in the API.
LONGEST_SERVICE, LONGEST_NOTE = (max_length(tables.requests.c[name]) for name in ("service", "note"))
UNKNOWN = Outcome("unknown")
QUESTION_NAME: Final = "requests.status"

REQUEST = select(tables.requests).where(tables.requests.c.reference == bindparam("reference"))
ANY = select(tables.requests.c.reference).limit(1)
NOBODY: Row = {"phone_tail": "", "birth_date": None, "birth_year": None}


def status_question(statuses: Mapping[str, Status]) -> Question:
    """Return the question about requests; of our own table."""
    return Question(
        QUESTION_NAME,
        needs={"reference": "code", "proof": "proof"},
        gives={
            "service": FieldSpec("Attestation de non-faillite pour entreprise"),
            "status": FieldSpec.words((status.label for status in statuses.values()), STATUS),
            "advice": FieldSpec.words(status.advice for status in statuses.values()),
            "updated": FieldSpec("2026-12-31", "date"),
            "note": FieldSpec("Il manque la copie de l'acte de naissance et la quittance du paiement.", optional=True),
        },
        guarded=True,
        reference="reference",
    )


def to_outcome(
    statuses: Mapping[str, Status], status: str, facts: Mapping[str, str], *, sample: bool = False
) -> Outcome:
    """Return a request as citizens read it. Raises SourceUnavailable for a status that menus/statuses lacks."""
    known = statuses.get(status)
    if known is None:
        raise SourceUnavailable("a request has a status that menus/statuses does not describe")
    return Outcome("found", {"status": known.label, "advice": known.advice, **facts}, sample=sample)


def check_proof(statuses: Mapping[str, Status], request: Row | None, proof: str) -> Outcome:
    """Return the facts of a request if the proof is right. Raises SourceUnavailable as `to_outcome` does."""
    compared, tail = request or NOBODY, last_four_digits(proof)
    # always compare both proofs, also without a request, so that the response time shows nothing
    fits = [
        constant_time_equal(tail, compared["phone_tail"]),
        is_birth("" if tail else proof, compared),
    ]
    if request is None or not any(fits):
        return UNKNOWN
    facts = {name: str(request[name]) for name in ("service", "updated", "note")}
    return to_outcome(statuses, request["status"], facts, sample=bool(request["sample"]))


class Requests:
    """A Source over the requests in the database."""

    def __init__(self, database: Database, statuses: Mapping[str, Status]) -> None:
        self._database, self._statuses = database, statuses
        question = status_question(statuses)
        self.questions: Mapping[str, Question] = {question.name: question}

    def reload(self, statuses: Mapping[str, Status]) -> None:
        """Use the texts of these statuses from now on."""
        self._statuses = statuses

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        """Look up the request, and check the proof. Raises SourceUnavailable."""
        reference, proof = normalize_code(answer(answers, "reference")), answer(answers, "proof")
        found = await self._database.rows(REQUEST, reference=reference)
        return check_proof(self._statuses, found[0] if found else None, proof)

    async def has_data(self) -> bool:
        """Return True if the table has a row. Raises SourceUnavailable."""
        return bool(await self._database.rows(ANY))

    async def close(self) -> None:
        """Do nothing: the caller owns the database."""
