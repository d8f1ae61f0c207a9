"""Measures the CPU of processes that have nothing to do: `python -m bench.idle`, which `make bench` runs.

`zin serve` and `zin deliver` are started in production, over SQLite and over PostgreSQL, with an embedded Valkey. After
a while their CPU seconds are read from /proc, which other load on the machine does not change.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from bench.processes import cpu_of, free_port
from bench.report import add_rows, dated
from tests.support.postgresql import Server, programs

SECRET: Final = "a-secret-of-this-benchmark-only"
WINDOW_SECONDS: Final = 5.0  # a start is over when a process took less than STARTING in it
STARTING: Final = 0.25  # CPU seconds
MEASURED_SECONDS: Final = 30.0
LONGEST_SECONDS: Final = 120.0
HEADER: Final = """
# CPU of an idle process

One row for each case of a run of `python -m bench.idle`: the share of a core that a process of Zin takes with nothing
to do, over 30 seconds, in production with an embedded Valkey.

| date | commit | machine | database | zin serve | zin deliver |
|---|---|---|---|---|---|
"""


@contextmanager
def running(folder: Path, database: str, *words: str, port: int = 0) -> Iterator[subprocess.Popen[bytes]]:
    """A process of Zin, ended by its pid."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("ZIN_")}
    settings = {"ZIN_ENV": "production", "ZIN_SECRET": SECRET, "ZIN_DATA": str(folder), "ZIN_PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, "-m", "cli.main", *words],
        env=bare | settings | {"ZIN_DATABASE_URL": database},
        stdout=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(LONGEST_SECONDS)


def wait_until_ready(port: int) -> None:
    """Wait until the server at this port can serve citizens."""
    until = time.monotonic() + LONGEST_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def wait_until_idle(*pids: int) -> None:
    """Wait until all these processes have ended their start."""
    taken = [STARTING]
    while max(taken) >= STARTING:
        before = [cpu_of(pid) for pid in pids]
        time.sleep(WINDOW_SECONDS)
        taken = [cpu_of(pid) - was for pid, was in zip(pids, before, strict=True)]


def measure(name: str, database: str) -> list[str]:
    """Return the row of one database."""
    with ExitStack() as opened:
        folder, port = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="zin-idle-"))), free_port()
        serve = opened.enter_context(running(folder, database, "serve", port=port))
        wait_until_ready(port)
        deliver = opened.enter_context(running(folder, database, "deliver"))
        wait_until_idle(serve.pid, deliver.pid)
        before, began = [cpu_of(one.pid) for one in (serve, deliver)], time.monotonic()
        time.sleep(MEASURED_SECONDS)
        seconds = time.monotonic() - began
        shares = [(cpu_of(one.pid) - was) / seconds for one, was in zip((serve, deliver), before, strict=True)]
    return [*dated(), name, *(f"{share:.1%}" for share in shares)]


@contextmanager
def new_server(folder: Path) -> Iterator[str]:
    """A PostgreSQL of its own, with an empty database; yields its address."""
    server = Server(folder)
    try:
        command = [str(folder / "createdb"), "-h", str(server.folder), "-U", "zin", "zin"]
        subprocess.run(command, check=True)
        yield server.url("zin")
    finally:
        server.remove()


def main() -> None:
    """Measure both databases, and add the rows to bench/results.md."""
    add_rows(HEADER, [measure("SQLite", "")])
    if folder := programs():
        with new_server(folder) as url:
            add_rows(HEADER, [measure("PostgreSQL", url)])
    else:
        print("no PostgreSQL here: initdb and postgres were not found")


if __name__ == "__main__":
    main()
