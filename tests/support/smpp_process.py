"""`zin smpp` with leases so short that a test can wait for them: python -m tests.support.smpp_process SECONDS.

Around it: the operator that it binds to, which is the one that `zin gateways mock` plays.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import channels.workers.delivery_window
import channels.workers.gateway_delivery
import database.leased_queue
from channels.smpp.mock_smsc import MockSmsc
from channels.smpp.smpp_files import read_smpp_files
from cli.main import main
from state.store.embedded import EmbeddedValkey
from tests.support.database import Registry
from tests.support.gateway_files import GATEWAYS

IN_FLIGHT: Final = 20  # messages at once, of many more that are claimed ahead
LEASE: Final = 2.0  # seconds
NAME, PASSWORD, PHONE = "exemple-smpp", "essai", "2290190000001"
OURS: Final = "-- SMS de Zin"


@dataclass
class Operator:
    """The played operator, what it said, and the processes of Zin that bind to it."""

    settings: dict[str, str]
    smsc: MockSmsc
    said: list[str] = field(default_factory=list)
    running: list[asyncio.subprocess.Process] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        """The messages of Zin, in their order."""
        return [line.partition("\n")[2] for line in self.said if line.startswith(OURS)]

    async def start(self) -> None:
        command = [sys.executable, "-m", "tests.support.smpp_process", str(LEASE)]
        self.running.append(await asyncio.create_subprocess_exec(*command, env=self.settings))

    async def kill(self) -> None:
        process = self.running.pop()
        process.kill()
        await process.wait()
        await self.start()

    async def stop(self) -> None:
        for process in self.running:
            process.send_signal(signal.SIGTERM)
        await asyncio.gather(*(process.wait() for process in self.running))
        store = EmbeddedValkey(Path(self.settings["ZIN_DATA"]))  # one whose owner was killed would run for ever
        await store.start()
        await store.stop()


@asynccontextmanager
async def operator(registry: Registry, folder: Path) -> AsyncIterator[Operator]:
    """An operator with one process of Zin beside it, both ended with this context."""
    file, said = read_smpp_files(GATEWAYS)[NAME], list[str]()
    smsc = MockSmsc(file, PASSWORD, PHONE, said.append)
    server = await asyncio.get_running_loop().create_server(smsc.accept, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    written = (GATEWAYS / f"{NAME}.yaml").read_text(encoding="utf-8")
    changed = written.replace("port: 2775", f"port: {port}").replace("per_second: 20", "per_second: 5000")
    (folder / f"{NAME}.yaml").write_text(changed, encoding="utf-8")
    settings = os.environ | {
        "ZIN_DATA": str(registry.settings.data),
        "ZIN_DATABASE_URL": registry.settings.database_url.get_secret_value(),
        "ZIN_GATEWAYS": str(folder),
        "ZIN_GATEWAY_EXEMPLE_PASSWORD": PASSWORD,
    }
    played = Operator(settings, smsc, said)
    try:
        await played.start()
        yield played
    finally:
        await played.stop()
        server.close()
        await smsc.close()


if __name__ == "__main__":
    database.leased_queue.LEASE_SECONDS = float(sys.argv[1])  # type: ignore[misc]
    channels.workers.gateway_delivery.PATIENCE = float(sys.argv[1]) / 2  # type: ignore[misc]
    channels.workers.delivery_window.TURN = float(sys.argv[1]) / 4  # type: ignore[misc]
    channels.workers.delivery_window.MAX_IN_FLIGHT = IN_FLIGHT  # type: ignore[misc]
    main(["smpp"])
