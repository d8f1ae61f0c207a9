"""Fixtures of the tests of the outbox."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.support.announced_sets import Announced
from tests.support.database import Registry
from tests.support.outbox_setup import Post
from tests.support.pauses_setup import Office
from tests.support.successive_sets import listed


@pytest.fixture
def office(registry: Registry) -> Office:
    return Office(registry)


@pytest.fixture
def post(registry: Registry) -> Post:
    return Post(registry)


@pytest.fixture
async def desk(registry: Registry) -> AsyncIterator[Announced]:
    desk = Announced(registry)
    await desk.publish(await desk.add(listed("admitted")))
    await desk.add(listed("refused"))
    yield desk
    await desk.board.close()
