"""Gauges that are measured when Prometheus asks: which stores can be written, and the queue of the outbox."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge
from sqlalchemy import and_, bindparam, case, func, or_, select

from accounts.refusals import refusals
from channels.deferred.postponed import MAX_POSTPONED
from channels.deferred.queries import COUNT_POSTPONED
from database import tables
from database.interface import Database
from runtime.readiness import Readiness
from state.errors import SourceUnavailable

SQL_TIMEOUT_SECONDS: Final = 2.0  # seconds: Prometheus itself waits for ten
_O: Final = tables.outbox.c
_WAITS: Final = or_(_O.state == "queued", _O.state == "sending")
_DUE: Final = and_(_O.state == "queued", _O.due_at <= bindparam("now"))
WAITING: Final = (
    select(_O.gateway, func.count().label("many"), func.min(case((_DUE, _O.due_at))).label("oldest"))
    .where(_WAITS)
    .group_by(_O.gateway)
)


async def collect_gauges(readiness: Readiness, database: Database) -> CollectorRegistry:
    """Measure the gauges; if SQL does not answer, its gauges are missing."""
    registry = CollectorRegistry()
    up = Gauge("zin_up", "Whether a session can be written to Valkey, and a row to SQL", ["part"], registry=registry)
    asked = (_outbox(database, registry), _postponed(database, registry), _refused(database, registry))
    found, *_ = await asyncio.gather(readiness.check(), *asked)
    up.labels("valkey").set(found.sessions)
    up.labels("sql").set(found.rows)
    return registry


async def _outbox(database: Database, registry: CollectorRegistry) -> None:
    moment = round(time.time() * 1000)
    try:
        async with asyncio.timeout(SQL_TIMEOUT_SECONDS):
            rows = await database.rows(WAITING, now=moment)
    except (SourceUnavailable, TimeoutError):
        return
    many = Gauge("zin_outbox_waiting", "Messages that wait to be sent", ["gateway"], registry=registry)
    oldest = Gauge(
        "zin_outbox_oldest_seconds",
        "How long the message waits that is due since longest",
        ["gateway"],
        registry=registry,
    )
    for row in rows:
        many.labels(row["gateway"]).set(row["many"])
        oldest.labels(row["gateway"]).set((moment - row["oldest"]) / 1000 if row["oldest"] else 0)


async def _postponed(database: Database, registry: CollectorRegistry) -> None:
    """Count the messages that wait to be answered because Valkey was away."""
    try:
        async with asyncio.timeout(SQL_TIMEOUT_SECONDS):
            (found,) = await database.rows(COUNT_POSTPONED, most=MAX_POSTPONED)
    except (SourceUnavailable, TimeoutError):
        return
    Gauge("zin_postponed_waiting", "Messages that wait for Valkey to be answered", registry=registry).set(found["many"])


async def _refused(database: Database, registry: CollectorRegistry) -> None:
    """Count the refused actions of operators, on the admin site and the command line, from SQL, so for all
    processes.
    """
    try:
        async with asyncio.timeout(SQL_TIMEOUT_SECONDS):
            counts = await refusals(database)
    except (SourceUnavailable, TimeoutError):
        return
    refused = Counter("zin_refused", "Deeds of operators that were refused", ["action"], registry=registry)
    for action, many in counts.items():
        refused.labels(action).inc(many)
