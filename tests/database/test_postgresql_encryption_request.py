"""Connections that are given up while they are made leave no error that nobody retrieves."""

from __future__ import annotations

import asyncio
import gc
import socket
from typing import Any

import pytest

from database.postgresql_hosts import Connector

pytestmark = pytest.mark.slow
MANY = 100


async def test_connection_given_up_leaves_no_error() -> None:
    """Each is cancelled one turn of the loop later than the one before, so some are in the moment in between."""
    reports, loop = list[str](), asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: reports.append(context["message"]))
    with socket.create_server(("127.0.0.1", 0), backlog=2 * MANY) as silent:  # the system connects, nobody answers
        url = f"postgresql://zin@127.0.0.1:{silent.getsockname()[1]}/zin"
        for turns in range(MANY):
            await _given_up(Connector(url, 60.0, prepares=True), turns)
        gc.collect()
    assert reports == []


async def _given_up(connector: Connector, turns: int) -> None:
    attempt: asyncio.Task[Any] = asyncio.create_task(connector.connect())
    for _ in range(turns):
        await asyncio.sleep(0)
    attempt.cancel()
    await asyncio.wait([attempt])
    await asyncio.sleep(0.001)  # the transport closes in the next turns
    assert attempt.cancelled()
