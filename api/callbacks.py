"""Callbacks: a ministry's system is informed of what was delivered, what failed and what expired, signed.

A key may have an address (`zin keys add --callback`). Each call has up to MAX_EVENTS recipients of one message, by
their place in its list, and is repeated until the system answers with success or the time is over. So an event may come
twice. Who refused is not reported: that is between the citizen and Zin.

    Zin-Signature: t=1790074800,v1=HMAC-SHA-256 of "1790074800." and the body, in hexadecimal digits
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, NoReturn

import orjson
import structlog

from api import callback_queries as sql
from channels.workers.polling import poll_forever
from database import tables
from database.column_limits import milliseconds
from database.interface import Database, Row
from database.leased_queue import backoff_seconds
from httpclient.failures import NoAnswer
from httpclient.json_client import Answer, JsonClient
from state.identity import Pseudonyms

MAX_MESSAGES: Final = 20  # of one round
MAX_EVENTS: Final = 500  # of one call
IDLE_SECONDS: Final = 2.0  # between two rounds when nothing is due, without a signal of new messages
LONGEST_IDLE_SECONDS: Final = 5.0  # with one
LOOK_SECONDS: Final = 10.0  # between two looks at one message
FIRST, LONGEST = 30.0, 3600.0  # seconds between two tries
HEADER: Final = "Zin-Signature"
log = structlog.get_logger()


def callback_secret(names: Pseudonyms, key_id: str) -> str:
    """Return the secret that signs the callbacks of a key: it is derived, so that no table holds it."""
    return names.of(f"secret of callbacks\0{key_id}")


def signature(secret: str, body: bytes, seconds: int) -> str:
    """Return the value of the header for this body."""
    signed = hmac.digest(secret.encode(), b"%d." % seconds + body, "sha256").hex()
    return f"t={seconds},v1={signed}"


@dataclass(frozen=True, slots=True)
class CallbackWorker:
    """The worker of callbacks in one process. may_reach says whether an address may be called."""

    database: Database
    client: JsonClient
    names: Pseudonyms
    may_reach: Callable[[str], bool]
    clock: Callable[[], float]

    async def run(self) -> NoReturn:
        """Work until cancelled."""
        rest = partial(self.database.watch(tables.ministry_callbacks).wait, IDLE_SECONDS, LONGEST_IDLE_SECONDS)
        await poll_forever(self.round, IDLE_SECONDS, "callbacks", rest)

    async def round(self) -> int:
        """Call the systems of up to MAX_MESSAGES messages; returns how many had events. Raises SourceUnavailable."""
        now, had_events = milliseconds(self.clock()), 0
        left = await sql.QUEUE.claim(self.database, now, MAX_MESSAGES)
        try:
            while left:
                had_events += await self._follow(left[0])
                del left[0]
        except asyncio.CancelledError:  # this process ends
            await sql.QUEUE.give_back(self.database, now, [{"held": row["key"], "try_": row["tries"]} for row in left])
            raise
        return had_events

    async def _follow(self, row: Row) -> bool:
        """Inform the system of one message about what is new; returns whether there was something."""
        found = await self.database.rows(sql.FOLLOWED, called=row["key"])
        if not found or row["until_ms"] <= milliseconds(self.clock()) or not self.may_reach(found[0]["address"]):
            await self._end(row)
            return False
        events = await self.database.rows(sql.EVENTS, called=row["key"], most=MAX_EVENTS)
        if not events:
            await self._look_again(row)
            return False
        if await self._call(found[0], events):
            await self.database.write_all(sql.REPORTED, [{"held": event["key"]} for event in events])
            await self._due(row, 0.0, tries=0)
        else:
            await self._due(row, backoff_seconds(FIRST, row["tries"] - 1, LONGEST), tries=row["tries"])
        return True

    async def _call(self, message: Row, events: Sequence[Row]) -> bool:
        """Send the events; returns whether the system took them."""
        ends = [{"place": int(one["key"].rpartition(".")[2]) - 1, "state": _state(one)} for one in events]
        body = orjson.dumps({name: message[name] for name in ("id", "reference", "mode")} | {"events": ends})
        seconds = int(self.clock())
        headers = {HEADER: signature(callback_secret(self.names, message["key_id"]), body, seconds)}
        try:
            answer: Answer = await self.client.post_bytes(message["address"], body, headers)
        except NoAnswer as error:
            log.info("callback not taken", key=message["key_id"], why=str(error))
            return False
        if not answer.is_success:
            log.info("callback not taken", key=message["key_id"], status=answer.status)
        return answer.is_success

    async def _look_again(self, row: Row) -> None:
        if await self.database.rows(sql.OPEN, called=row["key"]):
            await self._due(row, LOOK_SECONDS, tries=0)
        else:
            await self._end(row)

    async def _due(self, row: Row, seconds: float, tries: int) -> None:
        due = milliseconds(self.clock() + seconds)
        await sql.QUEUE.settle(self.database, sql.AGAIN, row["key"], row["tries"], next=due, counted=tries)

    async def _end(self, row: Row) -> None:
        await sql.QUEUE.settle(self.database, sql.DONE, row["key"], row["tries"])


def _state(event: Row) -> str:
    if event["state"] != "posted":
        return str(event["state"])
    return "failed" if event["taken"] == "cancelled" else str(event["taken"])
