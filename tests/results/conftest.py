"""Fixtures of the tests of results."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.database import Registry
from tests.support.results_desk import Desk
from tests.support.successive_sets import Sets


@pytest.fixture
async def desk(registry: Registry) -> Any:
    desk = Desk(registry)
    yield desk
    await desk.board.close()


@pytest.fixture
async def sets(registry: Registry) -> Any:
    sets = Sets(registry)
    yield sets
    await sets.board.close()
