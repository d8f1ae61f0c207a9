"""One house on our own menus and sample data, in a database that a test may write to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from authoring.replay.sandbox import ReplaySandbox, make_sample, open_sample_menus, sandbox_settings
from settings import Settings


@asynccontextmanager
async def our_house(
    data: Path, locales: Path = Path("locales"), menus: Path = Path("menus")
) -> AsyncIterator[ReplaySandbox]:
    """A house over a database of its own in this folder."""
    settings = sandbox_settings(Settings(locales=locales), menus, data)
    await make_sample(settings)
    async with open_sample_menus(settings) as ours, ours.sandbox() as house:
        yield house
