"""Messages and deferred answers are claimed in the order of an index, however many wait: nothing is sorted first."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import postgresql, sqlite

from channels.deferred import queries as deferred_queries
from channels.outbox import queries as outbox_queries
from database.interface import Row
from database.tables import outbox, promises
from tests.support.database import Registry

WAITING = 2000
DIALECTS = {"sqlite": sqlite, "postgresql": postgresql}
LOOKS = {
    "messages": (outbox_queries.QUEUE.due, "outbox_waiting"),
    "a message": (outbox_queries.QUEUE.first_due, "outbox_waiting"),
    "deferred answers": (deferred_queries.QUEUE.due, "promises_due"),
    "a deferred answer": (deferred_queries.QUEUE.first_due, "promises_due"),
}
VALUES = {"now": 10_000, "most": 20, "called": "sms"}


def message(number: int) -> Row:
    empty = dict.fromkeys(("address", "text", "card", "topic", "reference", "why"), "")
    unset = dict.fromkeys(("handed_at", "sent_at", "ended_at"))
    times = {"due_at": 1000 + number, "expires_at": 20_000, "posted_at": 1000, "heard_at": 0}
    state = "sent" if number % 4 else "queued"
    return {"key": f"m{number}", "gateway": "sms", "state": state, "waited_for": False, "tries": 0, "basis": 0} | (
        empty | unset | times
    )


def promise(number: int) -> Row:
    return {
        "key": f"p{number}",
        "kind": "changes",
        "citizen": "c",
        "sealed": "",
        "topic": "",
        "seen": "",
        "tries": 0,
    } | ({"due_at": 1000, "expires_at": 20_000})


async def plan(registry: Registry, statement: str) -> str:
    """How the database goes about a statement, once it knows what is in its tables."""
    asked = "EXPLAIN QUERY PLAN" if registry.database.dialect == "sqlite" else "EXPLAIN"
    async with registry.database.exclusive_transaction() as writer:
        await writer.run("ANALYZE")
        rows = await writer.rows(text(f"{asked} {statement}"))
    return "\n".join(str(value) for row in rows for value in row.values())


@pytest.mark.parametrize("what", LOOKS)
async def test_claim_uses_an_index(registry: Registry, what: str) -> None:
    await registry.add(outbox, *map(message, range(WAITING)))
    await registry.add(promises, *map(promise, range(WAITING)))
    looked, index = LOOKS[what]
    given = {name: VALUES[name] for name in looked.compile().params if name in VALUES}
    compiled = looked.params(given).compile(
        dialect=DIALECTS[registry.database.dialect].dialect(), compile_kwargs={"literal_binds": True}
    )
    found = await plan(registry, str(compiled))
    assert index in found, found
    assert "Sort" not in found, found
    assert "TEMP B-TREE" not in found, found
