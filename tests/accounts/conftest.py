"""Fixtures of the tests of accounts."""

from __future__ import annotations

from collections.abc import AsyncIterator

import argon2
import pytest

from accounts import passwords
from accounts.accounts import Accounts
from authoring.replay.fakes import FakeClock
from state.store.memory import InMemory
from tests.support.database import Registry


@pytest.fixture
async def tries() -> AsyncIterator[InMemory]:
    store = InMemory()
    yield store
    await store.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def accounts(registry: Registry, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Accounts:
    """Accounts whose hashes cost nothing."""
    monkeypatch.setattr(passwords, "HASHER", argon2.PasswordHasher(1, 8, 1))
    return Accounts(registry.database, clock)
