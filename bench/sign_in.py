"""Measures how long a real sign-in takes while strangers try sixteen unknown names at once.

`zin serve` is started on sample data with one account. It signs in alone, then again during sixteen other attempts. Run
it with `make bench`; the rows go to bench/results.md.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from aiohttp import ClientSession

from bench.processes import free_port, started
from bench.report import add_rows, dated

STRANGERS, ROUNDS = 16, 3
ZIN = str(Path(sys.executable).with_name("zin"))
NAME, PASSWORD = "awa", "trois ânes gris dorment"
HEADING = """
# Signing in

Some rows for each run of `make bench`: seconds until an operator is signed in, alone and while sixteen unknown names
are tried at once from the same address. bench/sign_in.py says how it is measured.

| date | commit | machine | what | times | median s | longest s |
|---|---|---|---|---|---|---|
"""


async def signed_in(session: ClientSession, url: str, name: str, password: str) -> tuple[int, float]:
    """Sign in; return the status, and the seconds that it took."""
    since = perf_counter()
    async with session.post(url, data={"name": name, "password": password}, allow_redirects=False) as answer:
        await answer.read()
        return answer.status, perf_counter() - since


async def run(folder: Path) -> list[tuple[str, list[float]]]:
    """Measure both cases, and return the seconds of each."""
    port = free_port()
    settings = {"ZIN_PORT": str(port), "ZIN_DATA": str(folder)}
    url = f"http://127.0.0.1:{port}/bureau/connexion"
    alone, among = list[float](), list[float]()
    async with started([ZIN, "serve"], port, settings, folder / "server.log"), ClientSession() as session:
        added = await asyncio.create_subprocess_exec(
            ZIN, "operators", "add", NAME, "--role", "viewer", stdin=subprocess.PIPE, env={**settings, "PATH": "/bin"}
        )
        await added.communicate(PASSWORD.encode())
        for number in range(ROUNDS):
            status, took = await signed_in(session, url, NAME, PASSWORD)
            assert status == 303, status
            alone.append(took)
            tries = [asyncio.create_task(signed_in(session, url, f"nobody{number}-{one}", "x" * 12))
                     for one in range(STRANGERS)]  # fmt: skip
            await asyncio.sleep(0.05)
            status, took = await signed_in(session, url, NAME, PASSWORD)
            assert status == 303, status
            among.append(took)
            await asyncio.gather(*tries)
    return [("alone", alone), (f"among {STRANGERS} strangers", among)]


def main() -> None:
    """Measure, print a table, and add its rows to bench/results.md."""
    with tempfile.TemporaryDirectory(prefix="zin-bench-") as folder:
        rows = asyncio.run(run(Path(folder)))
    written = []
    for what, times in rows:
        figures = (str(len(times)), f"{median(times):.2f}", f"{max(times):.2f}")
        print(f"{what:24}" + "".join(f"{figure:>10}" for figure in figures))
        written.append([*dated(), what, *figures])
    add_rows(HEADING, written)


if __name__ == "__main__":
    main()
