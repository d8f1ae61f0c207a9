"""The record of what operators did: entries are only ever added, and each seals the one before it.

An entry is added in a transaction that nobody writes beside, so that numbers have no gap and the chain has no fork,
however many processes add at once; `add_within` takes part in the transaction of the deed itself, so that a deed and
its entry are kept together or not at all.

The hash of an entry is the SHA-256, in 64 lower-case hexadecimal digits, over these bytes: the 64 digits of the hash of
the entry before it (64 zeros for number 1), then the JSON object of `action`, `at`, `details`, `number`, `operator` and
`subject`, in that order, without spaces, in UTF-8 (the canonical form of RFC 8785). `details` is in it as the text of
its column, which is itself such an object, so that not a space of it can be changed unseen.

What the table alone cannot show is that its end was cut off, or that everything was written anew; so somebody notes
`last_hash` elsewhere from time to time, and `verify` says whether that is still in the chain.
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
    """What somebody did to what. details never hold a password, a phone number, or anybody's result.

    Raises ValueError when a text is empty or longer than its column.
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
    """A deed as it was kept. at is in Unix milliseconds."""

    number: int
    at: int
    operator: str
    action: str
    subject: str
    details: Mapping[str, str]
    hash: str


@dataclass(frozen=True, slots=True)
class Fault:
    """The first entry that is not as it was: changed covers moved and inserted ones too."""

    number: int
    what: Literal["changed", "missing"]


@dataclass(frozen=True, slots=True)
class Verified:
    """How far the chain holds: entries of them, up to last_hash; beyond that nothing is known when there is a fault.

    known is the number of the entry that bears the hash noted elsewhere; None when it is not among those that hold.
    """

    entries: int
    last_hash: str
    fault: Fault | None
    known: int | None


class Audit:
    """The entries of one registry. clock gives Unix seconds. Every method raises SourceUnavailable."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self.database, self.clock = database, clock

    async def add(self, deed: AuditEvent) -> AuditEntry:
        async with self.database.exclusive_transaction() as writer:
            return await self.add_within(writer, deed)

    async def add_within(self, writer: Writer, deed: AuditEvent) -> AuditEntry:
        """Add an entry in a transaction that is open already; it is kept when that is."""
        number, before = place_after(next(iter(await writer.rows(TAIL[self.database.dialect])), None))
        row: dict[str, Any] = {
            "number": number,
            "at": round(self.clock() * 1000),
            "operator": deed.operator,
            "action": deed.action,
            "subject": deed.subject,
            "details": _canonical(deed.details),
        }
        row["hash"] = _hash(before, row)
        await writer.rows(ADD, **row)
        return _entry(row)

    async def last(self, most: int) -> list[AuditEntry]:
        """The newest entries, oldest of them first."""
        rows = await self.database.rows(LAST[self.database.dialect], most=most)
        return [_entry(read(row)) for row in reversed(rows)]

    async def last_hash(self) -> str:
        """What is worth noting elsewhere: START while there is no entry."""
        last = await self.last(1)
        return last[0].hash if last else START

    async def verify(self, known: str = "") -> Verified:
        """Walk the whole chain, up to the first fault; known is a hash noted elsewhere, if there is one."""
        count, sealed, found = 0, START, 0 if known == START else None
        async for row in self._all():
            if fault := _fault(count + 1, sealed, row):
                return Verified(count, sealed, fault, found)
            count, sealed = count + 1, row["hash"]
            if sealed == known:
                found = count
        return Verified(count, sealed, None, found)

    async def _all(self) -> AsyncIterator[Row]:
        """Every row in the order of its number, also of such as no entry has, a batch at a time."""
        least = LOWEST
        while rows := await self.database.rows(NEXT[self.database.dialect], least=least, most=BATCH):
            for row in rows:
                yield read(row)
            least = rows[-1]["number"] + 1


def _fault(expected: int, before: str, row: Row) -> Fault | None:
    """What is wrong with the row that stands where an entry of this number is expected."""
    number = row["number"]
    if number == expected:
        return None if row["hash"] == _hash(before, row) else Fault(expected, "changed")
    stands_before = isinstance(number, int) and number < expected  # SQLite keeps anything in any column
    return Fault(number, "changed") if stands_before else Fault(expected, "missing")


def _hash(before: str, row: Row) -> str:
    sealed = {name: row[name] for name in ("number", "at", "operator", "action", "subject", "details")}
    return sha256((before + _canonical(sealed)).encode(errors="surrogatepass")).hexdigest()


def _canonical(given: Mapping[str, Any]) -> str:
    """The JSON of which there is only one; for what no entry of ours holds, such as bytes, any text will do."""
    return json.dumps(given, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=repr)


def _entry(row: Row) -> AuditEntry:
    """What a row shows. What nobody of ours wrote is shown as text, for `verify` to complain of."""
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
