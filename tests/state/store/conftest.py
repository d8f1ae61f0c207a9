"""Fixtures of the tests of the store."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from state.store.redis import RedisSessionStore
from tests.support.store_faults import SHORT
from tests.support.valkey import Server


@pytest.fixture
async def hasty_store(own_valkey: Server) -> AsyncIterator[RedisSessionStore]:
    valkey = RedisSessionStore(own_valkey.url, SHORT)
    yield valkey
    await valkey.close()
