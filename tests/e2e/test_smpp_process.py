"""`zin smpp` beside a played operator: a message with its answer and receipt, and an outbox while it is killed."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from channels.contracts.sender import Message
from channels.outbox.repository import Outbox
from channels.smpp.parts import Part, header
from database import tables
from database.encryption import Seal
from smpp.constants import ESM_UDHI
from smpp.messages import decode_message
from tests.support.database import Registry
from tests.support.deliverer import IN_FLIGHT
from tests.support.patience import PATIENCE
from tests.support.server_process import zin
from tests.support.smpp_process import PHONE, bound_process, operator, until
from tests.support.smsc import BIND, DELIVER_RESP, SUBMIT, delivery, open_smsc

pytestmark = pytest.mark.kill

KILLS = 4
STATES = select(tables.outbox.c.state)
LEFT = select(func.count().label("left")).where(tables.outbox.c.state != "sent", tables.outbox.c.state != "delivered")


async def test_message_gets_its_answer_and_its_receipt(registry: Registry, tmp_path: Path) -> None:
    async with operator(registry, tmp_path) as played, asyncio.timeout(PATIENCE):
        await until(lambda: "-- Zin est lié sous le nom zin" in played.said)
        await played.smsc.type("BAC 12345")
        await until(lambda: "-- accusé de remise donné à Zin : pris" in played.said)
        assert "-- SMS donné à Zin : pris" in played.said
        (answer,) = played.texts
        assert "table 12345" in answer
        while [row["state"] for row in await registry.database.rows(STATES)] != ["delivered"]:  # noqa: ASYNC110 - SQL
            await asyncio.sleep(0.02)


async def test_long_message_in_parts_is_understood(registry: Registry, tmp_path: Path) -> None:
    async with operator(registry, tmp_path) as played, asyncio.timeout(PATIENCE):
        await until(lambda: "-- Zin est lié sous le nom zin" in played.said)
        await played.smsc.type("BAC 12345" + " " * 200)
        await until(lambda: bool(played.texts))
        assert "table 12345" in played.texts[0]


async def test_part_of_a_killed_process_is_not_lost(registry: Registry, tmp_path: Path) -> None:
    first, last = (header(Part(7, 2, place)) + text for place, text in ((1, b"BAC "), (2, b"12345")))
    async with open_smsc() as smsc, bound_process(registry, tmp_path, smsc.port) as process, asyncio.timeout(PATIENCE):
        await smsc.until(BIND)
        smsc.send(delivery(1, first, esm=ESM_UDHI))
        await smsc.until(DELIVER_RESP)
        await process.kill_one()
        await smsc.until(BIND, 2)
        smsc.send(delivery(2, last, esm=ESM_UDHI))
        await smsc.until(SUBMIT)
        answer = next(decode_message(body).text for command, _, body in smsc.heard if command == SUBMIT)
    assert b"table 12345" in answer


@pytest.mark.parametrize("messages", [400, pytest.param(20_000, marks=pytest.mark.slow)])
async def test_every_message_leaves_whatever_is_killed(registry: Registry, tmp_path: Path, messages: int) -> None:
    outbox, kills = Outbox(registry.database, Seal(*registry.settings.secrets.rest)), 0
    async with operator(registry, tmp_path) as played, asyncio.timeout(PATIENCE):
        for begin in range(0, messages, 100):
            many = (
                Message(f"m{number}", "sms", f"+{PHONE}", f"message {number}") for number in range(begin, begin + 100)
            )
            await asyncio.gather(*map(outbox.enqueue, many))
        while (await registry.database.rows(LEFT))[0]["left"]:
            await asyncio.sleep(random.uniform(0.2, 0.6))
            if kills < KILLS and len(played.texts) > kills * messages // (2 * KILLS):
                await played.zin.kill_one()
                kills += 1
        arrived = Counter(played.texts)
    assert len(arrived) == messages
    assert kills
    assert sum(arrived.values()) - messages <= kills * IN_FLIGHT


def test_without_a_gateway_there_is_one_line(tmp_path: Path) -> None:
    found = zin("smpp", ZIN_DATA=str(tmp_path), ZIN_GATEWAY_EXEMPLE_PASSWORD="")
    assert (found.returncode, "zin gateways list" in found.stderr) == (2, True)
    assert "Traceback" not in found.stderr
