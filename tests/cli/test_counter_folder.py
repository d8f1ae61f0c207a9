"""Each `zin serve` has a folder of counters of its own, also beside others over the same data folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.processes import ROOT

SERVER = """
import os, sys
from pathlib import Path
from cli.counter_folder import share_counters

share_counters(Path(sys.argv[1]))
print(os.environ["PROMETHEUS_MULTIPROC_DIR"], flush=True)
if sys.argv[2:] and os.fork():
    os._exit(0)
print(os.getpid(), flush=True)
sys.stdin.read()
"""


@contextmanager
def server(data: Path, *words: str) -> Iterator[Path]:
    """The folder of a process over this data folder that runs until the end of this context."""
    command = [sys.executable, "-c", SERVER, str(data), *words]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    folder, pid = Path(process.stdout.readline().strip()), int(process.stdout.readline())
    try:
        yield folder
    finally:
        os.kill(pid, signal.SIGKILL)
        process.communicate()


def test_two_servers_keep_their_own_counters(tmp_path: Path) -> None:
    with server(tmp_path) as one:
        (one / "counter_1.db").write_text("one")
        with server(tmp_path) as two:
            assert one != two
            assert (one / "counter_1.db").read_text() == "one"


@pytest.mark.parametrize("words", [(), ("forks",)], ids=["alone", "by its last worker"])
def test_folder_of_a_killed_server_is_reused(tmp_path: Path, words: tuple[str, ...]) -> None:
    with server(tmp_path, *words) as one:
        (one / "counter_1.db").write_text("one")
        with server(tmp_path) as two:
            assert two != one
    with server(tmp_path) as three:
        assert three == one
        assert list(three.iterdir()) == []
