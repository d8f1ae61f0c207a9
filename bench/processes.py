"""Servers under measure: each on the first core, started with settings of its own, and ended by its pid."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.load import Call, Seen

ROOT = Path(__file__).parent.parent
CORES = sorted(os.sched_getaffinity(0))
TICK = 1 / os.sysconf("SC_CLK_TCK")  # seconds
STARTING = 20.0  # seconds that a server may take until it listens
STOPPING = 10.0


@dataclass(slots=True)
class Target:
    """A server under load, and what its rounds gave so far; cpu and valkey are seconds of any core.

    rate is in hops a second, 0 for as many as it answers.
    """

    name: str
    address: str
    calls: Sequence[Call]
    port: int
    pid: int
    rate: int = 0
    seen: Seen = field(default_factory=Seen)
    cpu: float = 0.0
    valkey: float = 0.0


def cpu_of(pid: int) -> float:
    """Seconds that this process has had, the kernel's work for it included. Source: proc_pid_stat(5), fields 14, 15."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@asynccontextmanager
async def started(command: Sequence[str], port: int, settings: dict[str, str], log: Path) -> AsyncIterator[int]:
    """A server that listens on this port, until the end; gives its pid, or leaves with what it printed."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("ZIN_")}
    ours = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {CORES[0]})  # a child has its parent's core from the start, and so have its threads
    try:
        with log.open("wb") as printed:
            process = await asyncio.create_subprocess_exec(
                *command, cwd=ROOT, env=bare | settings, stdout=printed, stderr=printed
            )
    finally:
        os.sched_setaffinity(0, ours)
    try:
        if not await _listens(process, port):
            sys.exit(f"{' '.join(command)} does not listen:\n{log.read_text()}")  # noqa: ASYNC240 - we leave
        yield process.pid
    finally:
        if process.returncode is None:
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOPPING)
        except TimeoutError:
            process.kill()
            await process.wait()


async def _listens(process: asyncio.subprocess.Process, port: int) -> bool:
    """Whether the port is open in time, and the process still there."""
    waits = 0.05
    for _ in range(round(STARTING / waits)):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(waits)
        else:
            writer.close()
            return process.returncode is None
        if process.returncode is not None:
            return False
    return False
