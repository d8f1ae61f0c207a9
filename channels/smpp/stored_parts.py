"""The parts of incoming long messages, in SQL and sealed until their message is complete.

    part -> its row -> every part is there: the message, put together
                    -> two minutes: the message as it is, because half a message says more than none

The operator gets its response once the row is there, and does not send the part again. So a part must outlive this
process, and the next part may come to another one. To hold the response until the message is complete would be no
way: an operator whose window is one sends no second part before that. Rows are bounded, of one citizen and of all;
beyond, the operator is asked to come again.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from typing import Final

import structlog

from channels.smpp import part_queries as queries
from channels.smpp.parts import MAX_PARTS, Key, Message, joined, key_of, shortened, split_header
from database import tables
from database.column_limits import milliseconds
from database.encryption import Seal
from database.interface import Database
from smpp.messages import ShortMessage, decode_message
from state.errors import ZinError
from state.identity import Pseudonyms

INCOMPLETE_SECONDS: Final = 120.0  # for which a message waits for its missing parts
MAX_HELD: Final = 10_000  # parts of one gateway
MAX_OF_CITIZEN: Final = 40  # parts of one number
MAX_AT_ONCE: Final = 50  # messages in one look
TABLE: Final = "message_parts"
log = structlog.get_logger()


class TooManyParts(ZinError):
    """So many parts wait for others that no more is taken."""


class StoredParts:
    """The parts of one gateway; clock gives Unix seconds. Every method raises SourceUnavailable."""

    def __init__(
        self, gateway: str, database: Database, seal: Seal, names: Pseudonyms, clock: Callable[[], float] = time.time
    ) -> None:
        self._gateway, self._database, self._seal = gateway, database, seal
        self._names, self._clock = names, clock

    async def take(self, message: ShortMessage) -> Message | None:
        """Take a message or a part; returns the message once every part is there. Raises TooManyParts.

        Its parts stay until it is settled: if it cannot be answered now, only the last one is delivered again.
        """
        part, octets = split_header(message)
        if part is None:
            return Message(message, octets)
        group = self._group(key_of(message, part))
        if part.number <= MAX_PARTS:  # a text beyond is cut anyway
            await self._store(f"{group}:{part.number}", group, shortened(message))
        parts = await self._parts(group)
        return joined(parts) if len(parts) == min(part.total, MAX_PARTS) else None

    async def overdue(self) -> list[Message]:
        """Return messages that waited for long enough."""
        now = milliseconds(self._clock())
        found = await self._database.rows(queries.OVERDUE, called=self._gateway, now=now, most=MAX_AT_ONCE)
        whole = [joined(await self._parts(row["message"])) for row in found]
        return [one for one in whole if one]

    async def settle(self, message: Message) -> None:
        """Forget the parts of a message that was answered."""
        if message.key:
            await self._database.write(queries.REMOVE, called=self._group(message.key))

    async def _store(self, key: str, group: str, message: ShortMessage) -> None:
        who = self._names.of(f"sms {message.source.digits}")
        (held,) = await self._database.rows(queries.HELD, called=self._gateway, who=who)
        if held["many"] >= MAX_HELD or (held["of_citizen"] or 0) >= MAX_OF_CITIZEN:
            raise TooManyParts("too many parts without the others")
        content = base64.b64encode(message.encoded()).decode()
        row = {"key": key, "message": group, "gateway": self._gateway, "citizen": who}
        row |= {"sealed": self._seal.encrypt(content, TABLE, key)}
        until = milliseconds(self._clock() + INCOMPLETE_SECONDS)
        await self._database.insert_once(tables.message_parts, {**row, "until": until})

    async def _parts(self, group: str) -> list[ShortMessage]:
        """Return the parts that are there, in the order in which they came."""
        parts = []
        for row in await self._database.rows(queries.OF_MESSAGE, called=group):
            try:
                content = self._seal.decrypt(row["sealed"], TABLE, row["key"])
            except ZinError as sealed:
                log.error("part not opened", gateway=self._gateway, why=str(sealed))
                continue
            parts.append(decode_message(base64.b64decode(content)))
        return parts

    def _group(self, key: Key) -> str:
        return self._names.of(f"{TABLE}\0{self._gateway}\0{key}")
