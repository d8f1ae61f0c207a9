"""`zin smpp` beside a peer: any with a port on this machine, or the operator that `zin gateways mock` plays."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from channels.smpp.mock_smsc import MockSmsc
from channels.smpp.smpp_files import FoundGateway
from tests.support.database import Registry
from tests.support.gateway_files import GATEWAYS
from tests.support.killed_processes import LEASE, Crew
from tests.support.smpp_gateway import DIALECTS, NAME, example

PASSWORD, PHONE = "essai", "2290190000001"
EXAM: Final = ("1", "3", "1", "12345", "3")  # the inputs of a call to an exam result, behind the first screen
OURS: Final = "-- SMS de Zin"
Changes = Mapping[str, str]


@dataclass
class Operator:
    """The played operator, what it said, and the processes of Zin that bind to it."""

    zin: Crew
    smsc: MockSmsc
    said: list[str]

    @property
    def texts(self) -> list[str]:
        """The messages of Zin, in their order."""
        return [line.partition("\n")[2] for line in self.said if line.startswith(OURS)]

    @property
    def screens(self) -> list[str]:
        """The screens of calls, in their order."""
        return [line for line in self.said if not line.startswith("-- ")]

    async def say(self, typed: str) -> str:
        """The next screen, after this input of the phone."""
        before = len(self.screens)
        await self.smsc.type(typed)
        await until(lambda: len(self.screens) > before)
        return self.screens[-1]


async def until(met: Callable[[], bool]) -> None:
    """Wait for what happens in another process."""
    while not met():  # noqa: ASYNC110 - there is nothing else to wait for
        await asyncio.sleep(0.02)


@asynccontextmanager
async def bound_process(
    registry: Registry, folder: Path, port: int, changes: Changes | None = None, lease: float = LEASE, **settings: str
) -> AsyncIterator[Crew]:
    """One process of Zin that binds to the peer at this port, ended with this context.

    changes are texts of the file of the gateway, each with the text in its place.
    """
    written = (GATEWAYS / f"{NAME}.yaml").read_text(encoding="utf-8")
    all_changes = {"port: 2775": f"port: {port}", "per_second: 20": "per_second: 5000"} | dict(changes or {})
    for old, new in all_changes.items():
        assert old in written, old
        written = written.replace(old, new)
    shutil.copytree(DIALECTS, folder / "dialects")
    (folder / f"{NAME}.yaml").write_text(written, encoding="utf-8")
    environment = os.environ | {
        "ZIN_DATA": str(registry.settings.data),
        "ZIN_DATABASE_URL": registry.settings.database_url.get_secret_value(),
        "ZIN_GATEWAYS": str(folder),
        "ZIN_GATEWAY_EXEMPLE_PASSWORD": PASSWORD,
    }
    zin = Crew("smpp", environment | settings, folder / "zin.log", lease)
    try:
        await zin.start()
        yield zin
    finally:
        await zin.stop()


@asynccontextmanager
async def operator(
    registry: Registry, folder: Path, changes: Changes | None = None, found: FoundGateway | None = None
) -> AsyncIterator[Operator]:
    """An operator with one process of Zin beside it, both ended with this context.

    changes are as for `bound_process`; found is what the operator plays then, else the example as it ships.
    """
    said = list[str]()
    smsc = MockSmsc(found or example(), PASSWORD, PHONE, said.append)
    server = await asyncio.get_running_loop().create_server(smsc.accept, "127.0.0.1", 0)
    try:
        async with bound_process(registry, folder, server.sockets[0].getsockname()[1], changes) as zin:
            yield Operator(zin, smsc, said)
    finally:
        server.close()
        await smsc.close()
