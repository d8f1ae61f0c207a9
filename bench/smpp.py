"""Measures messages a second over one SMPP bind, and the memory of `zin smpp`: `python -m bench.smpp`.

An operator on this machine answers each submit_sm after 20 ms, and the window has 50 places, so that no more than
2,500 messages a second can pass. A database is filled with messages, `zin smpp` is started, and the time from the first
to the last message is measured, without the start-up, with the CPU and the resident memory of the process.
`make bench` runs it; `--messages` says how many.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Final

from bench.delivery import fill
from bench.processes import ROOT, cpu_of
from bench.report import add_rows, dated
from settings import Settings
from smpp.connection import Connection
from smpp.constants import BINDS, SUBMIT_SM
from smpp.messages import decode_message
from smpp.octets import encode_string
from smpp.pdu import Pdu

MESSAGES: Final = 6000
ANSWER_SECONDS: Final = 0.02
WINDOW: Final = 50
LONGEST: Final = 300.0  # seconds for all
PASSWORD: Final = "bench"
GATEWAY: Final = f"""protocol: smpp
title: Opérateur de la mesure
host: 127.0.0.1
port: PORT
system_id: zin
password: {{setting: ZIN_GATEWAY_BENCH_PASSWORD}}
window: {WINDOW}
per_second: 10000
sms: {{sender: "5000"}}
"""
HEADING: Final = """
# Messages a second over SMPP

One row for each run of `make bench`: messages of the outbox a second over one bind with a window of 50, to an operator
on this machine that answers each after 20 ms (2,500 a second at most), with the CPU of `zin smpp` for one message, its
resident memory at the end, and the messages that came twice. bench/smpp.py says how.

| date | commit | machine | database | messages | messages/s | CPU µs | MB | twice |
|---|---|---|---|---|---|---|---|---|
"""


def takes_bind(connection: Connection, pdu: Pdu) -> bool:
    """Answer a request to bind; returns False for any other."""
    if pdu.command not in BINDS:
        return False
    connection.is_bound = True
    connection.respond(pdu, body=encode_string("bench"))
    return True


@dataclass(slots=True)
class Operator:
    """Takes every bind and every message; the times at which each text came first."""

    times: dict[bytes, float] = field(default_factory=dict)
    taken: int = 0

    def accept(self) -> Connection:
        """Return what answers a new connection."""
        return Connection(self._take)

    def _take(self, connection: Connection, pdu: Pdu) -> bool:
        if takes_bind(connection, pdu):
            return True
        if pdu.command != SUBMIT_SM:
            return False
        self.taken += 1
        self.times.setdefault(decode_message(pdu.body).text, perf_counter())
        answer = encode_string(str(self.taken))
        asyncio.get_running_loop().call_later(ANSWER_SECONDS, connection.respond, pdu, 0, answer)
        return True

    async def until(self, many: int) -> None:
        """Wait until so many messages came."""
        while len(self.times) < many:  # noqa: ASYNC110 - they come from another process
            await asyncio.sleep(0.01)


@asynccontextmanager
async def bound_to(
    accept: Callable[[], Connection], settings: Settings, folder: Path, more: str = ""
) -> AsyncIterator[int]:
    """Run `zin smpp` beside an operator; more stands behind the file of its gateway. Yields its pid."""
    server = await asyncio.get_running_loop().create_server(accept, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    (folder / "bench.yaml").write_text(GATEWAY.replace("PORT", str(port)) + more, encoding="utf-8")
    ours = {"ZIN_DATA": str(settings.data), "ZIN_GATEWAYS": str(folder), "ZIN_GATEWAY_BENCH_PASSWORD": PASSWORD}
    command = [str(Path(sys.executable).with_name("zin")), "smpp"]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=os.environ | ours)
    try:
        yield process.pid
    finally:
        process.terminate()
        await process.wait()
        server.close()


def resident_megabytes(pid: int) -> float:
    """Return the resident memory of a process. Source: proc_pid_status(5), VmRSS, in kB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


async def run(messages: int) -> Sequence[Sequence[str]]:
    """Measure, and return the row of the table."""
    operator = Operator()
    with tempfile.TemporaryDirectory(prefix="zin-bench-") as data, tempfile.TemporaryDirectory() as gateways:
        settings = Settings(data=Path(data))
        await fill(settings, messages)
        async with asyncio.timeout(LONGEST), bound_to(operator.accept, settings, Path(gateways)) as pid:
            await operator.until(1)
            spent = -cpu_of(pid)
            await operator.until(messages)
            spent += cpu_of(pid)
            memory = resident_megabytes(pid)
    times = sorted(operator.times.values())
    rate = (messages - 1) / (times[-1] - times[0])
    cells = (f"{rate:.0f}", f"{1e6 * spent / messages:.0f}", f"{memory:.0f}", str(operator.taken - messages))
    return [[*dated(), "SQLite", str(messages), *cells]]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="measures messages a second over one SMPP bind")
    parser.add_argument("--messages", type=int, default=MESSAGES)
    add_rows(HEADING, asyncio.run(run(parser.parse_args().messages)))
