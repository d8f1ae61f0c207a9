"""Fixtures of the end-to-end tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from authoring.replay.sandbox import ReplaySandbox, make_sample, open_sample_menus, sandbox_settings
from settings import Settings


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[ReplaySandbox]:
    settings = sandbox_settings(Settings(), Path("menus"), tmp_path)
    await make_sample(settings)
    async with open_sample_menus(settings) as ours, ours.sandbox() as house:
        yield house
