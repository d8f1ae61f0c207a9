"""Fixtures of the tests of the database."""

from __future__ import annotations

import pytest

from tests.support.database import Registry
from tests.support.encrypted_rows import Kept


@pytest.fixture
async def kept(registry: Registry) -> Kept:
    found = Kept(registry)
    await found.fill()
    return found
