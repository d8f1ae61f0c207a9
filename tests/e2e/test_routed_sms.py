"""SMS by a table of routes: over SMPP while the bind is up, by a gateway over HTTP when the operator is gone."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import func, select

from channels.contracts.sender import Message
from channels.outbox.repository import Outbox
from channels.smpp.mock_smsc import MockSmsc
from database import tables
from database.encryption import Seal
from tests.support.database import Registry
from tests.support.deliverer import IN_FLIGHT
from tests.support.killed_processes import deliverers
from tests.support.patience import PATIENCE
from tests.support.smpp_gateway import example
from tests.support.smpp_process import OURS, PASSWORD, PHONE, bound_process, until
from tests.support.sms_gateway import FakeAnswer, FakeGateway, fake_gateway, recipient

pytestmark = pytest.mark.kill

MANY = 60
FIRST_TRIAL = 500
ROUTES = """routes:
  - {gateway: exemple-smpp, networks: [MTN], price: 8}
  - {gateway: africastalking, price: 15}
"""
_O = tables.outbox.c
LEFT_BY = (
    select(_O.route, func.count().label("many"))
    .where((_O.state == "sent") | (_O.state == "delivered"))
    .group_by(_O.route)
)


async def left_by(registry: Registry) -> dict[str, int]:
    return {row["route"]: row["many"] for row in await registry.database.rows(LEFT_BY)}


async def left(registry: Registry, many: int) -> dict[str, int]:
    """By which gateways messages left, once there are so many."""
    while sum((found := await left_by(registry)).values()) < many:  # noqa: ASYNC110 - SQL
        await asyncio.sleep(0.05)
    return found


async def post(outbox: Outbox, first: int, many: int = MANY) -> None:
    texts = (f"message {number:03}" for number in range(first, first + many))
    await asyncio.gather(*(outbox.enqueue(Message(text, "sms", f"+{PHONE}", text)) for text in texts))


async def post_until_routed(outbox: Outbox, registry: Registry) -> Counter[str]:
    """Post single messages until one leaves over SMPP: since then, the process of HTTP knows that the other is bound.

    Returns by which gateways they left.
    """
    for number in count(1):
        await post(outbox, FIRST_TRIAL + number, 1)
        if (found := await left(registry, number)).get("exemple-smpp"):
            return Counter(found)
    raise AssertionError("counted to the end")


@asynccontextmanager
async def processes(
    registry: Registry, folder: Path, smsc: MockSmsc, gateway: FakeGateway
) -> AsyncIterator[asyncio.Server]:
    """`zin smpp` and `zin deliver` beside the operator and the gateway over HTTP. Yields the operator's server."""
    server = await asyncio.get_running_loop().create_server(smsc.accept, "127.0.0.1", 0)
    async with bound_process(registry, folder, server.sockets[0].getsockname()[1]), asyncio.timeout(PATIENCE):
        deliver = deliverers(registry, gateway)
        await deliver.start()
        try:
            yield server
        finally:
            await deliver.stop()
            server.close()
            await smsc.close()


async def test_fallback_in_another_process_takes_over(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "ZIN_GATEWAYS", str(tmp_path))
    (tmp_path / "routes.yaml").write_text(ROUTES, "utf-8")
    outbox, said = Outbox(registry.database, Seal(*registry.settings.secrets.rest), routed={"sms"}), list[str]()
    smsc = MockSmsc(example(), PASSWORD, PHONE, said.append)
    async with fake_gateway() as gateway, processes(registry, tmp_path, smsc, gateway) as server:
        gateway.says = lambda form: FakeAnswer(recipient(named=f"ATXid_{form['message'][-3:]}"))
        await until(lambda: "-- Zin est lié sous le nom zin" in said)
        before = await post_until_routed(outbox, registry)
        await post(outbox, 0)
        assert await left(registry, before.total() + MANY) == before + Counter({"exemple-smpp": MANY})
        server.close()
        await smsc.close()
        await post(outbox, MANY)
        found = await left(registry, before.total() + 2 * MANY)
        assert found["africastalking"] == before["africastalking"] + MANY
    over_smpp = Counter(line.partition("\n")[2] for line in said if line.startswith(OURS))
    arrived = over_smpp + Counter(form["message"] for form in gateway.forms)
    assert len(arrived) == before.total() + 2 * MANY
    assert arrived.total() - len(arrived) <= IN_FLIGHT
