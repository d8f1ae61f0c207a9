"""The memory that the benchmark reads from /proc."""

from __future__ import annotations

import mmap
import os
import subprocess
import sys

import pytest

from bench.memory import memory_of, memory_of_workers

RENAMED = "open('/proc/self/comm', 'w').write('zin worker'); print(flush=True); input()"


def test_private_memory_is_what_was_written() -> None:
    before = memory_of(os.getpid())
    with mmap.mmap(-1, 20 << 20) as written:
        written.write(b"x" * len(written))
        after = memory_of(os.getpid())
    assert after.private - before.private == pytest.approx(20, abs=5)
    assert after.rss >= after.pss >= after.private


def test_workers_are_measured_and_else_the_server_itself() -> None:
    alone = memory_of_workers(os.getpid())
    assert alone.rss == pytest.approx(memory_of(os.getpid()).rss, rel=0.1)
    with subprocess.Popen([sys.executable, "-Sc", RENAMED], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
        assert worker.stdout
        worker.stdout.readline()
        assert memory_of_workers(os.getpid()).rss < alone.rss / 2
        worker.communicate(b"\n")
