"""The messages that this process has claimed: handed over to their gateways, and settled, many in one statement.

    about to be sent -> marked as handed over, if their publication is still valid
    result of a try  -> its row, if this process still holds it
    accepted         -> the early delivery report, if there is one

Each call is one message's. Calls that come while a statement runs share the next (database/combined_calls.py).

No batch waits for another transaction that waits for the batch. A withdrawal locks its publication, then the rows that
it cancels. So a batch that is handed over has one publication; it locks that before its rows. A result for a row that a
withdrawal may be cancelling is recorded alone. If a batch fails, each result is recorded alone too, so that one that
cannot be recorded loses no other.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence

from channels.contracts.sender import ClaimedMessage
from channels.outbox import queries
from database.combined_calls import CombinedCalls
from database.interface import Database, Row
from database.message_validity import CANCEL_OUTDATED
from database.value_lists import value_lists
from state.errors import ZinError

Name = tuple[str, int]  # the key and the number of tries
Held = tuple[ClaimedMessage, Row]  # a claimed message, with the other values of the statement


class HeldMessages:
    """The claimed messages of one process. Every method raises SourceUnavailable; times are Unix milliseconds."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._handed: CombinedCalls[Held, bool] = CombinedCalls(self._hand_over_all)
        self._settled: CombinedCalls[Held, bool] = CombinedCalls(self._settle_all)
        self._reported: CombinedCalls[tuple[str, str], Row | None] = CombinedCalls(self._early_reports)
        self._cancelled: CombinedCalls[int, None] = CombinedCalls(self._cancel_outdated)

    async def hand_over(self, claimed: ClaimedMessage, now: int) -> bool:
        """Mark it as handed over. Returns False if its publication is no longer valid, or the claim had ended."""
        return await self._handed.call((claimed, {"now": now}))

    async def settle(self, claimed: ClaimedMessage, values: Row) -> bool:
        """Record the result of a try. Returns False if the claim had ended."""
        if claimed.message.basis and values["to"] != "sent":
            return await self._settle_alone((claimed, values))
        return await self._settled.call((claimed, values))

    async def early_report(self, gateway: str, reference: str) -> Row | None:
        """The delivery report, with state and why, that came before the gateway's answer to the send."""
        return await self._reported.call((gateway, reference))

    async def cancel_outdated(self, now: int) -> None:
        """Cancel the waiting messages whose publication is no longer valid."""
        await self._cancelled.call(now)

    async def _hand_over_all(self, handed: Sequence[Held]) -> list[bool | Exception]:
        by_basis = defaultdict(list)
        for claimed, values in handed:
            by_basis[claimed.message.basis].append((claimed, values))
        ended: dict[Name, bool | Exception] = {}
        for same in by_basis.values():
            try:
                found = await queries.QUEUE.settle_all(self._database, queries.HAND_OVER, map(_values, same))
                ended |= {_name(claimed): _name(claimed) in found for claimed, _ in same}
            except ZinError as down:
                ended |= {_name(claimed): down for claimed, _ in same}
        return [ended[_name(claimed)] for claimed, _ in handed]

    async def _settle_all(self, results: Sequence[Held]) -> Sequence[bool | Exception]:
        try:
            found = await queries.QUEUE.settle_all(self._database, queries.SETTLE, map(_values, results))
            return [_name(claimed) in found for claimed, _ in results]
        except ZinError:
            return await asyncio.gather(*map(self._settle_or_fail, results))

    async def _settle_or_fail(self, result: Held) -> bool | Exception:
        try:
            return await self._settle_alone(result)
        except ZinError as down:
            return down

    async def _settle_alone(self, result: Held) -> bool:
        return bool(await queries.QUEUE.settle_all(self._database, queries.SETTLE, [_values(result)]))

    async def _early_reports(self, named: Sequence[tuple[str, str]]) -> list[Row | Exception | None]:
        by_gateway = defaultdict(list)
        for gateway, reference in named:
            by_gateway[gateway].append(reference)
        found: dict[tuple[str, str], Row] = {}
        for gateway, references in by_gateway.items():
            for wanted in value_lists("reference", references):
                rows = await self._database.rows(queries.EARLY, called=gateway, **wanted)
                found |= {(gateway, row["reference"]): row for row in rows}
        return [found.get(one) for one in named]

    async def _cancel_outdated(self, times: Sequence[int]) -> list[Exception | None]:
        await self._database.write(CANCEL_OUTDATED, now=max(times))
        return [None] * len(times)


def _name(claimed: ClaimedMessage) -> Name:
    return claimed.message.key, claimed.tries


def _values(held: Held) -> Row:
    claimed, values = held
    return {"held": claimed.message.key, "try_": claimed.tries, **values}
