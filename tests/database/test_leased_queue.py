"""A queue in a table: rows are claimed in their order for the time of a lease, and settled by their holder only."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import bindparam, select, update

from database import tables
from database.column_limits import max_integer
from database.interface import Row
from database.leased_queue import (
    LEASE_SECONDS,
    MAX_WAIT_SECONDS,
    LeasedQueue,
    QueueTable,
    backoff_seconds,
    lease_end,
)
from state.errors import SourceUnavailable
from tests.support.database import Registry

_P = tables.promises.c
NOW = 1_000_000_000
LEASE = round(LEASE_SECONDS * 1000)
QUEUE = LeasedQueue(
    QueueTable(
        table=tables.promises,
        order=(_P.kind.desc(), _P.due_at),
        returned=(_P.key, _P.tries, _P.seen),
        held=_P.seen == "held",
        short_wait=_P.kind == "answer",
        conditions=(_P.topic == "",),
        claimed={"seen": "held"},
    )
)
SETTLE = update(tables.promises).where(QUEUE.held).values(seen="", due_at=bindparam("next")).returning(_P.key)


def row(key: str, **values: object) -> Row:
    empty = dict.fromkeys(("citizen", "sealed", "topic", "seen"), "")
    return {"key": key, "kind": "answer", "tries": 0, "due_at": NOW, "expires_at": NOW} | empty | values


async def claim(registry: Registry, now: int = NOW, most: int = 10) -> dict[str, int]:
    """The number of tries of each claimed row."""
    return {one["key"]: one["tries"] for one in await QUEUE.claim(registry.database, now, most)}


async def settle(registry: Registry, key: str, tries: int, next_due: int = NOW) -> bool:
    return await QUEUE.settle(registry.database, SETTLE, key, tries, next=next_due)


async def test_only_due_rows_that_fulfil_the_conditions_are_claimed(registry: Registry) -> None:
    others = row("later", due_at=NOW + 1), row("other topic", topic="t")
    await registry.add(tables.promises, row("due"), *others)
    assert await claim(registry) == {"due": 1}
    assert await claim(registry) == {}


async def test_claims_follow_the_order_of_the_queue(registry: Registry) -> None:
    rows = row("new", due_at=NOW), row("old", due_at=NOW - 5), row("first", kind="message")
    await registry.add(tables.promises, *rows)
    assert [set(await claim(registry, most=1)) for _ in range(4)] == [{"first"}, {"old"}, {"new"}, set()]


async def test_rows_that_are_given_back_are_due_at_once(registry: Registry) -> None:
    await registry.add(tables.promises, row("a"), row("b"))
    assert await claim(registry) == {"a": 1, "b": 1}
    held = [{"held": key, "try_": 1} for key in ("a", "b")]
    await QUEUE.give_back(registry.database, NOW + 1, held)
    assert await claim(registry, NOW + 1) == {"a": 2, "b": 2}
    await QUEUE.give_back(registry.database, NOW + 1, held)
    assert await claim(registry, NOW + 1) == {}


async def test_an_ended_lease_is_claimed_again(registry: Registry) -> None:
    await registry.add(tables.promises, row("a"))
    assert await claim(registry) == {"a": 1}
    assert await claim(registry, NOW + LEASE - 1) == {}
    assert await claim(registry, NOW + LEASE) == {"a": 2}
    assert not await settle(registry, "a", 1)
    assert await settle(registry, "a", 2)
    assert not await settle(registry, "a", 2)


async def test_a_postponed_row_is_due_at_its_new_time(registry: Registry) -> None:
    await registry.add(tables.promises, row("a"))
    await claim(registry)
    assert await settle(registry, "a", 1, NOW + 5)
    assert await claim(registry, NOW + 4) == {}
    assert await claim(registry, NOW + 5) == {"a": 2}


async def test_a_full_column_of_tries_stops_no_claim(registry: Registry) -> None:
    most = max_integer(_P.tries)
    await registry.add(tables.promises, row("full", tries=most), row("new"))
    assert await claim(registry) == {"full": most, "new": 1}


async def test_processes_that_claim_at_once_share_the_rows(registry: Registry) -> None:
    await registry.add(tables.promises, *(row(f"r{number}") for number in range(40)))
    claimed = await asyncio.gather(*(claim(registry, most=8) for _ in range(8)))
    keys = [key for one in claimed for key in one]
    assert len(keys) == len(set(keys))
    keys += [key for _ in range(5) for key in await claim(registry, most=8)]
    assert sorted(keys) == sorted(f"r{number}" for number in range(40))


async def test_due_times_of_a_fast_clock_are_corrected(registry: Registry) -> None:
    latest = NOW + round(MAX_WAIT_SECONDS * 1000)
    times = {"possible": latest, "impossible": latest + 1}
    rows = [row(key, due_at=due) for key, due in times.items()]
    await registry.add(tables.promises, *rows, row("patient", kind="changes", due_at=latest + 1))
    await QUEUE.bring_forward(registry.database, NOW)
    found = {one["key"]: one["due_at"] for one in await registry.database.rows(select(tables.promises))}
    assert found == {"possible": latest, "impossible": lease_end(NOW), "patient": latest + 1}


async def test_a_stopped_database_loses_no_row(registry: Registry) -> None:
    await registry.add(tables.promises, row("a"))
    await registry.database.close()  # empties SQLite's log, which would still be read
    await registry.stop()
    with pytest.raises(SourceUnavailable):
        await claim(registry)
    await registry.start()
    assert await claim(registry) == {"a": 1}


BACKOFF = [(0, 5.0), (1, 10.0), (3, 40.0), (7, 640.0), (8, 900.0), (10_000, 900.0)]


@pytest.mark.parametrize(("tries", "seconds"), BACKOFF)
def test_pause_doubles_up_to_the_longest(tries: int, seconds: float) -> None:
    assert backoff_seconds(5.0, tries, 900.0) == seconds
