"""A Valkey that Zin starts itself, and facts about it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from state.store.embedded import EmbeddedValkey
from state.store.redis import RedisSessionStore
from tests.support.patience import PATIENCE


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[str]:
    embedded = EmbeddedValkey(folder)
    url = await embedded.start()
    try:
        yield url
    finally:
        await embedded.stop()


async def server(url: str) -> dict[Any, Any]:
    """What the server says of itself."""
    async with Redis.from_url(url) as client:
        facts: dict[Any, Any] = await client.info() | await client.config_get("*")
        return facts


async def pid(url: str) -> int:
    return int((await server(url))["process_id"])


async def saved(url: str, now: bytes) -> bytes:
    """Save beside what is stored, and give what was stored."""
    store = RedisSessionStore(url, PATIENCE)
    was = await store.get("a")
    assert await store.compare_and_set("a", was, now, 60)
    await store.close()
    return was
