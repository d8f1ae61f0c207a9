"""Deeds of operators that were refused: each is in the audit and counted, although it changed nothing.

The transaction of a refused deed is undone, so the entry of its refusal is a transaction of its own. One operator has
MAX_ENTRIES an hour for each deed; the last of them says that those to come are only counted (`zin_refused_total`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

import structlog
from sqlalchemy import bindparam, func, select, update

from accounts.audit import LONGEST, Audit, AuditEvent
from database import desk_tables, tables
from database.interface import Database, Writer, insert_once
from state.errors import InvalidMenu, SourceUnavailable, ZinError

MAX_ENTRIES: Final = 20
WINDOW_SECONDS: Final = 3600
LONGEST_WHY: Final = 200  # characters of a reason that the audit keeps
MARK: Final = "refused: "  # before the action of the deed
_A, _R = tables.audit.c, desk_tables.refusals.c
RECENT: Final = select(func.count().label("many")).where(
    _A.operator == bindparam("by"), _A.action == bindparam("named"), _A.at > bindparam("since")
)
BEGIN: Final = {one: insert_once(one, desk_tables.refusals) for one in ("sqlite", "postgresql")}
COUNT: Final = update(desk_tables.refusals).where(_R.action == bindparam("named")).values(many=_R.many + 1)
ALL: Final = select(_R.action, _R.many)
log = structlog.get_logger()


class Refused(ZinError):
    """What an operator asked for and may not have, or cannot be done; the words are for whoever asked."""

    is_recorded = False


@asynccontextmanager
async def attempt(audit: Audit, by: str, action: str, subject: str) -> AsyncIterator[None]:
    """Record a deed that is refused in this block; to stand outside the transaction of the deed."""
    deed = AuditEvent(by, action, _printable(subject, LONGEST["subject"]))
    try:
        yield
    except Refused as refused:
        if not refused.is_recorded:
            await record(audit, deed, str(refused))
            refused.is_recorded = True
        raise
    except InvalidMenu as broken:
        await record(audit, deed, f"{len(broken.problems)} à corriger dans les fichiers")
        raise


async def record(audit: Audit, deed: AuditEvent, why: str) -> None:
    """Record that this deed was refused. Without an answer from the registry it is refused all the same, and logged."""
    try:
        async with audit.database.exclusive_transaction() as writer:
            await record_within(writer, audit, deed, why)
    except SourceUnavailable as down:
        log.error("refused, and not recorded", action=deed.action, why=str(down))


async def record_within(writer: Writer, audit: Audit, deed: AuditEvent, why: str, *, is_bounded: bool = True) -> None:
    """The same in a transaction that is open already; is_bounded is False where refusals are few in any case."""
    named = f"{MARK}{deed.action}"[: LONGEST["action"]]
    await writer.rows(BEGIN[audit.database.dialect], action=deed.action, many=0)
    await writer.rows(COUNT, named=deed.action)
    since = round((audit.clock() - WINDOW_SECONDS) * 1000)
    many = (await writer.rows(RECENT, by=deed.operator, named=named, since=since))[0]["many"]
    if is_bounded and many >= MAX_ENTRIES:
        return
    details = {**deed.details, "why": _printable(why, LONGEST_WHY)}
    if is_bounded and many == MAX_ENTRIES - 1:
        details["after"] = "les refus suivants de cette heure sont seulement comptés"
    await audit.add_within(writer, AuditEvent(deed.operator, named, deed.subject, details))


async def refusals(database: Database) -> Mapping[str, int]:
    """How many deeds were refused since the registry was made, by action. Raises SourceUnavailable."""
    return {row["action"]: row["many"] for row in await database.rows(ALL)}


def _printable(text: str, most: int) -> str:
    """What any column can hold of a text that somebody typed."""
    return "".join(sign if sign.isprintable() else "?" for sign in text[:most]) or "?"
