"""An installation of production on this machine: two servers of two workers each, a delivery, PostgreSQL and Valkey.

Everything is a process of its own, and is ended by its pid.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.processes import ROOT, free_port
from settings import Settings
from tests.drill.scripts import Scripts, seed, write_scripts
from tests.drill.zin_process import ZinProcess
from tests.support import whatsapp_api
from tests.support.sms_gateway import FakeGateway, fake_gateway
from tests.support.whatsapp_api import CloudApi, cloud_api

SECRET: Final = "a-secret-of-the-drills-only"
WORKERS: Final = "2"
SEEN_SECONDS: Final = 3.0  # until a proxy has seen that a server is ready again (docs/upgrading.md)
NOTHING: Final[Mapping[str, str]] = {}
MIGRATE: Final = """
import asyncio
from database import open_database
from database.migrations import migrate
from settings import load

async def main():
    database = open_database(load())
    try:
        await migrate(database)
    finally:
        await database.close()

asyncio.run(main())
"""


@dataclass(frozen=True, slots=True)
class Installation:
    """The processes of Zin, the gateways that they send to, and what citizens type and read."""

    scripts: Scripts
    sms: FakeGateway
    cloud: CloudApi
    servers: tuple[ZinProcess, ...]
    deliver: ZinProcess

    @property
    def processes(self) -> tuple[ZinProcess, ...]:
        """All processes of Zin."""
        return (*self.servers, self.deliver)

    @property
    def ports(self) -> list[int]:
        """The ports of the servers."""
        return [server.port for server in self.servers]

    async def restart_in_turn(self, code: Path = ROOT) -> None:
        """Stop and start each process, one after the other, with the code of this folder."""
        for process in self.processes:
            await process.stop()
            process.code = code
            await process.start()
            await asyncio.sleep(SEEN_SECONDS)


@dataclass(frozen=True, slots=True)
class Stores:
    """The addresses of the stores of an installation."""

    database_url: str
    redis_url: str


def environment(folder: Path, stores: Stores, sms: str, cloud: str) -> dict[str, str]:
    """The settings of all processes, as the environment has them."""
    return {
        "ZIN_ENV": "production",
        "ZIN_SECRET": SECRET,
        "ZIN_DATA": str(folder / "data"),
        "ZIN_DATABASE_URL": stores.database_url,
        "ZIN_REDIS_URL": stores.redis_url,
        "ZIN_AT_USERNAME": "sandbox",
        "ZIN_AT_API_KEY": "a-key",
        "ZIN_AT_URL": sms,
        "ZIN_SMS_PER_SECOND": "500",
        "ZIN_WHATSAPP_TOKEN": whatsapp_api.TOKEN,
        "ZIN_WHATSAPP_APP_SECRET": whatsapp_api.SECRETS[1],
        "ZIN_WHATSAPP_VERIFY_TOKEN": whatsapp_api.SECRETS[2],
        "ZIN_WHATSAPP_PHONE_ID": whatsapp_api.PHONE_ID,
        "ZIN_WHATSAPP_URL": cloud,
    }


@asynccontextmanager
async def installed(
    folder: Path, stores: Stores, code: Path = ROOT, first_machine: Mapping[str, str] = NOTHING
) -> AsyncIterator[Installation]:
    """Run an installation over these stores with the code of this folder, as long as this context lasts.

    first_machine is more of the environment of the first server and the delivery.
    """
    async with fake_gateway() as sms, cloud_api() as cloud:
        given = environment(folder, stores, sms.url, cloud.url)
        settings = Settings.model_validate({name.removeprefix("ZIN_").lower(): given[name] for name in given})
        await create_tables(code, given)
        await seed(settings)
        servers = tuple(
            ZinProcess(folder / f"{name}.log", given | {"ZIN_PORT": str(free_port())}, "serve", "--workers", WORKERS)
            for name in ("one", "two")
        )
        deliver = ZinProcess(folder / "deliver.log", given, "deliver")
        for process in (servers[0], deliver):
            process.settings |= first_machine
        site = Installation(await write_scripts(folder / "scripts", code), sms, cloud, servers, deliver)
        try:
            for process in site.processes:
                process.code = code
                await process.start()
            yield site
        finally:
            for process in site.processes:
                await process.remove()


async def create_tables(code: Path, given: Mapping[str, str]) -> None:
    """Bring the database to the version of this code."""
    command = (sys.executable, "-c", MIGRATE)
    process = await asyncio.create_subprocess_exec(*command, cwd=code, env=os.environ | given)
    assert await process.wait() == 0
