"""Versions that come into service at an hour: stored in SQL, published by whichever server sees the hour first.

    schedule -> row, with the publication that was compared -> the hour -> the row is deleted and the version published
    in one transaction, so that several servers and restarts publish it exactly once

If it cannot be published at its hour, because another version came into service, the row says so until somebody
removes it: nothing is published that nobody compared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from accounts.audit import Audit, AuditEvent
from accounts.refusals import attempt
from accounts.scope import load_scope
from authoring.versions import queries as sql
from authoring.versions.errors import MenusRefused
from authoring.versions.proposals import hold_to_length
from authoring.versions.publishing import MenuPublishing
from database.column_limits import clipped
from database.interface import Writer
from database.tables import menu_schedules
from state.errors import InvalidMenu, ZinError

SCHEDULE, UNSCHEDULE = "menus schedule", "menus unschedule"
MAX_AHEAD_SECONDS: Final = 366 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Schedule:
    """A version with its hour in Unix seconds. failure says why it was not published, "" as long as it waits."""

    version: str
    instead_of: int
    at: int
    by: str
    why: str
    failure: str = ""


class AlreadyPublished(ZinError):
    """Another server published the version at its hour, or somebody removed the hour."""


class MenuSchedules:
    """The hours of versions in one database. clock gives Unix seconds. Each method raises SourceUnavailable."""

    def __init__(self, versions: MenuPublishing, clock: Callable[[], float]) -> None:
        self._versions, self._clock, self._database = versions, clock, versions.repository.database
        self._audit = Audit(self._database, clock)

    async def all(self) -> tuple[Schedule, ...]:
        """Return the versions with an hour, the earliest first."""
        return tuple(_schedule(row) for row in await self._database.rows(sql.SCHEDULES))

    async def set(self, wanted: Schedule) -> None:
        """Give a staged version its hour, in place of one that it had. Raises MenusRefused."""
        async with attempt(self._audit, wanted.by, SCHEDULE, wanted.version):
            hold_to_length(wanted.why)
            if not 0 < wanted.at - self._clock() <= MAX_AHEAD_SECONDS:
                raise MenusRefused("Choisissez une heure à venir, dans un an au plus.")
            change = await self._versions.approvals.change(wanted.version)
            async with self._database.exclusive_transaction() as writer:
                await self._versions.check_publishable(writer, wanted.version, wanted.instead_of)
                await self._versions.approvals.require(writer, wanted.by, wanted.version, change)
                await writer.rows(sql.UNSCHEDULE, named=wanted.version)
                row: dict[str, Any] = {"version": wanted.version, "instead_of": wanted.instead_of, "failure": ""}
                row |= {"publish_at": wanted.at, "scheduled_by": wanted.by, "why": wanted.why}
                await writer.add(menu_schedules, [row])
                details = {"at": str(wanted.at), **({"why": wanted.why} if wanted.why else {})}
                await self._audit.add_within(writer, AuditEvent(wanted.by, SCHEDULE, wanted.version, details))

    async def remove(self, by: str, version: str) -> None:
        """Take the hour of a version away. Raises MenusRefused if it has none."""
        async with attempt(self._audit, by, UNSCHEDULE, version), self._database.exclusive_transaction() as writer:
            if not await writer.rows(sql.UNSCHEDULE, named=version):
                raise MenusRefused("Cette version n'a plus d'heure : elle est publiée, ou quelqu'un l'a retirée.")
            scope = await load_scope(writer, by)
            if scope.is_bound:
                (await self._versions.approvals.change(version)).hold_to(scope)
            await self._audit.add_within(writer, AuditEvent(by, UNSCHEDULE, version))

    async def publish_due(self) -> int:
        """Publish each version whose hour has come. Returns 0: nothing more is due before the next look."""
        for one in map(_schedule, await self._database.rows(sql.DUE, now=int(self._clock()))):
            try:
                await self._publish(one)
            except AlreadyPublished:
                continue
            except MenusRefused as refused:
                await self._fail(one, str(refused))
            except InvalidMenu as broken:
                await self._fail(one, f"Il y a d'abord à corriger : {broken.problems[0]}")
        return 0

    async def _publish(self, one: Schedule) -> None:
        async def claim(writer: Writer) -> None:
            if not await writer.rows(sql.CLAIM, named=one.version, now=int(self._clock())):
                raise AlreadyPublished(one.version)

        await self._versions.publish(one.by, one.version, instead_of=one.instead_of, why=one.why, within=claim)

    async def _fail(self, one: Schedule, why: str) -> None:
        async with self._database.exclusive_transaction() as writer:
            await writer.rows(sql.FAIL, named=one.version, what=clipped(menu_schedules.c.failure, why))


def _schedule(row: Any) -> Schedule:
    at, by = row["publish_at"], row["scheduled_by"]
    return Schedule(row["version"], row["instead_of"], at, by, row["why"], row["failure"])
