"""Measures the cost of reading an outside file: peak memory and time of the process that reads it.

    .venv/bin/python -m bench.files

Each file is read as the admin site and `zin results import` read it (spreadsheets/bounded_process.py). The hostile
files are made here by tests/support/hostile_files.py, and deleted afterwards.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.report import add_rows, dated
from results.approval import ExamSession
from results.importing.service import read_file
from settings import Settings
from spreadsheets import bounded_process
from spreadsheets.bounded_process import NotRead, run_confined
from spreadsheets.sheet import FileBroken
from tests.support.hostile_files import MIB, bomb, far_away, strings_bomb
from tests.support.result_files import HEADINGS, as_csv, as_xlsx

CANDIDATES = 272_000  # CEP 2025
SESSION = ExamSession("bac", 2026)
HEADER = """# What a file of results costs

Rows of `python -m bench.files`, newest last: a file and its size, the greatest memory of the process that reads it, the
processor's time and all the time that it took, and what came of it. "far" is a workbook with one cell at XFD8448,
"texts" has shared texts that inflate to 700 MB, "bomb" a sheet that inflates to 900 MB; the others have 272 000 rows.

| date | commit | machine | file | KiB | peak MiB | CPU s | s | outcome |
|---|---|---|---|---|---|---|---|---|
"""


def rows() -> Iterator[tuple[str, ...]]:
    """Yield the headings and rows of a results file of normal size."""
    verdicts = ("ADMIS", "REFUSE", "ADMISSIBLE", "ABSENT")
    yield HEADINGS
    for number in range(CANDIDATES):
        verdict = verdicts[number % 4]
        mark = "12,5" if verdict == "ADMIS" else ""
        yield str(100_000 + number), verdict, "", "ABCD"[number % 4], mark, f"Centre {number % 600}", "Borgou"


MADE: dict[str, Callable[[], bytes]] = {
    "far.xlsx": far_away,
    "texts.xlsx": strings_bomb,
    "bomb.xlsx": lambda: bomb(900 * MIB),
    "normal.xlsx": lambda: as_xlsx(list(rows())),
    "normal.csv": lambda: as_csv(list(rows())),
}


def read(path: Path) -> None:
    """Read one file in this process, and print its cost and outcome."""
    setattr(bounded_process, "CONTEXT", get_context("spawn"))  # noqa: B010 - Final; a child whose cost is counted here
    since = perf_counter()
    try:
        report = run_confined(path.parent / "data", read_file, Settings(), path, SESSION).report
        outcome = f"{report.rows} rows"
    except (FileBroken, NotRead):
        outcome = "refused"
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    figures = used.ru_maxrss / 1024, used.ru_utime + used.ru_stime, perf_counter() - since
    print(f"{figures[0]:.0f},{figures[1]:.2f},{figures[2]:.2f},{outcome}")


def main() -> None:
    """Measure each file in its own process, and add the rows to bench/results.md."""
    table = []
    with TemporaryDirectory(prefix="zin-") as folder:
        for name, made in MADE.items():
            path = Path(folder, name)
            path.write_bytes(made())
            ran = subprocess.run(
                [sys.executable, "-m", "bench.files", path], capture_output=True, text=True, check=True
            )
            size = f"{path.stat().st_size / 1024:.0f}"
            table.append([*dated(), name, size, *ran.stdout.strip().split(",")])
            print(" | ".join(table[-1]))
    add_rows(HEADER, table)


if __name__ == "__main__":
    read(Path(sys.argv[1])) if sys.argv[1:] else main()
