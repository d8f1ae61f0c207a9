"""Refused actions of operators: each is recorded in the audit and counted, although it changed nothing.

The transaction of a refused action is rolled back, so its entry has a transaction of its own. An operator gets at most
MAX_ENTRIES an hour for each action; the last of them says that further refusals are only counted
(`zin_refused_total`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

import structlog
from sqlalchemy import bindparam, func, select, update

from accounts.audit import LONGEST, Audit, AuditEvent
from database import tables
from database.interface import Database, Writer
from state.errors import InvalidMenu, SourceUnavailable, ZinError

MAX_ENTRIES: Final = 20
WINDOW_SECONDS: Final = 3600
LONGEST_WHY: Final = 200  # characters of a reason in the audit
MARK: Final = "refused: "  # before the name of the action
_A, _R = tables.audit.c, tables.refusals.c
RECENT: Final = select(func.count().label("many")).where(
    _A.operator == bindparam("by"), _A.action == bindparam("named"), _A.at > bindparam("since")
)
COUNT: Final = update(tables.refusals).where(_R.action == bindparam("named")).values(many=_R.many + 1)
ALL: Final = select(_R.action, _R.many)
log = structlog.get_logger()


class Refused(ZinError):
    """An operator's action is not allowed or not possible; the text is for the operator."""

    is_recorded = False


class AccountRefused(Refused):
    """An account cannot be created or changed as requested; the text is for the operator."""


@asynccontextmanager
async def attempt(audit: Audit, by: str, action: str, subject: str) -> AsyncIterator[None]:
    """Record an action that is refused in this block. The block must contain the whole transaction."""
    event = AuditEvent(by, action, _printable(subject, LONGEST["subject"]))
    try:
        yield
    except Refused as refused:
        if not refused.is_recorded:
            await record(audit, event, str(refused))
            refused.is_recorded = True
        raise
    except InvalidMenu as broken:
        await record(audit, event, f"{len(broken.problems)} à corriger dans les fichiers")
        raise


async def record(audit: Audit, event: AuditEvent, why: str) -> None:
    """Record that this action was refused. If the database is down, the refusal is only logged."""
    try:
        async with audit.database.exclusive_transaction() as writer:
            await record_within(writer, audit, event, why)
    except SourceUnavailable as down:
        log.error("refused, and not recorded", action=event.action, why=str(down))


async def record_within(writer: Writer, audit: Audit, event: AuditEvent, why: str, *, is_bounded: bool = True) -> None:
    """Record a refusal in an open transaction. is_bounded is False if refusals are rare in any case."""
    named = f"{MARK}{event.action}"[: LONGEST["action"]]
    await writer.insert_once(tables.refusals, {"action": event.action, "many": 0})
    await writer.rows(COUNT, named=event.action)
    since = round((audit.clock() - WINDOW_SECONDS) * 1000)
    many = (await writer.rows(RECENT, by=event.operator, named=named, since=since))[0]["many"]
    if is_bounded and many >= MAX_ENTRIES:
        return
    details = {**event.details, "why": _printable(why, LONGEST_WHY)}
    if is_bounded and many == MAX_ENTRIES - 1:
        details["after"] = "les refus suivants de cette heure sont seulement comptés"
    await audit.add_within(writer, AuditEvent(event.operator, named, event.subject, details))


async def refusals(database: Database) -> Mapping[str, int]:
    """The number of refused actions since the database was created, by action. Raises SourceUnavailable."""
    return {row["action"]: row["many"] for row in await database.rows(ALL)}


def _printable(text: str, most: int) -> str:
    """Cut a typed text and replace unprintable characters, so that any column can hold it."""
    return "".join(sign if sign.isprintable() else "?" for sign in text[:most]) or "?"
