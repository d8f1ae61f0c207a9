"""The status of a request from the database, found by its number and a proof.

A proof is the last four digits of the phone given with the request, or the date or year of birth given with it. A wrong
proof and an unknown number get the same answer, so that the answer does not show which numbers exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import bindparam, select

from catalog.entries import Status
from catalog.normalize import answer, constant_time_equal, is_birth, last_four_digits, normalize_code
from catalog.texts import STATUS
from database import tables
from database.column_limits import max_length
from database.interface import Database, Row
from registers.facts import RegisterFiles, added_facts, added_fields
from state.errors import SourceUnavailable
from state.interfaces import FieldSpec, Outcome, Question

# Characters, in the database as in the API.
LONGEST_SERVICE, LONGEST_NOTE = (max_length(tables.requests.c[name]) for name in ("service", "note"))
Fields = Mapping[str, FieldSpec]
NO_FIELDS: Final[Fields] = {}
NO_REGISTERS: Final[RegisterFiles] = {}
UNKNOWN = Outcome("unknown")
QUESTION_NAME: Final = "requests.status"

REQUEST = select(tables.requests).where(tables.requests.c.reference == bindparam("reference"))
ANY = select(tables.requests.c.reference).limit(1)
NOBODY: Row = {"phone_tail": "", "birth_date": None, "birth_year": None}


def status_question(statuses: Mapping[str, Status], added: Fields = NO_FIELDS) -> Question:
    """Return the question about requests, of our own table; added are the facts of columns that its register adds."""
    return Question(
        QUESTION_NAME,
        needs={"reference": "code", "proof": "proof"},
        gives={
            "service": FieldSpec("Attestation de non-faillite pour entreprise"),
            "status": FieldSpec.words((status.label for status in statuses.values()), STATUS),
            "advice": FieldSpec.words(status.advice for status in statuses.values()),
            "updated": FieldSpec("2026-12-31", "date"),
            "note": FieldSpec("Il manque la copie de l'acte de naissance et la quittance du paiement.", optional=True),
            **added,
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


def check_proof(statuses: Mapping[str, Status], request: Row | None, proof: str, added: Iterable[str] = ()) -> Outcome:
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
    more = added_facts(request.get("more", ""), added)
    return to_outcome(statuses, request["status"], {**facts, **more}, sample=bool(request["sample"]))


class Requests:
    """A Source over the requests in the database."""

    def __init__(
        self, database: Database, statuses: Mapping[str, Status], registers: RegisterFiles = NO_REGISTERS
    ) -> None:
        self._database = database
        self.reload(statuses, registers)

    def reload(self, statuses: Mapping[str, Status], registers: RegisterFiles) -> None:
        """Use the texts of these statuses, and the facts that these registers add, from now on."""
        self._statuses, self._added = statuses, added_fields(registers, QUESTION_NAME)
        self.questions: Mapping[str, Question] = {QUESTION_NAME: status_question(statuses, self._added)}

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        """Look up the request, and check the proof. Raises SourceUnavailable."""
        reference, proof = normalize_code(answer(answers, "reference")), answer(answers, "proof")
        found = await self._database.rows(REQUEST, reference=reference)
        return check_proof(self._statuses, found[0] if found else None, proof, self._added)

    async def has_data(self) -> bool:
        """Return True if the table has a row. Raises SourceUnavailable."""
        return bool(await self._database.rows(ANY))

    async def close(self) -> None:
        """Do nothing: the caller owns the database."""
