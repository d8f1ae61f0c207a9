"""`zin serve` that starts beside a Redis or Valkey that loads its data: one line, polite ends, then calls."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from bench.processes import free_port
from tests.support.loading_server import finish_loading, loading_server
from tests.support.patience import PATIENCE
from tests.support.server_process import ZIN, end_with_children, hop

pytestmark = pytest.mark.slow

LINE = "the server loads its data: nothing to do, calls are answered once it is done"
PROGRAMS = [
    "",  # the Valkey that every installation has
    pytest.param(
        "redis-server", marks=pytest.mark.skipif(not shutil.which("redis-server"), reason="redis-server is missing")
    ),
]


def status(port: int, path: str) -> int:
    """The status of a page; 0 while nothing listens."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code
    except OSError:
        return 0


def wait_for(port: int, path: str, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + PATIENCE
    while status(port, path) != 200:
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < until, f"{path}: no 200"
        time.sleep(0.05)


@pytest.mark.parametrize("program", PROGRAMS)
def test_start_goes_on_and_calls_follow_the_loading(tmp_path: Path, program: str) -> None:
    port = free_port()
    with loading_server(tmp_path / "redis", program) as redis:
        given = {
            "ZIN_DATA": str(tmp_path / "data"),
            "ZIN_PORT": str(port),
            "ZIN_REDIS_URL": f"redis://{redis.address}/0",
        }
        process = subprocess.Popen([*ZIN, "serve"], env=os.environ | given, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip
        try:
            wait_for(port, "/health/live", process)
            assert status(port, "/health/ready") == 503
            assert hop(port, "").startswith("END ")
            finish_loading(redis)
            wait_for(port, "/health/ready", process)
            assert hop(port, "").startswith("CON ")
            process.send_signal(signal.SIGTERM)
            log, _ = process.communicate(timeout=PATIENCE)
        finally:
            end_with_children(process)
            process.communicate()
    assert [line for line in log.splitlines() if "sessions cannot be stored yet" in line and LINE in line]
    assert log.count("sessions cannot be stored yet") == 1
    assert process.returncode == 0
