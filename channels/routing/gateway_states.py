"""What all processes know of the gateways of the table of routes, in SQL: who can send, who fails, who has how much.

A process writes for a gateway that it can send by; every process reads all rows about once a second. `zin gateways
list` and the admin site show them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, select, update

from channels.outbox.column_values import NUMBER
from database import tables
from database.column_limits import clipped, milliseconds
from database.interface import Database

_S = tables.gateway_states.c
ALL = select(tables.gateway_states)
_OF = update(tables.gateway_states).where(_S.name == bindparam("called")).returning(_S.name)
SEEN = _OF.values(seen_at=bindparam("now"))
OPENED = _OF.values(open_until=bindparam("until"), why=bindparam("because"))
CLOSED = _OF.values(open_until=0)
BALANCE = _OF.values(balance=bindparam("has"), balance_at=bindparam("now"))


@dataclass(frozen=True, slots=True)
class GatewayState:
    """One gateway; times are Unix milliseconds. open_until is the end of a rest after failures, 0 if it works.

    why is the reason of the last failure. balance is as the gateway writes it, "" if it never did.
    """

    name: str
    seen_at: int = 0
    open_until: int = 0
    why: str = ""
    balance: str = ""
    balance_at: int = 0


class GatewayStates:
    """The states in one database. clock gives Unix seconds. Every method raises SourceUnavailable."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database, self._clock = database, clock

    def now(self) -> int:
        """The time in Unix milliseconds."""
        return milliseconds(self._clock())

    async def all(self) -> Mapping[str, GatewayState]:
        """Every known state by the gateway's name."""
        return {row["name"]: GatewayState(**row) for row in await self._database.rows(ALL)}

    async def add(self, names: Iterable[str]) -> None:
        """Begin to know these gateways."""
        empty = {"seen_at": 0, "open_until": 0, "why": "", "balance": "", "balance_at": 0}
        for name in names:
            await self._database.insert_once(tables.gateway_states, {"name": name, **empty})

    async def seen(self, names: Iterable[str]) -> None:
        """Note that a process can send by these gateways now."""
        await self._database.write_all(SEEN, [{"called": name, "now": self.now()} for name in sorted(names)])

    async def opened(self, name: str, until: int, why: str) -> None:
        """Note that a gateway failed and is not asked until then."""
        because = clipped(_S.why, NUMBER.sub("…", why))
        await self._database.write(OPENED, called=name, until=until, because=because)

    async def closed(self, name: str) -> None:
        """Note that a gateway takes messages again."""
        await self._database.write(CLOSED, called=name)

    async def balance(self, name: str, balance: str) -> None:
        """Note what a gateway says of the account."""
        await self._database.write(BALANCE, called=name, has=clipped(_S.balance, balance), now=self.now())
