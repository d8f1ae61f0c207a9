"""What citizens asked to be informed of: their subscriptions to changes, read for many citizens at once."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import structlog
from sqlalchemy import bindparam, select

from channels.deferred.promise_record import decode_promise
from database import tables
from database.column_limits import milliseconds
from database.encryption import Seal
from database.interface import Database, Row
from database.value_lists import is_one_of, value_lists
from state.conversation.deferred_answers import DeferredRequest
from state.errors import ZinError

_P = tables.promises.c
HELD: Final = select(_P.citizen, _P.key, _P.sealed).where(
    _P.kind == "changes", _P.expires_at > bindparam("now"), is_one_of(_P.citizen, "citizen")
)
log = structlog.get_logger()


class Subscriptions:
    """The open subscriptions in one database. clock gives Unix seconds."""

    def __init__(self, database: Database, seal: Seal, clock: Callable[[], float] = time.time) -> None:
        self._database, self._seal, self._clock = database, seal, clock

    async def of(self, citizens: Sequence[str]) -> Mapping[str, Sequence[DeferredRequest]]:
        """The subscriptions of each of these pseudonyms that has any. Raises SourceUnavailable."""
        found: dict[str, dict[str, DeferredRequest]] = defaultdict(dict)
        for wanted in value_lists("citizen", citizens):
            for row in await self._database.rows(HELD, now=milliseconds(self._clock()), **wanted):
                if promise := self._opened(row):
                    found[row["citizen"]][row["key"]] = promise
        return {citizen: tuple(held.values()) for citizen, held in found.items()}

    def _opened(self, row: Row) -> DeferredRequest | None:
        """The subscription of a row; None if it cannot be decrypted or another version wrote it."""
        try:
            return decode_promise(self._seal.decrypt(row["sealed"], "promises", row["key"]).encode())
        except ZinError as sealed:
            log.error("subscription not read", why=str(sealed))
            return None
