"""Gauges of this moment, measured when Prometheus asks: whether Valkey and SQL answer, and what waits to be sent."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge
from sqlalchemy import and_, bindparam, case, func, or_, select

from operators.refusals import refusals
from registry import tables
from registry.database import Database
from state.errors import SourceUnavailable, StoreUnavailable
from state.store import Store

PATIENCE: Final = 2.0  # seconds: Prometheus itself waits for ten
_O: Final = tables.outbox.c
_WAITS: Final = or_(_O.state == "queued", _O.state == "sending")
_DUE: Final = and_(_O.state == "queued", _O.due_at <= bindparam("now"))
WAITING: Final = (
    select(_O.gateway, func.count().label("many"), func.min(case((_DUE, _O.due_at))).label("oldest"))
    .where(_WAITS)
    .group_by(_O.gateway)
)


async def now(store: Store, database: Database) -> CollectorRegistry:
    """The gauges; what does not answer is told by its own, and by the lack of those that it would give."""
    registry = CollectorRegistry()
    up = Gauge("zin_up", "Whether what Zin stands on answers", ["part"], registry=registry)
    answered = await asyncio.gather(_store(store), _outbox(database, registry), _refused(database, registry))
    for part, answers in zip(("valkey", "sql"), answered[:2], strict=True):
        up.labels(part).set(answers)
    return registry


async def _store(store: Store) -> bool:
    try:
        async with asyncio.timeout(PATIENCE):
            await store.load("ready")
    except (StoreUnavailable, TimeoutError):
        return False
    return True


async def _outbox(database: Database, registry: CollectorRegistry) -> bool:
    moment = round(time.time() * 1000)
    try:
        async with asyncio.timeout(PATIENCE):
            rows = await database.rows(WAITING, now=moment)
    except (SourceUnavailable, TimeoutError):
        return False
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
    return True


async def _refused(database: Database, registry: CollectorRegistry) -> None:
    """What operators were refused, by the desk and the command line: SQL counts it for all processes together."""
    try:
        async with asyncio.timeout(PATIENCE):
            counts = await refusals(database)
    except (SourceUnavailable, TimeoutError):
        return
    refused = Counter("zin_refused", "Deeds of operators that were refused", ["action"], registry=registry)
    for action, many in counts.items():
        refused.labels(action).inc(many)
