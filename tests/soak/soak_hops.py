"""Two minutes of calls while what stands behind them is killed again and again: `make soak`, not part of `make test`.

Two workers serve a crowd of phones that play real journeys. Every few seconds the Valkey or a worker is killed by its
pid. A citizen may have to call again, and a connection to a killed worker may break; nobody may get a wrong answer, and
in the end everybody is answered, without a restart.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import time
from collections import Counter
from pathlib import Path
from typing import Final

import aiohttp
import pytest

from bench.calls import JOURNEYS, Call
from tests.support.server_process import children_of, serving

SECONDS: Final = 120.0
PHONES: Final = 40
PAUSE: Final = 4.0  # between two kills
SORRY: Final = "END Le service ne peut pas répondre pour le moment. Merci de rappeler dans quelques minutes."


class Crowd:
    """Phones that call until the time is up, and what they saw."""

    def __init__(self, port: int, until: float) -> None:
        self.address, self.until = f"http://127.0.0.1:{port}/ussd/africastalking/demo", until
        self.saw: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.numbers = itertools.count(50_000_000)

    async def phone(self, calls: list[Call]) -> None:
        async with aiohttp.ClientSession() as gateway:
            for call in itertools.cycle(calls):
                if time.monotonic() > self.until:
                    return
                await self.call(gateway, call)

    async def call(self, gateway: aiohttp.ClientSession, call: Call) -> None:
        number = next(self.numbers)
        form = {"sessionId": f"ATUid_{number}", "serviceCode": "*384*229#", "phoneNumber": f"+22901{number}"}
        inputs = ("1", *call.inputs)  # each citizen calls for the first time, and chooses French
        for place in range(len(inputs) + 1):
            text = "*".join(inputs[:place])
            try:
                async with gateway.post(self.address, data=form | {"text": text}) as answer:
                    screen = await answer.text()
            except aiohttp.ClientError:
                self.saw["connection broken"] += 1
                return
            if screen == SORRY:
                self.saw["asked to call again"] += 1
                return
            if place == len(inputs) and call.ends not in screen:
                self.wrong.append(f"{text}: {screen!r}")
        self.saw["answered"] += 1


@pytest.mark.timeout(300)
async def test_killed_processes_cause_no_wrong_answer(tmp_path: Path) -> None:
    with serving(tmp_path, "--workers", "2") as (process, port):
        crowd = Crowd(port, time.monotonic() + SECONDS)
        phones = [asyncio.create_task(crowd.phone(list(JOURNEYS[n % 3 :] + JOURNEYS[: n % 3]))) for n in range(PHONES)]
        kills = 0
        while time.monotonic() < crowd.until - 2 * PAUSE:
            await asyncio.sleep(PAUSE)
            kills += kill_one(process.pid, "valkey-server" if kills % 2 else "zin worker")
        await asyncio.gather(*phones)
        before = crowd.saw["answered"]
        crowd.until = time.monotonic() + 2
        await asyncio.gather(*(crowd.phone(list(JOURNEYS)) for _ in range(PHONES)))
        print(f"{kills} kills, {dict(crowd.saw)}")
        assert kills > SECONDS / PAUSE / 2
        assert crowd.wrong == []
        assert crowd.saw["answered"] > before
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert process.returncode == 0


def kill_one(parent: int, name: str) -> bool:
    """Kill one process below this one that has this name; False while there is none."""
    for pid in children_of(parent, name)[:1]:
        os.kill(pid, signal.SIGKILL)
        return True
    return False
