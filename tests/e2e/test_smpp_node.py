"""`zin smpp` beside the message centre of the npm package smpp, which is not ours (Node): messages and a call."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bench.peer.node_packages import PeerMissing, find_node, installed_in
from channels.contracts.sender import Message
from channels.outbox.repository import Outbox
from database import tables
from database.encryption import Seal
from tests.support.database import Registry
from tests.support.node_smpp import MODULES, PACKAGES
from tests.support.patience import PATIENCE
from tests.support.smpp_process import EXAM, PHONE, bound_process

pytestmark = [pytest.mark.kill, pytest.mark.slow]

SCRIPT = Path(__file__).parents[1] / "support" / "node_smsc.js"
GSM, UCS2 = 0, 8
INFO = "0006"  # its_session_info of a call
BEGIN, GOES_ON, ASK = 1, 0x12, 2
TEXTS = {
    "plain": "Résultat : 15/20, admis à [Parakou]",
    "fon": "Ðɔ ŋkɔ e è nɔ ylɔ wè é",  # letters that the GSM alphabet lacks
    "long": "Convocation : " + "a" * 300,
}


@dataclass(slots=True)
class NodeSmsc:
    """The process and what it says."""

    process: asyncio.subprocess.Process
    said: list[dict[str, Any]] = field(default_factory=list)

    async def until(self, key: str, times: int) -> list[dict[str, Any]]:
        """Return what it said with this key, once it did so many times."""
        assert self.process.stdout
        while len(found := [one for one in self.said if key in one]) < times:
            line = await self.process.stdout.readline()
            assert line, "it ended"
            self.said.append(json.loads(line))
        return found

    async def type(self, text: str, operation: int, times: int) -> dict[str, Any]:
        """Deliver an input of the call; the screen that comes, which is the one of this place in the call."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps({"text": text, "operation": operation, "info": INFO}).encode() + b"\n")
        return (await self.until("screen", times))[-1]


@asynccontextmanager
async def node_smsc() -> AsyncIterator[tuple[NodeSmsc, int]]:
    try:
        node, _ = find_node()
    except PeerMissing as why:
        pytest.skip(str(why))
    if installed_in(MODULES, PACKAGES) != PACKAGES:
        pytest.skip("`make test` could not fetch the npm package smpp when it installed")
    process = await asyncio.create_subprocess_exec(
        node, SCRIPT, env={"NODE_PATH": str(MODULES)}, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        smsc = NodeSmsc(process)
        yield smsc, (await smsc.until("port", 1))[0]["port"]
    finally:
        process.kill()
        await process.communicate()


async def test_its_citizens_and_ours_read_each_other(registry: Registry, tmp_path: Path) -> None:
    outbox = Outbox(registry.database, Seal(*registry.settings.secrets.rest))
    states = select(tables.outbox.c.state)
    async with asyncio.timeout(2 * PATIENCE), node_smsc() as (smsc, port):
        for key, text in TEXTS.items():
            await outbox.enqueue(Message(key, "sms", f"+{PHONE}", text))
        async with bound_process(registry, tmp_path, port) as zin:
            had = await smsc.until("text", 6)  # three parts, two whole, and the answer to its citizen
            answers = await smsc.until("delivered", 5)
            while {row["state"] for row in await registry.database.rows(states)} != {"delivered"}:  # noqa: ASYNC110 - SQL
                await asyncio.sleep(0.05)
    whole = {one["text"]: one["coding"] for one in had if not one["header"]}
    parts = sorted((one["header"], one["text"]) for one in had if one["header"])
    assert (whole[TEXTS["plain"]], whole[TEXTS["fon"]]) == (GSM, UCS2)
    assert "".join(text for _, text in parts) == TEXTS["long"]
    assert {(one["delivered"], one["status"]) for one in answers} == {("message", 0), ("receipt", 0)}
    assert "Traceback" not in zin.logged


async def test_its_call_comes_to_an_exam_result(registry: Registry, tmp_path: Path) -> None:
    async with (
        asyncio.timeout(2 * PATIENCE),
        node_smsc() as (smsc, port),
        bound_process(registry, tmp_path, port) as zin,
    ):
        await smsc.until("delivered", 1)  # bound
        shown = [await smsc.type("", BEGIN, 1)]
        shown += [await smsc.type(typed, GOES_ON, place) for place, typed in enumerate(EXAM, 2)]
    assert "table 12345" in shown[4]["screen"]
    assert [(one["operation"], one["info"]) for one in shown] == [(ASK, INFO)] * 6
    assert "Traceback" not in zin.logged
