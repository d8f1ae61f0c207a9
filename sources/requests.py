"""Where a request stands, from the registry: asked with its number and a proof that it is the citizen's own.

A proof is the four last digits of the phone given with the request, or the date of birth given with it. A wrong proof
is answered exactly like a wrong number, so that nobody learns which numbers exist.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import bindparam, select

from catalog.entries import Status
from catalog.normalize import answer, constant_time_equal, day, last_four_digits, normalize_code
from catalog.texts import STATUS
from database import tables
from database.column_limits import max_length
from database.interface import Database, Row
from state.errors import SourceUnavailable
from state.interfaces import FieldSpec, Outcome, Question

# Characters, in the registry as in the API.
LONGEST_SERVICE, LONGEST_NOTE = (max_length(tables.requests.c[name]) for name in ("service", "note"))
UNKNOWN = Outcome("unknown")

REQUEST = select(tables.requests).where(tables.requests.c.reference == bindparam("reference"))
NOBODY: Mapping[str, str] = {"phone_tail": "", "birth_date": ""}


def status_question(statuses: Mapping[str, Status]) -> Question:
    """The one question about requests, whoever answers it."""
    return Question(
        "requests.status",
        needs={"reference": "code", "proof": "proof"},
        gives={
            "service": FieldSpec("Attestation de non-faillite pour entreprise"),
            "status": FieldSpec.words((status.label for status in statuses.values()), STATUS),
            "advice": FieldSpec.words(status.advice for status in statuses.values()),
            "updated": FieldSpec("2026-12-31", "date"),
            "note": FieldSpec("Il manque la copie de l'acte de naissance et la quittance du paiement."),
        },
        guarded=True,
        reference="reference",
    )


def to_outcome(
    statuses: Mapping[str, Status], status: str, facts: Mapping[str, str], *, sample: bool = False
) -> Outcome:
    """A request as the citizen reads it. Raises SourceUnavailable for a status that menus/statuses lacks."""
    known = statuses.get(status)
    if known is None:
        raise SourceUnavailable("a request has a status that menus/statuses does not describe")
    return Outcome("found", {"status": known.label, "advice": known.advice, **facts}, sample=sample)


def check_proof(statuses: Mapping[str, Status], request: Row | None, proof: str) -> Outcome:
    """What is told of a request to who gives this proof. Raises SourceUnavailable as told does."""
    compared = request or NOBODY
    # both proofs are compared, with a request or without: neither tells by its time which was near
    fits = [
        constant_time_equal(last_four_digits(proof), compared["phone_tail"]),
        constant_time_equal(day(proof), str(compared["birth_date"] or "")),
    ]
    if request is None or not any(fits):
        return UNKNOWN
    facts = {name: str(request[name]) for name in ("service", "updated", "note")}
    return to_outcome(statuses, request["status"], facts, sample=bool(request["sample"]))


class Requests:
    """A Source over the registry's requests."""

    def __init__(self, database: Database, statuses: Mapping[str, Status]) -> None:
        self._database, self._statuses = database, statuses
        asked = status_question(statuses)
        self.questions: Mapping[str, Question] = {asked.name: asked}

    def reload(self, statuses: Mapping[str, Status]) -> None:
        """Tell where requests stand in the words of these statuses from now on."""
        self._statuses = statuses

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        reference, proof = normalize_code(answer(answers, "reference")), answer(answers, "proof")
        found = await self._database.rows(REQUEST, reference=reference)
        return check_proof(self._statuses, found[0] if found else None, proof)

    async def close(self) -> None:
        """Nothing is held open: the database is its owner's."""
