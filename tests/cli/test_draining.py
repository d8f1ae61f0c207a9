"""A server that is asked to stop: first not ready, still serving; then nothing new; what is on its way is answered."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from bench.processes import free_port
from tests.support.patience import PATIENCE
from tests.support.server_process import ZIN, children_of, end_with_children, listeners, zin

pytestmark = [pytest.mark.slow, pytest.mark.kill]

SECRET: Final = "k7Vd0bq3XyW9sTz1mNc5Ra"
FORM: Final = "sessionId=s1&serviceCode=*384*229%23&phoneNumber=%2B2290190000001&networkCode=61603&text="
HOP: Final = (
    f"POST /ussd/africastalking/{SECRET} HTTP/1.1\r\nHost: here\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    f"Content-Length: {len(FORM)}\r\n\r\n{FORM}"
).encode()
PAGE: Final = b"GET /health/live HTTP/1.1\r\nHost: here\r\n\r\n"
LONG: Final = 300.0  # a drain that only a second signal ends


OPEN: Final[list[socket.socket]] = []


@pytest.fixture(autouse=True)
def closed_lines() -> Iterator[None]:
    """Close the connections of a test at its end."""
    yield
    while OPEN:
        OPEN.pop().close()


class Line:
    """A connection that stays open until the end of the test."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        OPEN.append(self._socket)

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def answer(self) -> tuple[int, str]:
        """The status of the next answer, and what it says of the connection."""
        answer = http.client.HTTPResponse(self._socket)
        answer.begin()
        answer.read()
        return answer.status, answer.headers.get("Connection", "")

    def ask(self, data: bytes) -> tuple[int, str]:
        self.send(data)
        return self.answer()

    def is_closed(self) -> bool:
        """Whether the server has closed it, after a wait."""
        return self._socket.recv(1) == b""


@contextmanager
def serving(folder: Path, *words: str, drain: float) -> Iterator[tuple[subprocess.Popen[str], int]]:
    settings = {"ZIN_ENV": "production", "ZIN_SECRET": SECRET, "ZIN_DATA": str(folder)}
    assert zin("migrate", **settings).returncode == 0
    port = free_port()
    own = {"ZIN_PORT": str(port), "ZIN_DRAIN_SECONDS": str(drain)}
    process = subprocess.Popen([*ZIN, "serve", *words], env=os.environ | settings | own, text=True)
    try:
        until = time.monotonic() + PATIENCE
        while ready(port) != 200:
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
        yield process, port
    finally:
        end_with_children(process)


def ready(port: int) -> int:
    try:
        return Line(port).ask(PAGE.replace(b"live", b"ready"))[0]
    except OSError:
        return 0


def stopping(process: subprocess.Popen[str], port: int) -> None:
    """Ask it to stop, and wait until it says so."""
    process.send_signal(signal.SIGTERM)
    until = time.monotonic() + PATIENCE
    while ready(port) != 503:
        assert time.monotonic() < until
        time.sleep(0.02)


def test_draining_server_is_not_ready_and_serves_on(tmp_path: Path) -> None:
    with serving(tmp_path, drain=LONG) as (process, port):
        lines = [Line(port), Line(port)]
        assert [lines[0].ask(HOP), lines[1].ask(PAGE)] == [(200, ""), (200, "")]
        stopping(process, port)
        assert [lines[0].ask(HOP), lines[1].ask(PAGE)] == [(200, "close")] * 2
        assert [line.is_closed() for line in lines] == [True, True]
        assert [Line(port).ask(HOP), Line(port).ask(PAGE)] == [(200, "close")] * 2
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0


def test_all_workers_drain(tmp_path: Path) -> None:
    with serving(tmp_path, "--workers", "2", drain=LONG) as (process, port):
        workers = children_of(process.pid, "zin worker")
        process.send_signal(signal.SIGTERM)
        until = time.monotonic() + PATIENCE
        in_a_row = 0
        while in_a_row < 8:  # connections go to the workers in turn
            in_a_row = in_a_row + 1 if ready(port) == 503 else 0
            assert time.monotonic() < until
        assert Line(port).ask(HOP) == (200, "close")
        assert len(workers) == 2
        for worker in workers:
            os.kill(worker, signal.SIGTERM)
        assert process.wait(PATIENCE) == 0


@pytest.mark.parametrize("words", [(), ("--workers", "2")], ids=["one", "two"])
def test_requests_on_their_way_are_answered(tmp_path: Path, words: tuple[str, ...]) -> None:
    with serving(tmp_path, *words, drain=0) as (process, port):
        in_part, silent = Line(port), Line(port)
        in_part.send(HOP[:-5])
        idle = Line(port)
        assert idle.ask(HOP) == (200, "")
        process.send_signal(signal.SIGTERM)
        until = time.monotonic() + PATIENCE
        while listeners(port):
            assert time.monotonic() < until
            time.sleep(0.001)
        in_part.send(HOP[-5:])
        assert in_part.answer() == (200, "close")
        assert silent.ask(HOP) == (200, "close")
        assert idle.is_closed()
        assert process.wait(PATIENCE) == 0
