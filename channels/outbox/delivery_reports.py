"""Delivery reports of sent messages, in whatever order they come.

A report may come before the gateway's answer to the send, twice, or for a message that is not ours. An early report is
stored until the answer comes. `delivered` is final; `failed` ends only a message that was not delivered, and a later
`delivered` corrects it.
"""

from __future__ import annotations

from collections.abc import Callable

from channels.contracts.sender import Reported
from channels.outbox import queries
from channels.outbox.column_values import clean_reason
from channels.outbox.held_messages import HeldMessages
from database import tables
from database.column_limits import can_hold
from database.interface import Database, Row


class DeliveryReports:
    """The reports of all processes. now gives Unix milliseconds. Every method raises SourceUnavailable."""

    def __init__(self, database: Database, held: HeldMessages, now: Callable[[], int]) -> None:
        self._database, self._held, self._now = database, held, now

    async def record(self, gateway: str, reference: str, state: Reported, why: str, own: str) -> bool:
        """Record a report. Returns False if no message ends by it now. own is as in Outbox.record_report."""
        own = own if own and can_hold(tables.outbox.c.reference, own) else reference
        if await self._end(gateway, reference, state, why, own):
            return True
        if await self._database.rows(queries.KNOWN, called=gateway, named=reference, own=own):
            return await self._end(gateway, reference, state, why, own)  # it may have been accepted just now
        early = {"gateway": gateway, "reference": reference, "state": state, "why": clean_reason(why)}
        await self._store_early({**early, "reported_at": self._now()})
        return await self._end(gateway, reference, state, why)  # if the answer to the send came meanwhile

    async def apply_early(self, gateway: str, reference: str) -> None:
        """End the message that was just accepted under this reference if its report came before."""
        if early := await self._held.early_report(gateway, reference):
            await self._end(gateway, reference, early["state"], early["why"])

    async def _store_early(self, report: Row) -> None:
        """Store an early report; `delivered` replaces `failed`, and not the other way."""
        if report["state"] == "delivered":
            await self._database.upsert(tables.early_reports, report)
        else:
            await self._database.insert_once(tables.early_reports, report)

    async def _end(self, gateway: str, reference: str, state: Reported, why: str, own: str = "") -> bool:
        message = {"called": gateway, "named": reference, "own": own or reference}
        end = {"to": state, "because": clean_reason(why), "ended": self._now()}
        return bool(await self._database.write(queries.END, **message, **end))
