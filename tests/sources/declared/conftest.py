"""An API on this machine for the tests of declared sources."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.support.declared_api import Api


@pytest.fixture
async def server() -> AsyncIterator[Api]:
    server = Api()
    await server.open()
    yield server
    await server.close()
