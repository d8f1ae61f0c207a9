"""The audit of operators' actions: entries are only added, and the hash of each covers the one before it.

An entry is added in an exclusive transaction, so that the numbers have no gap and the chain has no fork, also with
several processes. `add_within` uses the transaction of the action itself, so that an action and its entry are stored
together or not at all.

The hash of an entry is the SHA-256, in 64 lower-case hexadecimal digits, over these bytes: the 64 digits of the hash of
the entry before it (64 zeros for number 1), then the JSON object of `action`, `at`, `details`, `number`, `operator` and
`subject`, in that order, without spaces, in UTF-8 (the canonical form of RFC 8785). `details` is included as the text
of its column, itself such an object, so that a change of one space is detected.

The table alone cannot show that its end was cut off or that all of it was rewritten. Therefore an operator notes
`last_hash` elsewhere from time to time, and `verify` reports whether that hash is still in the chain.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final, Literal

from accounts.audit_rows import ADD, LAST, NEXT, START, TAIL, place_after, read
from database import tables
from database.column_limits import can_hold, max_length
from database.interface import Database, Row, Writer

BATCH: Final = 1000  # entries read at once
LOWEST: Final = -(2**63)  # of a column of 64 bits
LONGEST: Final = {name: max_length(tables.audit.c[name]) for name in ("operator", "action", "subject")}  # characters


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """An action of an operator on a subject. details must not hold a password, a phone number or a result.

    Raises ValueError if a text is empty or longer than its column.
    """

    operator: str  # the name of an account, or console:LOGIN
    action: str
    subject: str
    details: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, longest in LONGEST.items():
            if not (value := getattr(self, name)) or not can_hold(tables.audit.c[name], value):
                raise ValueError(f"{name}: 1 to {longest} characters, none of them NUL")


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A stored entry. at is in Unix milliseconds."""

    number: int
    at: int
    operator: str
    action: str
    subject: str
    details: Mapping[str, str]
    hash: str


@dataclass(frozen=True, slots=True)
class Fault:
    """The first entry that was altered. "changed" includes moved and inserted entries."""

    number: int
    what: Literal["changed", "missing"]


@dataclass(frozen=True, slots=True)
class Verified:
    """The result of a check: the number of valid entries, the hash of the last of them, and the first fault.

    known is the number of the entry with the hash noted elsewhere; None if no valid entry has it.
    """

    entries: int
    last_hash: str
    fault: Fault | None
    known: int | None


class Audit:
    """The entries in one database. clock gives Unix seconds. Every method raises SourceUnavailable."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self.database, self.clock = database, clock

    async def add(self, event: AuditEvent) -> AuditEntry:
        """Add an entry in a transaction of its own."""
        async with self.database.exclusive_transaction() as writer:
            return await self.add_within(writer, event)

    async def add_within(self, writer: Writer, event: AuditEvent) -> AuditEntry:
        """Add an entry in an open transaction; it is stored when that commits."""
        number, before = place_after(next(iter(await writer.rows(TAIL[self.database.dialect])), None))
        row: dict[str, Any] = {
            "number": number,
            "at": round(self.clock() * 1000),
            "operator": event.operator,
            "action": event.action,
            "subject": event.subject,
            "details": _canonical(event.details),
        }
        row["hash"] = _hash(before, row)
        await writer.rows(ADD, **row)
        return entry_of_row(row)

    async def last(self, most: int) -> list[AuditEntry]:
        """The newest entries, in the order of their numbers."""
        rows = await self.database.rows(LAST[self.database.dialect], most=most)
        return [entry_of_row(read(row)) for row in reversed(rows)]

    async def last_hash(self) -> str:
        """The hash of the last entry, to be noted elsewhere; START if there is no entry."""
        last = await self.last(1)
        return last[0].hash if last else START

    async def verify(self, known: str = "") -> Verified:
        """Check the chain up to the first fault. known is a hash noted elsewhere, "" for none."""
        count, sealed, found = 0, START, 0 if known == START else None
        async for row in self._all():
            if fault := _fault(count + 1, sealed, row):
                return Verified(count, sealed, fault, found)
            count, sealed = count + 1, row["hash"]
            if sealed == known:
                found = count
        return Verified(count, sealed, None, found)

    async def _all(self) -> AsyncIterator[Row]:
        """Every row in the order of the numbers, also invalid ones, read in batches."""
        least = LOWEST
        while rows := await self.database.rows(NEXT[self.database.dialect], least=least, most=BATCH):
            for row in rows:
                yield read(row)
            least = rows[-1]["number"] + 1


def _fault(expected: int, before: str, row: Row) -> Fault | None:
    """The fault of the row found where an entry of this number is expected, None if it is valid."""
    number = row["number"]
    if number == expected:
        return None if row["hash"] == _hash(before, row) else Fault(expected, "changed")
    stands_before = isinstance(number, int) and number < expected  # SQLite accepts any value in any column
    return Fault(number, "changed") if stands_before else Fault(expected, "missing")


def _hash(before: str, row: Row) -> str:
    sealed = {name: row[name] for name in ("number", "at", "operator", "action", "subject", "details")}
    return sha256((before + _canonical(sealed)).encode(errors="surrogatepass")).hexdigest()


def _canonical(given: Mapping[str, Any]) -> str:
    """Canonical JSON. Values that our entries never hold, such as bytes, are written as their repr."""
    return json.dumps(given, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=repr)


def entry_of_row(row: Row) -> AuditEntry:
    """The entry of a row. Values that Zin did not write are shown as text; `verify` reports them."""
    shown: dict[str, Any] = {name: one if isinstance(one, int) else _visible(one) for name, one in row.items()}
    return AuditEntry(**{**shown, "details": _details(shown["details"])})


def _details(text: str) -> Mapping[str, str]:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        read = None
    return read if isinstance(read, dict) else {"?": text}


def _visible(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text.encode(errors="replace").decode()
