"""Deletes what is past its time: every hour in the process that delivers, and in the command `zin tidy`.

docs/keeping.md lists the rules, and docs/deployment.md all that is stored.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Final

import structlog

from api import message_queries as ministries
from authoring.translating.remarks import OLD
from authoring.versions.queries import UNPUBLISHED
from channels.deferred.queries import UNANSWERED
from channels.outbox.queries import EARLY_REPORTS, ENDED
from channels.smpp.part_queries import LEFT_BEHIND
from database.interface import Database
from database.preferences import CHOSEN
from database.retention import Retention, count_past, remove_past
from notifications.queries import FAILED

TIDY_SECONDS: Final = 3600.0  # between two rounds
RULES: Final = (
    *(ENDED, EARLY_REPORTS, LEFT_BEHIND, UNANSWERED, CHOSEN, UNPUBLISHED, OLD),
    *(ministries.RECIPIENTS, ministries.MESSAGES, ministries.PARTS, FAILED),
)
log = structlog.get_logger("zin")


@dataclass(frozen=True, slots=True)
class Tidied:
    """A rule, and the number of rows that it deleted or would delete."""

    rule: Retention
    rows: int


async def tidy(database: Database, now: float, *, dry: bool = False) -> AsyncIterator[Tidied]:
    """Yield each rule once its rows are deleted, or only counted. now is in Unix seconds. Raises SourceUnavailable."""
    for rule in RULES:
        yield Tidied(rule, await (count_past if dry else remove_past)(database, rule, now))


async def tidy_once(database: Database, clock: Callable[[], float] = time.time) -> int:
    """Run one round, and log what was deleted. Returns 0: there is no further work to do at once."""
    async for done in tidy(database, clock()):
        if done.rows:
            log.info("past rows deleted", table=done.rule.table.name, rows=done.rows)
    return 0
