"""Deferred answers in SQL, stored until they are sent or the citizen got the message that there is none.

A deferred answer is stored once under its key, encrypted. Any number of processes claim due rows. A claim is a lease:
if a process is killed, another claims the row after the lease ends, and only the current holder can settle it.

    add -> due -> claimed -> completed and deleted
            ^        |
            +--------+  rescheduled; after its expiry it is due at once and claimed as expired
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

import structlog
from sqlalchemy import Executable

from channels.deferred.queries import (
    AGAIN,
    COUNT,
    DONE,
    FORGET,
    HELD_BY,
    PROLONG,
    QUEUE,
    RECORD_ANSWER,
)
from database import tables
from database.changes import Watch
from database.column_limits import milliseconds
from database.encryption import Seal
from database.interface import Database
from database.leased_queue import LeasedQueue, lease_end
from logs.request_id import current_request_id
from state.errors import ZinError

LOOK_SECONDS: Final = 600.0  # between two searches for rows that would wait longer than that
Kind = Literal["answer", "changes", "message"]
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class NewDeferred:
    """A deferred answer to store: an answer, news of each change, or the answer to a message.

    key identifies it when it is added again. citizen is a pseudonym. payload is UTF-8, seen a digest of the facts that
    the citizen knows already. due_in and life are in seconds.
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
    """A deferred answer that only this process works on now.

    tries includes the current try and restarts after each sent answer. If it is expired, the citizen gets the message
    that there is no answer. until is the end of the lease in Unix milliseconds; with tries it identifies the claim.
    request_id is that of the request which it answers (logs/request_id.py), "" for news.
    """

    key: str
    kind: Kind
    citizen: str
    payload: bytes = field(repr=False)
    seen: str
    tries: int
    expired: bool
    until: int
    request_id: str = ""


class DeferredRepository:
    """The deferred answers of all processes. clock gives Unix seconds. Every method raises SourceUnavailable."""

    def __init__(self, database: Database, seal: Seal, clock: Callable[[], float] = time.time) -> None:
        self._database, self._seal, self._clock = database, seal, clock
        self._latest = 0  # expiry of a message
        self._looked = -math.inf  # last search for times written by a wrong clock, on the monotonic clock

    async def add(self, promised: NewDeferred) -> bool:
        """Store a deferred answer. Returns False if its key exists; a subscription is then extended to this expiry."""
        if await self._add(promised):
            return True
        if promised.kind != "changes":
            return False
        now, due_at, expires_at = self._times(promised)
        if await self._database.write(PROLONG, held=promised.key, now=now, next=due_at, until=expires_at):
            return False
        return await self._add(promised)  # the existing row was settled meanwhile

    def watch(self) -> Watch:
        """What a worker waits for between two claims."""
        return self._database.watch(tables.promises)

    async def claim(self, most: int, queue: LeasedQueue = QUEUE) -> list[ClaimedDeferred]:
        """Claim up to `most` due rows, the oldest first. This process must settle them within LEASE_SECONDS."""
        now = self.now()
        if time.monotonic() - self._looked > LOOK_SECONDS:
            self._looked = time.monotonic()
            await QUEUE.bring_forward(self._database, now)
        rows = await queue.claim(self._database, now, most)
        return [held for row in rows if (held := self._held(row, now))]

    async def complete(self, held: ClaimedDeferred) -> bool:
        """Delete a deferred answer that was sent. Returns False if the claim had ended."""
        return await self._settle(DONE, held)

    async def reschedule(self, held: ClaimedDeferred, seconds: float, seen: str | None = None) -> bool:
        """Make it due again in so many seconds, at the latest at its expiry. Returns False if the claim had ended.

        seen is the digest of the answer that was sent now, None if none was sent.
        """
        now = self.now()
        times = {"now": now, "next": now + milliseconds(seconds)}
        if seen is None:
            return await self._settle(AGAIN, held, **times)
        return await self._settle(RECORD_ANSWER, held, **times, digest=seen)

    async def give_back(self, held: Iterable[ClaimedDeferred]) -> None:
        """Make these rows due at once for other processes, because this one ends."""
        rows = [{"held": one.key, "try_": one.tries, "lease": one.until} for one in held]
        await QUEUE.give_back(self._database, self.now(), rows)

    async def forget(self, citizen: str) -> int:
        """Delete this citizen's answers and subscriptions, but not unanswered messages. Returns how many."""
        return len(await self._database.write(FORGET, who=citizen))

    async def held_by(self, citizen: str) -> int:
        """The number of subscriptions of this citizen."""
        return int((await self._database.rows(HELD_BY, who=citizen))[0]["many"])

    async def waiting(self) -> dict[str, int]:
        """The number of rows of each kind, claimed or not."""
        found = {row["kind"]: int(row["waiting"]) for row in await self._database.rows(COUNT)}
        return {kind: found.get(kind, 0) for kind in get_args(Kind)}

    async def _add(self, promised: NewDeferred) -> bool:
        _, due_at, expires_at = self._times(promised)
        if promised.kind == "message":  # the order of messages, also of those in one request
            self._latest = expires_at = max(expires_at, self._latest + 1)
        row = {
            "key": promised.key,
            "kind": promised.kind,
            "citizen": promised.citizen,
            "sealed": self._seal.encrypt(promised.payload.decode(), "promises", promised.key),
            "seen": promised.seen,
            "topic": promised.topic,
            "tries": 0,
            "due_at": due_at,
            "expires_at": expires_at,
            "request_id": None if promised.kind == "changes" else current_request_id() or None,
        }
        return await self._database.insert_once(tables.promises, row)

    async def _settle(self, statement: Executable, held: ClaimedDeferred, **values: object) -> bool:
        return await QUEUE.settle(self._database, statement, held.key, held.tries, lease=held.until, **values)

    def _held(self, row: Any, now: int) -> ClaimedDeferred | None:
        """The claimed row; None if it cannot be decrypted. It then stays claimed until its lease ends."""
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
            until=lease_end(now),
            request_id=row["request_id"] or "",
        )

    def _times(self, promised: NewDeferred) -> tuple[int, int, int]:
        """The Unix milliseconds of now, the due time and the expiry."""
        now = self.now()
        expires_at = now + milliseconds(promised.life)
        return now, min(now + milliseconds(promised.due_in), expires_at), expires_at

    def now(self) -> int:
        """The time in Unix milliseconds."""
        return milliseconds(self._clock())
