"""The metrics of every worker, and those of the process that delivers."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from bench.processes import free_port
from runtime.process_metrics import ProcessFamilyCollector
from tests.support.patience import PATIENCE
from tests.support.server_process import ZIN, children_of, serving

pytestmark = pytest.mark.slow


def scraped(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE) as answer:
        return str(answer.read().decode())


def test_each_worker_has_its_process_metrics(tmp_path: Path) -> None:
    with serving(tmp_path, "--workers", "2") as (process, port):
        text = scraped(port)
        workers = children_of(process.pid, "zin worker")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
    for name in ("cpu_seconds_total", "resident_memory_bytes", "open_fds", "start_time_seconds", "max_fds"):
        found = re.findall(rf'^process_{name}{{pid="(\d+)",process="zin worker"}} ([0-9.e+]+)$', text, re.MULTILINE)
        assert sorted(int(pid) for pid, _ in found) == sorted(workers), name
        assert all(float(value) > 0 for _, value in found), name
    assert f'process_resident_memory_bytes{{pid="{process.pid}",process="zin"}}' in text


def test_process_that_is_no_worker_adds_nothing() -> None:
    assert list(ProcessFamilyCollector().collect()) == []


def test_delivery_has_a_page_of_its_own(tmp_path: Path) -> None:
    port = free_port()
    environment = os.environ | {"ZIN_DATA": str(tmp_path), "ZIN_DELIVER_PORT": str(port)}
    process = subprocess.Popen([*ZIN, "deliver"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                text = scraped(port)
                break
            except OSError:
                assert process.poll() is None
                assert time.monotonic() < until
                time.sleep(0.05)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=PATIENCE) as answer:
            assert answer.read() == b"ready\n"
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert "# TYPE zin_messages_tried_total counter" in text
    assert re.search(r"^process_resident_memory_bytes [0-9.e+]+$", text, re.MULTILINE)
