"""The measured servers with what they share, and one round of load on one of them.

Each server runs on the first core. The load generator and Valkey share the last one.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.calls import SCREENS
from bench.instructions import counted, why_not_counted
from bench.load import Crowd, Load, Seen, play
from bench.processes import CORES, ROOT, cpu_of, free_port, started
from state.store.embedded import EmbeddedValkey
from state.store.pipeline import CommandPipeline
from state.store.server_link import SingleServer


@dataclass(slots=True)
class Target:
    """A measured server and its results so far.

    `rate` is in hops a second, 0 for the maximum. CPU seconds are of any core: `cpu` of the server, `valkey` of its
    Valkey, `generator` of the load generator. `instructions` are 0 where they cannot be counted.
    """

    name: str
    address: str
    load: Load
    port: int
    pid: int
    rate: int = 0
    seen: Seen = field(default_factory=Seen)
    cpu: float = 0.0
    valkey: float = 0.0
    generator: float = 0.0
    instructions: int = 0

    def forget(self) -> None:
        """Drop the results so far."""
        self.seen, self.cpu, self.valkey, self.generator, self.instructions = Seen(), 0.0, 0.0, 0.0, 0

    def per_hop(self, total: float) -> float:
        """Divide a total by the number of hops."""
        return total / len(self.seen.times)

    @property
    def load_core_share(self) -> float:
        """The share of the last core that Valkey and the load generator used; near 1, they limit what is measured."""
        return (self.valkey + self.generator) / self.seen.seconds


@dataclass(frozen=True, slots=True)
class Bench:
    """What the servers share: a folder with a database that knows the language of returning citizens, and a Valkey."""

    stack: AsyncExitStack
    folder: Path
    valkey: str
    valkey_pid: int
    has_instruction_counter: bool

    async def start(self, name: str, *command: str, port: int = 0, settings: dict[str, str] | None = None) -> int:
        """Start a server, and return its pid."""
        log = self.folder / f"{name}.log"
        return await self.stack.enter_async_context(started(command, port, settings or {}, log))

    async def start_zin(self, name: str, *module: str) -> Target:
        """Start Zin by this Python module and its arguments, for the load of screens."""
        port = free_port()
        settings = {"ZIN_PORT": str(port), "ZIN_DATA": str(self.folder), "ZIN_REDIS_URL": self.valkey}
        pid = await self.start(name, sys.executable, "-m", *module, port=port, settings=settings)
        return Target(name, "/ussd/africastalking/demo", Load(SCREENS), port, pid)

    async def measure(self, target: Target, connections: int, seconds: float) -> None:
        """Run one round of load, and add its results to the target."""
        crowd = Crowd(connections, seconds, target.rate)
        async with counted(target.pid, possible=self.has_instruction_counter) as count:
            before, stored, ours = cpu_of(target.pid), cpu_of(self.valkey_pid), time.process_time()
            seen = await play(target.port, target.address, target.load, crowd)
            target.cpu += cpu_of(target.pid) - before
            target.valkey += cpu_of(self.valkey_pid) - stored
            target.generator += time.process_time() - ours
        target.instructions += count.instructions or 0
        target.seen.add(seen)


@asynccontextmanager
async def open_bench() -> AsyncIterator[Bench]:
    """Start a Valkey on our core, and store the language of returning citizens; stop every server in the end."""
    os.sched_setaffinity(0, {CORES[-1]})
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zin-bench-")))
        subprocess.run([sys.executable, "-m", "bench.citizens", str(folder)], cwd=ROOT, check=True)  # noqa: ASYNC221
        if why := why_not_counted():
            print(f"Instructions are left out: {why}.")
        url, pid = await stack.enter_async_context(_valkey(folder / "valkey"))
        yield Bench(stack, folder, url, pid, not why)


@asynccontextmanager
async def _valkey(folder: Path) -> AsyncIterator[tuple[str, int]]:
    """Start a Valkey; yield its address and its pid."""
    server = EmbeddedValkey(folder)
    url = await server.start()
    pipeline = CommandPipeline(SingleServer(url), 1.0)
    try:
        lines = (await pipeline.execute("INFO", "server")).decode().splitlines()
        yield url, next(int(line.partition(":")[2]) for line in lines if line.startswith("process_id:"))
    finally:
        await pipeline.close()
        await server.stop()
