"""The status of a civil servant's career or pension file, found by file number and date or year of birth.

A wrong date of birth and an unknown file number get exactly the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlalchemy import bindparam, select

from catalog.normalize import answer, is_birth, normalize_code
from catalog.texts import FILE_KINDS
from database import tables
from database.interface import Database, Row
from registers.facts import RegisterFiles, added_facts, added_fields
from state.errors import SourceUnavailable
from state.interfaces import FieldSpec, Outcome, Question

UNKNOWN = Outcome("unknown")
NOBODY: Row = {"birth_date": None, "birth_year": None}
NO_REGISTERS: RegisterFiles = {}
KINDS = dict(zip(("career", "pension"), FILE_KINDS, strict=True))

ANY = select(tables.careers.c.number).limit(1)
FILE = select(tables.careers).where(tables.careers.c.number == bindparam("number"))
QUESTION = Question(
    "careers.file",
    needs={"number": "code", "birth_date": "day"},
    gives={
        "kind": FieldSpec.words(FILE_KINDS),
        "step": FieldSpec("Dossier transmis à la direction de la pension, à liquider"),
        "updated": FieldSpec("2026-12-31", "date"),
        "advice": FieldSpec(
            "Apportez l'acte de naissance et le dernier bulletin de paie à votre service du personnel."
        ),
    },
    guarded=True,
    reference="number",
)


def check_proof(file: Row | None, birth_date: str, added: Iterable[str] = ()) -> Outcome:
    """Return the facts of a file if the date of birth is right. Raises SourceUnavailable for an unknown kind of
    file.
    """
    if not is_birth(birth_date, file or NOBODY) or file is None:
        return UNKNOWN
    if file["kind"] not in KINDS:
        raise SourceUnavailable("a file is neither of a career nor of a pension")
    facts = {"kind": KINDS[file["kind"]], "step": file["step"], "advice": file["note"]}
    more = added_facts(file.get("more", ""), added)
    return Outcome("found", {**facts, **more, "updated": str(file["updated"])}, sample=bool(file["sample"]))


class Careers:
    """A Source over the career and pension files in the database."""

    def __init__(self, database: Database, registers: RegisterFiles = NO_REGISTERS) -> None:
        self._database = database
        self.reload(registers)

    def reload(self, registers: RegisterFiles) -> None:
        """Use the facts that these registers add from now on."""
        self._added = added_fields(registers, QUESTION.name)
        question = replace(QUESTION, gives={**QUESTION.gives, **self._added})
        self.questions: Mapping[str, Question] = {QUESTION.name: question}

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        """Look up the file, and check the date of birth. Raises SourceUnavailable."""
        found = await self._database.rows(FILE, number=normalize_code(answer(answers, "number")))
        return check_proof(found[0] if found else None, answer(answers, "birth_date"), self._added)

    async def has_data(self) -> bool:
        """Return True if the table has a row. Raises SourceUnavailable."""
        return bool(await self._database.rows(ANY))

    async def close(self) -> None:
        """Do nothing: the caller owns the database."""
