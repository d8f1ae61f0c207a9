"""Measures the time of a start, from the command to the first answer: `python -m bench.start`.

Each time `zin serve` is started with an embedded Valkey and SQLite in its own folder: first an empty one, then the same
one again. CPU includes all processes that the server starts.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path
from statistics import median
from typing import Final

from bench.processes import free_port
from bench.report import add_rows, dated

RUNS: Final = 3
LONGEST_SECONDS: Final = 60.0
FORM: Final = {"sessionId": "s1", "serviceCode": "*384*229#", "phoneNumber": "+2290190000001", "text": ""}
HEADER: Final = """
# From the command to the first answer

One row for each case of a run of `python -m bench.start`: seconds from `zin serve` to the first screen, the median of
three, with an embedded Valkey and SQLite, and the CPU seconds of a whole start and stop.

| date | commit | machine | workers | folder | first answer s | CPU s |
|---|---|---|---|---|---|---|
"""


def main() -> None:
    """Measure each case, and add the rows to bench/results.md."""
    rows = []
    for workers in (1, 2):
        runs = [start_twice(workers) for _ in range(RUNS)]
        for place, folder in enumerate(("empty", "as it was left")):
            seconds, cpu = (median(run[place][part] for run in runs) for part in (0, 1))
            rows.append([*dated(), str(workers), folder, f"{seconds:.2f}", f"{cpu:.2f}"])
    add_rows(HEADER, rows)


def start_twice(workers: int) -> list[tuple[float, float]]:
    """Return seconds to the first answer and CPU seconds, for an empty folder and for the same folder again."""
    with tempfile.TemporaryDirectory(prefix="zin-start-") as folder:
        return [start(Path(folder), workers) for _ in range(2)]


def start(folder: Path, workers: int) -> tuple[float, float]:
    """Start a server once; return seconds to the first answer, and CPU seconds."""
    port, before, began = free_port(), _cpu_seconds(), time.perf_counter()
    command = [sys.executable, "-m", "cli.main", "serve", "--workers", str(workers)]
    environment = os.environ | {"ZIN_DATA": str(folder), "ZIN_PORT": str(port)}
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        seconds = _first_answer(port, began)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(LONGEST_SECONDS)
    return seconds, _cpu_seconds() - before


def _first_answer(port: int, began: float) -> float:
    address, body = f"http://127.0.0.1:{port}/ussd/africastalking/demo", urllib.parse.urlencode(FORM).encode()
    while time.perf_counter() - began < LONGEST_SECONDS:
        try:
            with urllib.request.urlopen(address, body, timeout=10) as answer:
                assert answer.read().startswith(b"CON ")
                return time.perf_counter() - began
        except OSError:
            time.sleep(0.01)
    raise AssertionError("no answer")


def _cpu_seconds() -> float:
    """Return the CPU seconds of all ended child processes and their children."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
