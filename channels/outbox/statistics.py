"""Outbox statistics: waiting messages and their age, messages sent in the last hour, failures, and broadcasts.

Only counts: no address and no text is read. The whole table is read once for the counts and once for the rate. This
takes half a second for 300 000 messages in SQLite, so it is for operators, not for a delivery round.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, and_, bindparam, case, func, literal_column, or_, select

from channels.contracts.sender import GATEWAYS
from channels.outbox.column_values import NUMBER
from channels.outbox.pauses import Paused, Pauses
from database import tables
from database.interface import Database, Row

MINUTES: Final = 60  # the period of the rate
_O, _W = tables.outbox.c, tables.promises.c
_DUE = and_(_O.state == "queued", _O.due_at <= bindparam("now"))
_BY = (_O.gateway, _O.topic, _O.state, _O.why)
COUNTED: Final = select(
    *_BY,
    func.count().label("many"),
    func.min(case((_DUE, _O.posted_at))).label("oldest"),
    func.max(_O.ended_at).label("last"),
).group_by(*_BY)
_MINUTE: ColumnElement[int] = (bindparam("now") - _O.sent_at) // 60_000
LEFT: Final = (
    select(_O.gateway, _MINUTE.label("ago"), func.count().label("many"))
    .where(_O.sent_at > bindparam("since"), or_(*(_O.state == state for state in ("sent", "delivered", "failed"))))
    .group_by(_O.gateway, "ago")
)
MINISTRIES: Final = select(func.count().label("many")).where(
    tables.ministry_recipients.c.state == literal_column("'waiting'")  # a literal, so that the partial index is used
)
PENDING: Final = select(_W.topic, func.count().label("many")).where(_W.topic != "").group_by(_W.topic)
WAITING: Final = ("queued", "sending")
TOOK: Final = ("sent", "delivered")


@dataclass(frozen=True, slots=True)
class Gateway:
    """One gateway. oldest is the age in seconds of the oldest due message.

    left is the number of messages sent in each of the last sixty minutes, the oldest first.
    """

    name: str
    states: Mapping[str, int]
    oldest: float | None
    left: Sequence[int]
    paused: Paused | None

    @property
    def waiting(self) -> int:
        """Messages that are queued or being sent."""
        return sum(self.states.get(state, 0) for state in WAITING)


@dataclass(frozen=True, slots=True)
class Failure:
    """Messages that were not delivered, or wait after a failed try. last is the last end in Unix seconds, if any."""

    gateway: str
    state: str
    why: str
    many: int
    last: float | None


@dataclass(frozen=True, slots=True)
class Broadcast:
    """The messages about one topic. pending is the number of subscribed citizens."""

    topic: str
    pending: int
    states: Mapping[str, int]
    paused: Paused | None

    @property
    def waiting(self) -> int:
        """Messages that are queued or being sent."""
        return sum(self.states.get(state, 0) for state in WAITING)

    @property
    def took(self) -> int:
        """Messages that a gateway accepted."""
        return sum(self.states.get(state, 0) for state in TOOK)

    @property
    def lost(self) -> int:
        """Messages that will not arrive."""
        return sum(self.states.values()) - self.waiting - self.took


@dataclass(frozen=True, slots=True)
class OutboxStatistics:
    """The statistics of the outbox; ministries is the number of their messages that come into it later."""

    gateways: Sequence[Gateway]
    failures: Sequence[Failure]
    broadcasts: Sequence[Broadcast]
    ministries: int

    @property
    def sms_to_send(self) -> int:
        """SMS that wait, those of ministries included."""
        return self.ministries + sum(one.waiting for one in self.gateways if one.name == "sms")


async def outbox_statistics(database: Database, clock: Callable[[], float] = time.time) -> OutboxStatistics:
    """Read the statistics. Raises SourceUnavailable."""
    now = round(clock() * 1000)
    rows = await database.rows(COUNTED, now=now)
    left = await database.rows(LEFT, now=now, since=now - MINUTES * 60_000)
    pending = {row["topic"]: row["many"] for row in await database.rows(PENDING)}
    paused = {one.name: one for one in await Pauses(database).known()}
    gateways = (_gateway(name, rows, left, now, paused.get(name)) for name in _gateways(rows))
    topics = sorted({*pending, *(row["topic"] for row in rows if row["topic"]), *paused} - {*_gateways(rows)})
    broadcasts = (
        Broadcast(name, pending.get(name, 0), _states(_of(rows, "topic", name)), paused.get(name)) for name in topics
    )
    ministries = int((await database.rows(MINISTRIES))[0]["many"])
    return OutboxStatistics(tuple(gateways), tuple(_failures(rows)), tuple(broadcasts), ministries)


def _gateways(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys((*GATEWAYS, *sorted(row["gateway"] for row in rows))))


def _gateway(name: str, rows: Sequence[Row], left: Sequence[Row], now: int, paused: Paused | None) -> Gateway:
    mine = _of(rows, "gateway", name)
    since = min((row["oldest"] for row in mine if row["oldest"] is not None), default=None)
    ago = {row["ago"]: row["many"] for row in _of(left, "gateway", name)}
    minutes = tuple(ago.get(minute, 0) for minute in reversed(range(MINUTES)))
    return Gateway(name, _states(mine), None if since is None else (now - since) / 1000, minutes, paused)


def _of(rows: Sequence[Row], column: str, name: str) -> list[Row]:
    return [row for row in rows if row[column] == name]


def _states(rows: Sequence[Row]) -> Mapping[str, int]:
    states: dict[str, int] = {}
    for row in rows:
        states[row["state"]] = states.get(row["state"], 0) + row["many"]
    return states


def _failures(rows: Sequence[Row]) -> Iterator[Failure]:
    """The failures by gateway, state and reason, the most frequent first; all broadcasts are added together."""
    found: dict[tuple[str, str, str], tuple[int, int]] = {}
    for row in rows:
        if row["state"] not in TOOK and (row["why"] or row["state"] not in WAITING):
            key = row["gateway"], row["state"], NUMBER.sub("…", row["why"])
            many, last = found.get(key, (0, 0))
            found[key] = many + row["many"], max(last, row["last"] or 0)
    for key, (many, last) in sorted(found.items(), key=lambda one: -one[1][0]):
        yield Failure(*key, many, last / 1000 if last else None)
