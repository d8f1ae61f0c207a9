"""Measures the server's cost of a refusal: two megabytes of gzip, two plain megabytes, and a short request.

`zin serve` is started on sample data. Each request is sent repeatedly with a wrong secret over a raw socket, and the
CPU of the server is read before and after. The gzip would inflate to two gigabytes. Run it with `make bench`; the rows
go to bench/results.md.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import zlib
from contextlib import suppress
from pathlib import Path
from time import perf_counter

from bench.processes import cpu_of, free_port, started
from bench.report import add_rows, dated

PATH = "/ussd/africastalking/wrong"
SENT = 2 * 1024 * 1024
LONGEST = 60.0  # seconds for one answer
HEADING = """
# A refusal

Some rows for each run of `make bench`: CPU of the server, and the time until it closes the connection, for one request
with a wrong secret; of 2 MB of gzip, which would be 2 GB, of 2 MB as they are, and of a short form. bench/refusals.py
says how it is measured.

| date | commit | machine | what | times | answered | CPU ms | closed ms |
|---|---|---|---|---|---|---|---|
"""


def bomb() -> bytes:
    """Return about two megabytes of gzip, of which each byte inflates to about a thousand."""
    packing, zeros = zlib.compressobj(9, wbits=31), bytes(16 * 1024 * 1024)
    return b"".join(packing.compress(zeros) for _ in range(120)) + packing.flush()


def request(body: bytes, *headers: str) -> bytes:
    """Return a request with this body, a wrong secret and these headers."""
    sized = ("Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}", *headers)
    return "\r\n".join((f"POST {PATH} HTTP/1.1", "Host: zin", *sized, "", "")).encode() + body


async def sent(port: int, whole: bytes) -> str:
    """Send a request; return the status when the server has closed the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answer = bytearray()
    with suppress(ConnectionError):
        writer.write(whole)
        await writer.drain()
    with suppress(ConnectionError, TimeoutError):
        async with asyncio.timeout(LONGEST):
            while piece := await reader.read(65536):
                answer += piece
    writer.close()
    return answer[9:12].decode() or "none"


async def run() -> list[list[str]]:
    """Measure each kind of request, and return the rows of the table."""
    requests = {
        "2 MB of gzip": (request(bomb(), "Content-Encoding: gzip"), 20),
        "2 MB": (request(b"x" * SENT), 20),
        "a short form": (request(b"text=1"), 500),
    }
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="zin-bench-") as folder:
        settings = {"ZIN_PORT": str(port), "ZIN_DATA": folder}
        command = [str(Path(sys.executable).with_name("zin")), "serve"]
        async with started(command, port, settings, Path(folder, "server.log")) as pid:
            rows = []
            for what, (whole, times) in requests.items():
                cpu, since = cpu_of(pid), perf_counter()
                answers = {await sent(port, whole) for _ in range(times)}
                took, cpu = perf_counter() - since, cpu_of(pid) - cpu
                each = (f"{cpu / times * 1000:.2f}", f"{took / times * 1000:.2f}")
                rows.append([what, str(times), "/".join(sorted(answers)), *each])
            return rows


def main() -> None:
    """Measure, print a table, and add its rows to bench/results.md."""
    rows = asyncio.run(run())
    for row in rows:
        print("".join(f"{figure:>14}" for figure in row))
    add_rows(HEADING, [[*dated(), *row] for row in rows])


if __name__ == "__main__":
    main()
