"""An operator who tries the menus of a demonstration."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.support.browser import Making
from tests.support.sandbox_client import Trying, trying


@pytest.fixture
async def trial(our_settings: Making) -> AsyncIterator[Trying]:
    async with trying(our_settings()) as one:
        yield one
