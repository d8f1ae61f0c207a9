"""Who writes to Zin while a store is away, through gateways that send again what was refused.

Each writer has requests, and what has come of them at the end: the answers of a citizen by their texts, or what SQL
has. wanted is the same for one whom nothing disturbed.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import func, select

from server import SERVICES
from tests.support.city import City
from tests.support.patience import PATIENCE


@dataclass(frozen=True, slots=True)
class Sent:
    """One request of a gateway; json or form is its body."""

    path: str
    form: Mapping[str, str] | None = None
    json: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Writer:
    """One kind of what comes in. statuses are those of the first tries, in their order."""

    name: ClassVar[str]
    texts: ClassVar[Sequence[str]] = ()

    def __init__(self, zin: City, number: int) -> None:
        self.zin, self.number = zin, number
        self.statuses: list[int] = []
        self.bodies: list[str] = []
        self.wanted: list[str] = []
        self._sent: list[Sent] = []
        self._refused: list[Sent] = []
        self.greeted = 0  # how many answers came before the store was away

    async def prepare(self) -> None:
        """Do what must be before the store is away."""

    def requests(self) -> list[Sent]:
        raise NotImplementedError

    async def come(self) -> list[str]:
        """What has come of the requests so far."""
        raise NotImplementedError

    async def write(self) -> None:
        """Send everything once, one after the other."""
        for sent in self.requests():
            status = await self.bring(sent)
            self.statuses.append(status)
            self._sent.append(sent)
            if status != 200:
                self._refused.append(sent)

    async def repeat_refused(self) -> bool:
        """Send again what was refused, as gateways do; returns whether something still is."""
        self._refused = [sent for sent in self._refused if await self.bring(sent) != 200]
        return bool(self._refused)

    async def repeat_all(self) -> None:
        """Send again what was taken, as a gateway that did not get our response."""
        for sent in self._sent:
            await self.bring(sent)

    async def bring(self, sent: Sent) -> int:
        """Send one request; returns the status."""
        body = json.dumps(sent.json).encode() if sent.json is not None else None
        kind = {"Content-Type": "application/json"} if body else {}
        given: dict[str, Any] = {"data": body or sent.form, "headers": {**kind, **sent.headers}}
        async with self.zin.client.post(sent.path, **given) as answer:
            self._read(answer.status, await answer.text())
            return answer.status

    def _read(self, status: int, body: str) -> None:
        """Note what the response itself says to the citizen."""

    async def count(self, table: Any, *conditions: Any) -> int:
        """How many rows of a table meet these conditions."""
        database = self.zin.client.app[SERVICES].database
        (found,) = await database.rows(select(func.count().label("many")).select_from(table).where(*conditions))
        return int(found["many"])


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait until this is true."""
    async with asyncio.timeout(PATIENCE):
        while not await condition():  # noqa: ASYNC110 - what is waited for happens behind the server
            await asyncio.sleep(0.05)
