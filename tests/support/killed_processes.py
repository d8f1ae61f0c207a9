"""Processes of one verb that deliver, each started again when a test kills it."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from state.store.embedded import EmbeddedValkey
from tests.support.database import Registry
from tests.support.sms_gateway import FakeGateway

LEASE: Final = 2.0  # seconds


class Crew:
    """The processes of a verb, with leases so short that a test can wait for them (tests/support/deliverer.py)."""

    def __init__(self, verb: str, settings: Mapping[str, str], log: Path, lease: float = LEASE) -> None:
        self._command = [sys.executable, "-m", "tests.support.deliverer", str(lease), verb]
        self._settings, self._log = settings, log
        self.running: list[asyncio.subprocess.Process] = []

    async def start(self) -> None:
        """Start one more."""
        with self._log.open("ab") as log:
            command, settings = self._command, self._settings
            process = await asyncio.create_subprocess_exec(*command, env=settings, stdout=log, stderr=log)
        self.running.append(process)

    @property
    def logged(self) -> str:
        """All that they wrote so far."""
        return self._log.read_text(encoding="utf-8")

    async def kill_one(self) -> None:
        """Kill one of them, and start another."""
        process = self.running.pop(random.randrange(len(self.running)))
        process.kill()
        await process.wait()
        await self.start()

    async def stop(self) -> None:
        """End all of them in order."""
        for process in self.running:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
        await asyncio.gather(*(process.wait() for process in self.running))
        store = EmbeddedValkey(Path(self._settings["ZIN_DATA"]))  # one whose owner was killed would run for ever
        await store.start()
        await store.stop()


def deliverers(registry: Registry, gateway: FakeGateway) -> Crew:
    """Processes of `zin deliver` that send SMS by this gateway; none runs yet."""
    given = registry.settings
    settings = {
        "ZIN_DATA": str(given.data),
        "ZIN_DATABASE_URL": given.database_url.get_secret_value(),
        "ZIN_AT_USERNAME": "sandbox",
        "ZIN_AT_API_KEY": "a-key",
        "ZIN_AT_URL": gateway.url,
        "ZIN_SMS_PER_SECOND": "5000",
    }
    return Crew("deliver", os.environ | settings, given.data / "deliver.log")
