"""A process of Zin that a drill stops, kills and starts again."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import aiohttp

from bench.processes import ROOT
from tests.support.patience import PATIENCE
from tests.support.server_process import children_of, end


class ZinProcess:
    """One `zin serve` or `zin deliver`, which can be stopped, killed and started again, also by other code."""

    def __init__(self, log: Path, settings: Mapping[str, str], *words: str) -> None:
        self._log, self._words = log, words
        self.settings, self.code = dict(settings), ROOT  # its environment, and the folder whose code it runs
        self.process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        """The process that was started: of a server, the parent of its workers."""
        assert self.process
        return self.process.pid

    @property
    def port(self) -> int:
        """The port of a server."""
        return int(self.settings["ZIN_PORT"])

    @property
    def workers(self) -> list[int]:
        """The pids of the workers of a server."""
        return children_of(self.pid, "zin worker")

    async def start(self) -> None:
        """Start it, and wait until a server is ready."""
        bare = {name: value for name, value in os.environ.items() if not name.startswith("ZIN_")}
        command = (sys.executable, "-m", "cli.main", *self._words)
        with self._log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *command, cwd=self.code, env=bare | self.settings, stdout=log, stderr=log
            )
        if "ZIN_PORT" in self.settings:
            await self._until_ready()

    async def stop(self) -> None:
        """End it as an operator does, and wait until it has ended."""
        if self.process and self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(PATIENCE):
                await self.process.wait()

    async def kill(self) -> None:
        """Kill the process that was started, and not its workers, and wait until all of them have ended."""
        children = children_of(self.pid)
        os.kill(self.pid, signal.SIGKILL)
        assert self.process
        await self.process.wait()
        async with asyncio.timeout(PATIENCE):
            while any(map(_runs, children)):  # noqa: ASYNC110 - they are no children of ours
                await asyncio.sleep(0.02)

    async def remove(self) -> None:
        """End it and all that it started, whatever state it is in."""
        if self.process and self.process.returncode is None:
            children = children_of(self.pid)
            self.process.kill()
            await self.process.wait()
            end(children)

    async def _until_ready(self) -> None:
        assert self.process
        async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as session:
            while self.process.returncode is None:
                with suppress(aiohttp.ClientError):
                    async with session.get(f"http://127.0.0.1:{self.port}/health/ready") as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(0.05)
        raise AssertionError(f"it ended at once:\n{self._log.read_text()[-2000:]}")


def _runs(pid: int) -> bool:
    """Whether this process runs; one that nobody has waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
