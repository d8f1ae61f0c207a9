"""Servers behind the real proxies of the tests, and requests to these proxies."""

from __future__ import annotations

import socket
import ssl
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.support.front_proxies import Proxy
from tests.support.patience import PATIENCE


class Backend(BaseHTTPRequestHandler):
    """A server that accepts every request with a body of any length."""

    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.send_header("X-Host-Seen", self.headers.get("Host", "none"))
        self.send_header("X-Trace-Seen", self.headers.get("traceparent", "none"))
        self.end_headers()

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = answer  # noqa: N815 - names of http.server

    def log_message(self, *_: object) -> None:
        """Print nothing."""


class QuietServer(ThreadingHTTPServer):
    """It says nothing of clients that leave, as the checks of HAProxy do."""

    def handle_error(self, *_: object) -> None:
        """Print nothing."""


class Unready(Backend):
    """A server that says it is not ready, and answers calls nevertheless: a store is away."""

    def answer(self) -> None:
        if self.path == "/health/ready":
            self.send_error(503)
        else:
            super().answer()

    do_GET = do_POST = answer  # noqa: N815 - names of http.server


def status(proxy: Proxy, method: str, path: str, announced: int = 0) -> int:
    """The first status that answers a request whose body of so many bytes is announced and not sent."""
    body = f"Content-Length: {announced}\r\nExpect: 100-continue\r\n" if announced else ""
    return int(answer(proxy, f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{body}\r\n").split()[1])


def answer(proxy: Proxy, request: str) -> str:
    """What comes first behind a request."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", proxy.port), PATIENCE) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as line,
    ):
        line.sendall(request.encode())
        return line.recv(4096).decode()
