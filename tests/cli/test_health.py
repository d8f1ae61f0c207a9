"""`zin health`: whether the server of the settings is ready, as an exit code and a line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from bench.processes import free_port
from tests.support.server_process import zin
from tests.support.threaded_server import running

pytestmark = pytest.mark.slow


@contextmanager
def answering(status: int, text: str) -> Iterator[int]:
    """A server whose every answer is this one; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/health/ready" else 200)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    with running(HTTPServer(("127.0.0.1", 0), Handler)) as port:
        yield port


def test_ready_server_is_healthy() -> None:
    with answering(200, "ready\n") as port:
        run = zin("health", ZIN_PORT=str(port), ZIN_HOST="127.0.0.1")
    assert (run.returncode, run.stdout, run.stderr) == (0, "ready\n", "")


def test_server_that_is_not_ready_says_why() -> None:
    with answering(503, "not ready: rows\n") as port:
        run, live = zin("health", ZIN_PORT=str(port)), zin("health", "--live", ZIN_PORT=str(port))
    assert (run.returncode, run.stdout, run.stderr) == (1, "", "not ready: rows\n")
    assert live.returncode == 0


def test_absent_server_is_one_line() -> None:
    port = free_port()
    run = zin("health", ZIN_PORT=str(port))
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == f"no answer on port {port}: [Errno 111] Connection refused\n"
