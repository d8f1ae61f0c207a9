"""The command line as a process of its own, and what a test needs to watch a server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from bench.processes import free_port
from tests.support.patience import PATIENCE

ZIN = (sys.executable, "-m", "cli.main")


@contextmanager
def serving(data: Path, *words: str, **settings: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A server of its own, once it answers; ended by its pid."""
    port = free_port()
    environment = os.environ | {"ZIN_DATA": str(data), "ZIN_PORT": str(port)} | settings
    process = subprocess.Popen([*ZIN, "serve", *words], env=environment, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip
    try:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and process.poll() is None:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5).close()
                break
            except OSError:
                time.sleep(0.05)
        else:
            assert process.poll() is not None, f"not ready after {PATIENCE} s"
        yield process, port
    finally:
        end_with_children(process)
        process.communicate()


def children_of(parent: int, name: str = "") -> list[int]:
    """The processes below this one, those whose name (proc(5), comm) holds these words."""
    found = []
    for pid in map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text().split()):
        if name in Path(f"/proc/{pid}/comm").read_text():
            found.append(pid)
        found += children_of(pid, name)
    return found


def listeners(port: int) -> int:
    """How many sockets listen on this port, one for each worker that serves. Source: proc(5), net/tcp."""
    sockets = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(fields[3] == "0A" and fields[1].endswith(f":{port:04X}") for fields in sockets)


def end(pids: list[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def end_with_children(process: subprocess.Popen[Any]) -> None:
    """End a process and all that it started, whatever state it is in, and wait for it."""
    if process.poll() is None:
        children = children_of(process.pid)
        process.kill()
        end(children)
        process.wait(PATIENCE)


def hop(port: int, text: str, phone: str = "+2290190000001") -> str:
    form = {"sessionId": f"s{phone}", "serviceCode": "*384*229#", "phoneNumber": phone, "text": text}
    body = urllib.parse.urlencode(form).encode()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/ussd/africastalking/demo", body, timeout=PATIENCE) as answer:
        return str(answer.read().decode())


def zin(*words: str, given: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    """One run of the command line with these settings."""
    return subprocess.run([*ZIN, *words], input=given, capture_output=True, text=True, timeout=PATIENCE,
                          env=os.environ | settings, check=False)  # fmt: skip
