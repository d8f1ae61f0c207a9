"""`zin smpp` beside an operator whose connections go at any moment; `make soak` plays it with 20,000 messages."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.support.database import Registry
from tests.support.lost_connections import arrive_despite_losses
from tests.support.patience import PATIENCE

pytestmark = [pytest.mark.kill, pytest.mark.slow]

MESSAGES = 400


async def test_every_message_arrives_whatever_connections_go(registry: Registry, tmp_path: Path) -> None:
    async with asyncio.timeout(PATIENCE):
        arrived = await arrive_despite_losses(registry, tmp_path, MESSAGES)
    assert arrived.losses
    assert (arrived.messages, arrived.is_within_window) == (MESSAGES, True)
    assert "Traceback" not in arrived.logged
