"""Fixtures of the tests of accounts."""

from __future__ import annotations

from collections.abc import AsyncIterator

import argon2
import pytest

from accounts import passwords
from accounts.accounts import Accounts
from accounts.administration import Administration
from authoring.replay.fakes import FakeClock
from state.store.memory import InMemory
from tests.support.account_rows import BY, GOOD
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


@pytest.fixture
async def administration(registry: Registry, accounts: Accounts, clock: FakeClock) -> Administration:
    """Two administrators, ada and odile, may act."""
    await accounts.add("ada", "admin", GOOD, BY)
    await accounts.add("odile", "admin", GOOD, BY)
    return Administration(registry.database, clock)
