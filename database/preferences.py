"""The language that each citizen chose, stored for a year.

The citizen is a pseudonym, made elsewhere with a secret. One row is read when a call opens, and one is written when a
citizen chooses, once a year. Older rows are ignored, and deleted when Zin starts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import structlog
from sqlalchemy import bindparam, delete, select

from database import tables
from database.interface import Database
from state.deadline import Deadline, DeadlineExceeded
from state.errors import SourceUnavailable
from state.preferences import Preference

log = structlog.get_logger()

YEAR: Final = 365 * 24 * 3600  # seconds
_P = tables.preferences.c

CHOSEN = select(_P.language, _P.call).where(_P.citizen == bindparam("citizen"), _P.chosen_at > bindparam("since"))
FORGET = delete(tables.preferences).where(_P.chosen_at <= bindparam("since"))


class PreferenceRepository:
    """The stored preferences. Each method ends within so many seconds. now gives Unix seconds."""

    def __init__(self, database: Database, seconds: float, now: Callable[[], float] = time.time) -> None:
        self._database, self._deadline, self._now = database, Deadline(seconds), now

    async def of(self, citizen: str) -> Preference:
        """The preference of this citizen, an empty one if none is stored. Raises SourceUnavailable."""
        with _language_of():
            found = await self._deadline.within(self._database.rows(CHOSEN, citizen=citizen, since=self._since()))
            return Preference(found[0]["language"], found[0]["call"]) if found else Preference()

    async def keep(self, citizen: str, preference: Preference) -> None:
        """Store the preference of this citizen. Raises SourceUnavailable."""
        chosen = {"language": preference.language, "call": preference.call, "chosen_at": int(self._now())}
        with _language_of():
            await self._deadline.within(self._database.upsert(tables.preferences, {"citizen": citizen, **chosen}))

    async def forget_old(self) -> None:
        """Delete preferences older than a year. Raises SourceUnavailable."""
        await self._database.write(FORGET, since=self._since())

    def _since(self) -> int:
        return int(self._now()) - YEAR


@contextmanager
def _language_of() -> Iterator[None]:
    """Turn every error into SourceUnavailable, without the citizen in its text."""
    try:
        yield
    except SourceUnavailable:
        raise
    except DeadlineExceeded as late:
        raise SourceUnavailable(f"the registry is late: {late}") from late
    except Exception as mistake:
        # Broad, because a call must be answered whatever error a driver raises for a broken database.
        log.exception("preferences failed")
        raise SourceUnavailable("a mistake in the preferences") from mistake
