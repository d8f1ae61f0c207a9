"""The work of several workers is compared with that of one, and their connections are counted in /proc."""

from __future__ import annotations

import asyncio
import itertools
import os
import socket
import sys
from array import array
from contextlib import ExitStack

from bench.calls import SHORT
from bench.load import Load, Seen
from bench.targets import Target
from bench.workers import Case, Round, open_sockets, sockets_of, table, tree_of


def measured(hops: int, connections: list[int], cpu: list[float]) -> Round:
    """A round of two seconds."""
    seen = Seen(array("d", [0.001] * hops), seconds=2.0)
    return Round(Target("workers", "/", Load(SHORT, itertools.count()), 1, 1, seen=seen), connections, cpu)


def test_rows_compare_hops_of_a_cpu_second_with_one_worker() -> None:
    one = Case(1, 32, [measured(1000, [32], [1.0])])
    two = Case(2, 32, [measured(1800, [20, 12], [1.1, 0.8, 0.1]), measured(900, [16, 16], [0.5, 0.5, 0.0])])
    assert table([one, two]) == [
        ["32", "1", "500", "1000", "1.00", "32", "100 to 100"],
        ["32", "2", "675", "900", "0.90", "20 12; 16 16", "40 to 55"],
    ]


async def test_processes_below_one_are_found() -> None:
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", "input()", stdin=asyncio.subprocess.PIPE)
    assert {os.getpid(), child.pid} <= set(tree_of(os.getpid()))
    await child.communicate(b"\n")


def test_connections_of_a_process_are_counted() -> None:
    with ExitStack() as stack:
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = listening.getsockname()[1]
        for _ in range(3):
            stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            stack.enter_context(listening.accept()[0])
        assert len(sockets_of(port) & open_sockets(os.getpid())) == 3
