"""After real traffic on every channel no column and no key of the store tells a phone number or a chat.

Not in clear, in any form in which numbers are written, nor as a digest that can be had without the pepper: 10^8 numbers
are tried within minutes. What gateways call their calls and messages holds the number here, as it does at WhatsApp.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from sqlalchemy import select

from admin.simulator.sandboxes import FILE, SANDBOXES
from database import tables
from database.interface import Database
from database.migrations import migrate
from database.sqlite import SQLite
from server import SERVICES
from tests.support.citizen_traffic import everything_done
from tests.support.identifying_texts import DIGITS, FORMS, NUMBER, WAMID, telling
from tests.support.postgresql import Server

pytestmark = pytest.mark.slow


async def kept(database: Database) -> AsyncIterator[tuple[str, str]]:
    """Every value of every column, and where it stands."""
    for table in tables.paused.metadata.tables.values():
        for row in await database.rows(select(table)):
            for column, value in row.items():
                yield f"{table.name}.{column}", str(value)


@pytest.fixture(scope="module")
def identifying() -> frozenset[str]:
    return frozenset(telling())


def complaints(values: Iterable[tuple[str, str]], identifying: frozenset[str]) -> set[str]:
    """The places that hold any of these texts. Digests are looked for by their windows, since they are many."""
    lengths = {len(text) for text in identifying}
    found = set()
    for place, value in values:
        windows = (value[at : at + length] for length in lengths for at in range(len(value) - length + 1))
        if any(window in identifying for window in windows):
            found.add(place)
    return found


async def test_no_column_and_no_key_identifies_a_number(
    server: Server | None, valkey_url: str, tmp_path: Path, identifying: frozenset[str]
) -> None:
    async with everything_done(valkey_url, tmp_path, await server.new() if server else "") as zin:
        database, preferences = zin.client.app[SERVICES].database, zin.client.app[SERVICES].sources.preferences
        trial = await zin.client.app[SANDBOXES].line("service")
        assert trial
        for chosen in (preferences, trial.preferences):
            await chosen.close()  # writes what waits
        values = [one async for one in kept(database)]
        there = {place.partition(".")[0] for place, _ in values}
        assert {"outbox", "promises", "opted_out", "preferences", "early_reports", "audit"} <= there
        own = SQLite(tmp_path / FILE)
        await migrate(own)
        tried = [(f"trial {place}", value) async for place, value in kept(own)]
        await own.close()
        assert {"trial outbox", "trial preferences"} <= {place.partition(".")[0] for place, _ in tried}
        with Redis.from_url(valkey_url) as store:
            keys = [("key of the store", bytes(key).decode()) for key in store.keys("*")]
        assert {"heard", "sent", "session", "trial"} <= {key.partition(":")[0] for _, key in keys}
    assert complaints([*values, *tried, *keys], identifying) == set()


@pytest.mark.parametrize(
    "text",
    [
        *FORMS,
        f"heard:{WAMID}",
        hashlib.blake2b(f"africastalking_sms {NUMBER}".encode(), digest_size=16).hexdigest(),
        hashlib.sha256(f"{DIGITS[2:]}:sms".encode()).hexdigest()[:16],
        f"key:{hashlib.md5(NUMBER.encode(), usedforsecurity=False).hexdigest()}:1",
    ],
)
def test_text_that_identifies_a_number_is_found(text: str, identifying: frozenset[str]) -> None:
    assert complaints([("here", text)], identifying) == {"here"}


def test_keyed_digest_identifies_no_number(identifying: frozenset[str]) -> None:
    value: Any = hashlib.blake2b(NUMBER.encode(), key=b"a pepper", digest_size=16).hexdigest()
    assert complaints([("here", value)], identifying) == set()
