"""A real Valkey for the tests, on a unix socket; ends with the tests, by its own pid.

valkey_url is one server for all tests, emptied before each; own_valkey is one to kill and start again.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from state.store.server_location import binary_path, socket_path
from tests.support.patience import PATIENCE


class Server:
    """One Valkey process. Unless its options say otherwise it keeps nothing on the disk: started again, it is empty."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder, self.socket, self._options = folder, socket_path(folder), options
        self.url = f"unix://{quote(str(self.socket))}"

    def start(self) -> None:
        self.begin()
        until = time.monotonic() + PATIENCE
        while self._process.poll() is None and time.monotonic() < until:
            try:
                if self.say("PING") == b"+PONG\r\n":
                    return
            except OSError:
                time.sleep(0.01)
        raise AssertionError("no Valkey for the tests")

    def begin(self, *options: str) -> None:
        """Start it with these options more, and do not wait until it answers."""
        command = [
            binary_path(),
            "--port",
            "0",
            "--unixsocket",
            str(self.socket),
            "--save",
            "",
            "--dir",
            str(self.folder),
            *self._options,
            *options,
        ]
        # SIGXFSZ stays ignored: a limit of the size of its files is then a full disk, and no crash.
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, restore_signals=False)

    def say(self, command: str) -> bytes:
        """The first line of the answer to one inline command, on a connection of its own."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(PATIENCE)
            line.connect(str(self.socket))
            line.sendall(command.encode() + b"\r\n")
            return line.makefile("rb").readline()

    def whole(self, command: str) -> str:
        """The whole answer to one inline command, where that is one text or number."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(PATIENCE)
            line.connect(str(self.socket))
            line.sendall(command.encode() + b"\r\n")
            answer = line.makefile("rb")
            first = answer.readline()
            return (answer.read(int(first[1:])) if first.startswith(b"$") else first[1:].strip()).decode()

    def hang(self) -> None:
        """Stand still, connected and silent."""
        os.kill(self.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    @property
    def pid(self) -> int:
        return self._process.pid

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


@pytest.fixture(scope="session")
def _shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("valkey"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def shared_valkey(_shared: Server) -> Server:
    _shared.say("FLUSHALL")
    return _shared


@pytest.fixture
def valkey_url(shared_valkey: Server) -> str:
    return shared_valkey.url


@pytest.fixture
def own_valkey(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    server.start()
    yield server
    server.kill()
