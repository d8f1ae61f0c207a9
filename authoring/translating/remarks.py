"""What translators and reviewers say to one another about a text, stored in SQL beside its draft."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import bindparam, func, select

from accounts.audit import Audit, AuditEvent
from accounts.refusals import attempt
from authoring.versions.errors import MenusRefused
from database.column_limits import can_hold, max_length
from database.interface import Database
from database.retention import BEFORE, Retention
from database.tables import translation_remarks

SAY: Final = "translation remark"
_R = translation_remarks.c
MAX_CHARACTERS: Final = max_length(_R.remark)
MAX_OF_TEXT: Final = 50
_ABOUT: Final = (_R.language == bindparam("code"), _R.text == bindparam("named"))
OF_TEXT: Final = select(translation_remarks).where(*_ABOUT).order_by(_R.number)
LAST: Final = select(func.max(_R.number).label("number")).where(*_ABOUT)
OF_LANGUAGE: Final = (
    select(_R.text, func.count().label("many")).where(_R.language == bindparam("code")).group_by(_R.text)
)
OLD: Final = Retention(translation_remarks, 730, _R.said_at <= BEFORE, "seconds")


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark. at is in Unix seconds."""

    by: str
    at: int
    words: str = field(repr=False)


class TranslationRemarks:
    """The remarks in one database. clock gives Unix seconds. Each method raises SourceUnavailable."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database, self._clock, self._audit = database, clock, Audit(database, clock)

    async def of_text(self, code: str, name: str) -> list[Remark]:
        """Return the remarks about a text in a language, the first one first."""
        rows = await self._database.rows(OF_TEXT, code=code, named=name)
        return [Remark(row["said_by"], row["said_at"], row["remark"]) for row in rows]

    async def counts(self, code: str) -> dict[str, int]:
        """Return how many remarks each text of a language has, by its id."""
        rows = await self._database.rows(OF_LANGUAGE, code=code)
        return {row["text"]: row["many"] for row in rows}

    async def add(self, by: str, code: str, name: str, words: str) -> None:
        """Add a remark. Raises MenusRefused if it is empty or too long, or if there are too many."""
        words = words.replace("\r\n", "\n").strip()
        async with attempt(self._audit, by, SAY, f"{code} {name}"):
            if not words or len(words) > MAX_CHARACTERS or not can_hold(_R.remark, words):
                raise MenusRefused(f"Une remarque a de 1 à {MAX_CHARACTERS} signes.")
            async with self._database.exclusive_transaction() as writer:
                last = (await writer.rows(LAST, code=code, named=name))[0]["number"] or 0
                if last >= MAX_OF_TEXT:
                    raise MenusRefused(f"Il y a déjà {MAX_OF_TEXT} remarques sur ce texte : parlez-vous.")
                row = {"language": code, "text": name, "number": last + 1, "said_by": by}
                await writer.add(translation_remarks, [{**row, "said_at": int(self._clock()), "remark": words}])
                await self._audit.add_within(writer, AuditEvent(by, SAY, f"{code} {name}"))
