"""What Zin owes citizens, kept until it is fulfilled or they were told that it cannot be.

A promise is kept once under its key, sealed. Any number of processes claim what is due; a claim is a lease, so that
what a killed process held is claimed again when it runs out, and only who holds it now settles it.

    keep -> due -> held -> done, and gone
             ^       |
             +-------+  again, later; past its end it is due at once, and claimed as expired

A message that waits to be answered, as it is kept in SQL.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

import structlog

from channels.deferred.queries import (
    AGAIN,
    BRING_FORWARD,
    CLAIM,
    COUNT,
    DONE,
    DUE_NOW,
    FORGET,
    HELD_BY,
    KEEP,
    PROLONG,
    RECORD_ANSWER,
)
from database.column_limits import milliseconds
from database.encryption import Seal
from database.interface import Database
from state.errors import ZinError
from state.interfaces import Inbound, Recipient
from state.record_format import RecordFormat, UnknownRecord

LEASE: Final = 60.0  # seconds that a process has for what it claimed
MAX_WAIT_SECONDS: Final = 1800.0  # more than an answer or a message ever waits for its next try
LOOK_SECONDS: Final = 600.0  # between two looks for what waits longer than that
Kind = Literal["answer", "changes", "message"]
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class NewDeferred:
    """One thing owed to a citizen: an answer, word of each change, or the answer to a message.

    key is the same whenever the same thing is promised again. citizen is a name that tells no address. payload is
    UTF-8, seen a digest of what the citizen knows already. due_in and life are in seconds.
    """

    key: str
    kind: Kind
    citizen: str
    payload: bytes = field(repr=False)
    seen: str = ""
    due_in: float = 0.0
    life: float = 24 * 3600.0
    topic: str = ""


@dataclass(frozen=True, slots=True)
class ClaimedDeferred:
    """A promise that this process, and no other, works on now.

    tries counts this time, from what the citizen was last told. Of what expired, the citizen is told that it cannot be
    had. until is the end of the lease in Unix milliseconds: tries alone, which begin anew, would not tell two apart.
    """

    key: str
    kind: Kind
    citizen: str
    payload: bytes = field(repr=False)
    seen: str
    tries: int
    expired: bool
    until: int


class DeferredRepository:
    """The promises of all processes. clock gives Unix seconds. Every method raises SourceUnavailable."""

    def __init__(self, database: Database, seal: Seal, clock: Callable[[], float] = time.time) -> None:
        self._database, self._seal, self._clock = database, seal, clock
        self._looked = -math.inf  # when times that a wrong clock wrote were looked for, on the monotonic clock

    async def add(self, promised: NewDeferred) -> bool:
        """Promise it; False when that stands under its key already, and lives on as long as this one if of changes."""
        if await self._add(promised):
            return True
        if promised.kind != "changes":
            return False
        now, due_at, expires_at = self._times(promised)
        if await self._database.write(PROLONG, held=promised.key, now=now, next=due_at, until=expires_at):
            return False
        return await self._add(promised)  # the one that stood was settled just now

    async def claim(self, most: int) -> list[ClaimedDeferred]:
        """Up to so many that are due, those due longest, for this process to settle within LEASE."""
        now = self._now()
        if time.monotonic() - self._looked > LOOK_SECONDS:
            self._looked = time.monotonic()
            latest = now + milliseconds(MAX_WAIT_SECONDS)
            await self._database.write(BRING_FORWARD, latest=latest, next=now + milliseconds(LEASE))
        if not await self._database.rows(DUE_NOW, now=now):  # a look is cheaper than a transaction
            return []
        until = now + milliseconds(LEASE)
        rows = await self._database.write(CLAIM, now=now, most=most, until=until)
        return [held for row in rows if (held := self._held(row, now, until))]

    async def complete(self, held: ClaimedDeferred) -> bool:
        """It is fulfilled, and gone. False when the claim had run out."""
        return bool(await self._database.write(DONE, **_claim(held)))

    async def reschedule(self, held: ClaimedDeferred, seconds: float, seen: str | None = None) -> bool:
        """It is due again in so many seconds, or at its end if that comes before. False when the claim had run out.

        seen is what the citizen was told now; None: nothing.
        """
        now = self._now()
        times = {"now": now, "next": now + milliseconds(seconds)}
        if seen is None:
            return bool(await self._database.write(AGAIN, **_claim(held), **times))
        return bool(await self._database.write(RECORD_ANSWER, **_claim(held), **times, told=seen))

    async def forget(self, citizen: str) -> int:
        """How many were dropped: all of this citizen's but the answers to what was just written."""
        return len(await self._database.write(FORGET, who=citizen))

    async def held_by(self, citizen: str) -> int:
        """How much news this citizen waits for."""
        return int((await self._database.rows(HELD_BY, who=citizen))[0]["many"])

    async def waiting(self) -> dict[str, int]:
        """How many there are of each kind, held or not."""
        found = {row["kind"]: int(row["waiting"]) for row in await self._database.rows(COUNT)}
        return {kind: found.get(kind, 0) for kind in get_args(Kind)}

    async def _add(self, promised: NewDeferred) -> bool:
        _, due_at, expires_at = self._times(promised)
        kept = await self._database.write(
            KEEP[self._database.dialect],
            key=promised.key,
            kind=promised.kind,
            citizen=promised.citizen,
            sealed=self._seal.encrypt(promised.payload.decode(), "promises", promised.key),
            seen=promised.seen,
            topic=promised.topic,
            tries=0,
            due_at=due_at,
            expires_at=expires_at,
        )
        return bool(kept)

    def _held(self, row: Any, now: int, until: int) -> ClaimedDeferred | None:
        """The promise; None, for as long as its lease, where it cannot be opened: it holds nobody else up."""
        try:
            payload = self._seal.decrypt(row["sealed"], "promises", row["key"]).encode()
        except ZinError as sealed:
            log.error("promise kept back", kind=row["kind"], why=str(sealed))
            return None
        return ClaimedDeferred(
            row["key"],
            row["kind"],
            row["citizen"],
            payload,
            row["seen"],
            row["tries"],
            expired=row["expires_at"] <= now,
            until=until,
        )

    def _times(self, promised: NewDeferred) -> tuple[int, int, int]:
        """Now, when it is due, and when it expires."""
        now = self._now()
        expires_at = now + milliseconds(promised.life)
        return now, min(now + milliseconds(promised.due_in), expires_at), expires_at

    def _now(self) -> int:
        return milliseconds(self._clock())


def _claim(held: ClaimedDeferred) -> dict[str, Any]:
    return {"held": held.key, "try_": held.tries, "lease": held.until}


FORMAT: Final = RecordFormat(
    Inbound, stored_names={"inputs_are_cumulative": "joined", "button_mark": "pressed", "reply_to": "to"}
)


def written(inbound: Inbound) -> bytes:
    """The message as it is kept; sealed before that."""
    return FORMAT.serialize(inbound)


def read(kept: bytes) -> Inbound:
    """The message that was kept. Raises UnknownRecord."""
    told = FORMAT.fields_of(kept)
    to = told.get("reply_to")
    return Inbound(**{**told, "reply_to": recipient_of(to) if to else None})


def recipient_of(told: Any) -> Recipient:
    """The recipient within a record. Raises UnknownRecord."""
    try:
        return Recipient(**told)
    except TypeError:
        raise UnknownRecord("a recipient that another version of Zin wrote") from None
