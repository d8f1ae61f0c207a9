"""Finds what comes to wait for each account that wants to be notified, and stores one notification for it.

Every process of the server looks. A look at an account is claimed in SQL, so that one process does it; what is found
and the notification of it are stored in one transaction, so that each thing is in one notification, also after a kill.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Final

import orjson
import structlog

from accounts.accounts import Operator
from database import tables
from database.column_limits import milliseconds
from database.interface import Database, Row, Writer
from notifications import queries as sql
from notifications.notified_tasks import NotifiedTask, Plan, plan
from notifications.task_kinds import Finder, Waiting
from state.errors import ZinError

LOOK_SECONDS: Final = 120  # between two looks at one account, each of which compares whole versions of the menus
EXPIRE_SECONDS: Final = 2 * 24 * 3600  # for which a notification is tried
log = structlog.get_logger()


class TaskDiscovery:
    """Looks for one database. clock gives Unix seconds."""

    def __init__(self, database: Database, finder: Finder, clock: Callable[[], float] = time.time) -> None:
        self._database, self._finder, self._clock = database, finder, clock

    async def look(self) -> int:
        """Look at one account that is due. Returns how many were. Raises SourceUnavailable."""
        now = int(self._clock())
        if not await self._database.rows(sql.FIRST_LOOK, now=now):  # a read is cheaper than a transaction
            return 0
        claimed = await self._database.write(sql.CLAIM_LOOK, now=now, until=now + LOOK_SECONDS)
        for row in claimed:
            await self._look_at(row["key"])
        return len(claimed)

    async def _look_at(self, name: str) -> None:
        found = await self._database.rows(sql.ACCOUNT, called=name)
        if not found:
            return
        try:
            waiting = await self._finder(Operator(**found[0]))
        except ZinError as down:  # the next look comes soon
            log.warning("what waits for an account not read", why=str(down))
            return
        known = _by_task(await self._database.rows(sql.NOTIFIED, called=name))
        if set(plan(known, waiting, int(self._clock())).tasks) != set(known.values()):
            await self._store(name, waiting)

    async def _store(self, name: str, waiting: Sequence[Waiting]) -> None:
        """Store what is known now, and a notification if one is due; compared again, because others may have looked."""
        async with self._database.exclusive_transaction() as writer:
            if not await writer.rows(sql.HAS_CONTACT, called=name):  # it wants none any more
                return
            now = self._clock()
            planned = plan(_by_task(await writer.rows(sql.NOTIFIED, called=name)), waiting, int(now))
            await writer.rows(sql.FORGET, called=name)
            if planned.tasks:
                await writer.add(tables.notified_tasks, [{"name": name, **asdict(one)} for one in planned.tasks])
            if planned.due:
                await _enqueue(writer, name, planned, milliseconds(now))


async def _enqueue(writer: Writer, name: str, planned: Plan, now: int) -> None:
    counts = Counter[str]()
    for one in planned.due:
        counts[one.kind] += one.many
    row: dict[str, object] = {"key": f"{name}:{now}", "name": name, "content": orjson.dumps(counts).decode()}
    row |= {"state": "queued", "tries": 0, "due_at": now, "expires_at": now + milliseconds(EXPIRE_SECONDS), "why": ""}
    await writer.insert_once(tables.notifications, row)


def _by_task(rows: Sequence[Row]) -> Mapping[str, NotifiedTask]:
    return {row["task"]: NotifiedTask(**row) for row in rows}
