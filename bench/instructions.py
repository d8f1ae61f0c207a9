"""Counts the instructions that a process executes outside the kernel, with Linux' `perf`, where the machine can.

Instructions of a hop vary less than its time on a machine that others use too. Many virtual machines have no counter.
"""

from __future__ import annotations

import asyncio
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

EVENT: Final = "instructions:u"
ATTACHING_SECONDS: Final = 0.1  # until perf counts


@dataclass(slots=True)
class Count:
    """The instructions counted: None until the count has ended, or where there is no counter."""

    instructions: int | None = None


def why_not_counted() -> str:
    """Return the reason why instructions cannot be counted here, or an empty text."""
    perf = shutil.which("perf")
    if not perf:
        return "perf is not installed"
    tried = subprocess.run(
        [perf, "stat", "-x", ",", "-e", EVENT, "true"], capture_output=True, text=True, check=False
    ).stderr
    return "" if read_count(tried) is not None else f"perf cannot count {EVENT} here"


def read_count(printed: str) -> int | None:
    """Return the count that `perf stat -x ,` printed, or None if it did not count. Source: perf-stat(1), CSV FORMAT."""
    for line in printed.splitlines():
        cells = line.split(",")
        if len(cells) > 2 and cells[2] == EVENT and cells[0].isdigit():
            return int(cells[0])
    return None


@asynccontextmanager
async def counted(pid: int, *, possible: bool) -> AsyncIterator[Count]:
    """Count the instructions of all threads of a process during the block."""
    result = Count()
    if not possible:
        yield result
        return
    perf = await asyncio.create_subprocess_exec(
        "perf", "stat", "-x", ",", "-e", EVENT, "-p", str(pid), stderr=asyncio.subprocess.PIPE
    )
    await asyncio.sleep(ATTACHING_SECONDS)
    try:
        yield result
    finally:
        perf.send_signal(signal.SIGINT)
        _, printed = await perf.communicate()
        result.instructions = read_count(printed.decode())
