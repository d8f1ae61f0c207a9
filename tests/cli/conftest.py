"""The command line over the database of a test."""

from __future__ import annotations

import asyncio

import click
import pytest
from click.testing import CliRunner, Result

from tests.support.command_line import Zin
from tests.support.database import Registry


@pytest.fixture
def zin(registry: Registry) -> Zin:
    """One verb at a time, in a thread, since it has an event loop of its own."""
    environment = {
        "ZIN_DATA": str(registry.settings.data),
        "ZIN_DATABASE_URL": registry.settings.database_url.get_secret_value(),
    }

    async def run(group: click.Group, *words: str, given: str | bytes = "") -> Result:
        return await asyncio.to_thread(CliRunner().invoke, group, words, input=given, env=environment)

    return run
