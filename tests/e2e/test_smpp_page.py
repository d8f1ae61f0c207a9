"""The page of `zin smpp` for monitoring, and its gauge of binds, beside a peer that comes and goes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession

from bench.processes import free_port
from smpp.constants import BIND_RECEIVER, BIND_TRANSMITTER, RBINDFAIL, RESPONSE
from tests.support.database import Registry
from tests.support.patience import PATIENCE
from tests.support.smpp_gateway import NAME
from tests.support.smpp_process import bound_process
from tests.support.smsc import open_smsc, pdu, well_behaved

pytestmark = pytest.mark.kill


def transmitters_only(command: int, sequence: int) -> Iterable[bytes]:
    if command == BIND_TRANSMITTER:
        yield pdu(command | RESPONSE, sequence, body=b"smsc\0")
    elif command == BIND_RECEIVER:
        yield pdu(command | RESPONSE, sequence, RBINDFAIL)
    else:
        yield from well_behaved(command, sequence)


async def page(port: int, path: str) -> str:
    """The page once it is there."""
    async with ClientSession() as session:
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}{path}") as answer:
                    return await answer.text()
            except ClientError:
                await asyncio.sleep(0.05)


async def binds(port: int, *expected: tuple[str, int]) -> None:
    """Wait until the gauge has these values."""
    while True:
        found = re.findall(
            rf'^zin_smpp_bound{{bind="(\w+)",gateway="{NAME}"}} (\d)', await page(port, "/metrics"), re.M
        )
        if sorted((kind, int(value)) for kind, value in found) == sorted(expected):
            return
        await asyncio.sleep(0.05)


async def test_page_says_ready_and_which_binds_are_up(registry: Registry, tmp_path: Path) -> None:
    port = free_port()
    async with (
        asyncio.timeout(PATIENCE),
        open_smsc() as smsc,
        bound_process(registry, tmp_path, smsc.port, ZIN_SMPP_PORT=str(port)),
    ):
        await binds(port, ("transceiver", 1))
        assert await page(port, "/health/ready") == "ready\n"
        assert "# TYPE zin_messages_tried_total counter" in await page(port, "/metrics")
        smsc.script = lambda command, sequence: ()
        smsc.writers[-1].close()
        await binds(port, ("transceiver", 0))


async def test_two_binds_are_shown_each_by_itself(registry: Registry, tmp_path: Path) -> None:
    port = free_port()
    async with (
        asyncio.timeout(PATIENCE),
        open_smsc(transmitters_only) as smsc,
        bound_process(registry, tmp_path, smsc.port, {"bind: transceiver": "bind: pair"}, ZIN_SMPP_PORT=str(port)),
    ):
        await binds(port, ("transmitter", 1), ("receiver", 0))
