"""Ministries' messages in SQL: each is stored once for its reference, whole with its recipients, or not at all.

A message with its recipients and the parts of its day are one transaction. So the same request, sent twice or at once,
finds what the first one stored; a request over the budget stores nothing. Phone numbers and values are encrypted.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import orjson

from api import message_queries as sql
from api.key_format import Mode
from api.keys import ApiKey
from database import tables
from database.column_limits import milliseconds
from database.encryption import Seal
from database.interface import Database, Row, Writer
from reporting.time_zone import zone
from state.errors import ZinError
from state.identity import Pseudonyms

SEALED_AT_ONCE: Final = 25  # recipients that are encrypted before other tasks get their turn: a millisecond
CALLBACK_MILLISECONDS: Final = 3 * 24 * 3600 * 1000  # after its expiry, a message's ends are reported so long
ADDED_AT_ONCE: Final = 500  # rows in one statement
TABLE: Final = tables.ministry_recipients.name


class OverBudget(ZinError):
    """The parts of the day do not suffice; left are those that are still there."""

    def __init__(self, left: int) -> None:
        super().__init__("over the budget of the day")
        self.left = left


class ReferenceTaken(ZinError):
    """Another message has this reference."""


@dataclass(frozen=True, slots=True)
class Person:
    """A recipient: the phone number in E.164, and the values of the text."""

    phone: str = field(repr=False)
    values: dict[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedMessage:
    """A message that was checked. content is all that was asked; times are Unix milliseconds."""

    key: ApiKey
    reference: str
    content: str = field(repr=False)
    template: str
    purpose: str
    parts: int
    send_at: int
    expires_at: int
    people: Sequence[Person] = field(repr=False)


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A stored message; times are Unix milliseconds."""

    id: str
    key_id: str
    ministry: str
    mode: Mode
    reference: str
    digest: str
    template: str
    purpose: str
    recipients: int
    parts: int
    created_at: int
    send_at: int
    expires_at: int


class MinistryMessages:
    """The messages of all ministries. clock gives Unix seconds. Every method raises SourceUnavailable."""

    def __init__(
        self, database: Database, seal: Seal, names: Pseudonyms, clock: Callable[[], float] = time.time
    ) -> None:
        self._database, self._seal, self._names, self._clock = database, seal, names, clock

    async def accept(self, asked: AskedMessage) -> StoredMessage:
        """Store a message, or return the one that has its reference. Raises OverBudget and ReferenceTaken."""
        row = self._row(asked)
        recipients = await self._recipients(row, asked.people)
        async with self._database.exclusive_transaction() as writer:
            if await writer.insert_once(tables.ministry_messages, row):
                await self._spend(writer, asked)
                for start in range(0, len(recipients), ADDED_AT_ONCE):
                    await writer.add(tables.ministry_recipients, recipients[start : start + ADDED_AT_ONCE])
                if asked.key.callback:
                    await writer.insert_once(tables.ministry_callbacks, _callback(row))
                return StoredMessage(**row)
            (stored,) = await writer.rows(sql.ONE, **_named(asked.key, row["id"]))
        return _same(StoredMessage(**stored), row["digest"])

    async def repeated(self, key: ApiKey, reference: str, content: str) -> StoredMessage | None:
        """The stored message with this reference, None if there is none. Raises ReferenceTaken for other content."""
        stored = await self.find_reference(key, reference)
        return _same(stored, self._names.of(content)) if stored else None

    async def find(self, key: ApiKey, name: str) -> StoredMessage | None:
        """The message with this id, if it is of the key's ministry and mode."""
        return await self._one(key, name)

    async def find_reference(self, key: ApiKey, reference: str) -> StoredMessage | None:
        """The message with this reference of the key's ministry and mode."""
        return await self._one(key, self._id(key, reference))

    async def counts(self, message: StoredMessage) -> list[dict[str, Any]]:
        """The number of recipients (many) by state, state in the outbox (taken) and its reason (because)."""
        return await self._database.rows(sql.COUNTS, called=message.id)

    async def _one(self, key: ApiKey, name: str) -> StoredMessage | None:
        found = await self._database.rows(sql.ONE, **_named(key, name))
        return StoredMessage(**found[0]) if found else None

    async def _spend(self, writer: Writer, asked: AskedMessage) -> None:
        """Count the parts in the budget of today. Raises OverBudget."""
        day = int(datetime.fromtimestamp(self._clock(), zone()).strftime("%Y%m%d"))
        most = asked.key.parts_per_day
        await writer.insert_once(tables.ministry_parts, {"key_id": asked.key.id, "day": day, "parts": 0})
        if not await writer.rows(sql.SPEND, whose=asked.key.id, today=day, more=asked.parts, most=most):
            (spent,) = await writer.rows(sql.SPENT, whose=asked.key.id, today=day)
            raise OverBudget(max(0, most - spent["parts"]))

    async def _recipients(self, message: Row, people: Sequence[Person]) -> list[Row]:
        rows: list[Row] = []
        for number, person in enumerate(people, 1):
            key = f"{message['id']}.{number}"
            content = orjson.dumps([person.phone, person.values]).decode()
            rows.append(
                {
                    "key": key,
                    "message": message["id"],
                    "sealed": self._seal.encrypt(content, TABLE, key),
                    "state": "waiting",
                    "why": "",
                    "tries": 0,
                    "due_at": message["send_at"],
                    "reported": False,
                }
            )
            if number % SEALED_AT_ONCE == 0:
                await asyncio.sleep(0)
        return rows

    def _row(self, asked: AskedMessage) -> dict[str, Any]:
        return {
            "id": self._id(asked.key, asked.reference),
            "key_id": asked.key.id,
            "ministry": asked.key.ministry,
            "mode": asked.key.mode,
            "reference": asked.reference,
            "digest": self._names.of(asked.content),
            "template": asked.template,
            "purpose": asked.purpose,
            "recipients": len(asked.people),
            "parts": asked.parts,
            "created_at": milliseconds(self._clock()),
            "send_at": asked.send_at,
            "expires_at": asked.expires_at,
        }

    def _id(self, key: ApiKey, reference: str) -> str:
        return self._names.of(f"message of a ministry\0{key.ministry}\0{key.mode}\0{reference}")


def _callback(message: Row) -> Row:
    until = message["expires_at"] + CALLBACK_MILLISECONDS
    return {"key": message["id"], "tries": 0, "due_at": message["send_at"], "until_ms": until}


def _named(key: ApiKey, name: str) -> Row:
    return {"called": name, "whose": key.ministry, "of_mode": key.mode}


def _same(stored: StoredMessage, digest: str) -> StoredMessage:
    """Return the stored message if it is what is asked now. Raises ReferenceTaken."""
    if stored.digest != digest:
        raise ReferenceTaken("another message has this reference")
    return stored
