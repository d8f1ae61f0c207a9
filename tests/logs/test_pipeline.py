"""What a process writes on standard error while strangers, citizens and libraries misbehave: nothing of anybody."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from pydantic import SecretStr
from structlog.typing import EventDict

from bench.processes import free_port
from logs.exceptions import exception_summary
from logs.masking import MASK, Masking, known_secrets
from server import build
from settings import Address, Settings
from tests.support.logging_server import MARKER, PHONE, PLACES
from tests.support.patience import PATIENCE
from tests.support.server_process import zin

pytestmark = pytest.mark.slow

SECRET = "k7Vd0bq3XyW9sTz1mNc5Ra"
TYPED = ("97123456", "97 12 34 56", MARKER, SECRET)
FLOORS = [*PLACES, "libraries"]


@dataclass(frozen=True, slots=True)
class Running:
    """A server in a process of its own, and what it wrote."""

    process: subprocess.Popen[str]
    port: int

    def post(self, path: str, **fields: str) -> bytes:
        body = urlencode(fields)
        kind = "Content-Type: application/x-www-form-urlencoded"
        return self.send(f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{kind}\r\nConnection: close\r\n"
                         f"Content-Length: {len(body)}\r\n\r\n{body}".encode())  # fmt: skip

    def send(self, raw: bytes) -> bytes:
        """The answer to these bytes, after which no more come."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as line, suppress(ConnectionError):
            line.sendall(raw)
            line.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: line.recv(65536), b""))
        return b""

    def break_floor(self, name: str) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{name}\n")
        self.process.stdin.flush()
        assert f"broken {name}\n" in iter(self.process.stdout.readline, "")  # after messages that a demo shows


@contextmanager
def running(folder: Path, env: str) -> Iterator[Running]:
    port = free_port()
    settings = {"ZIN_ENV": env, "ZIN_SECRET": SECRET, "ZIN_PORT": str(port), "ZIN_DATA": str(folder / "data")}
    assert zin("migrate", **settings).returncode == 0
    with (folder / "stderr").open("w") as stderr:
        command = [sys.executable, "-m", "tests.support.logging_server"]
        process = subprocess.Popen(command, env=os.environ | settings, text=True,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr)  # fmt: skip
    try:
        assert process.stdout
        assert process.stdout.readline().startswith(f"Zin {env}"), (folder / "stderr").read_text()
        yield Running(process, port)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
        process.communicate()


def paths() -> list[str]:
    """Every address that the server answers, with the secret or a number where something is filled in."""
    app = build(Settings(secret=SecretStr(SECRET)))
    found = {route.resource.canonical for route in app.router.routes() if route.resource}
    return sorted(re.sub(r"\{[^}]+\}", PHONE.replace(" ", ""), one.replace("{secret}", SECRET)) for one in found)


def malformed(path: str) -> Iterator[bytes]:
    """Requests that no gateway and no browser sends, each with the number and what was typed."""
    phone, host = PHONE.replace(" ", "%20"), "Host: localhost"
    chunked = f"POST {path}?from={phone} HTTP/1.1\r\n{host}\r\nTransfer-Encoding: chunked\r\n\r\n"
    yield f"POST {path}?from={phone} HTTP/9.9\r\n{host}\r\n\r\n".encode()
    yield f"P\x00ST {path}?from={phone} HTTP/1.1\r\n{host}\r\n\r\n".encode()
    yield f"POST {path}?from={phone} {MARKER}\r\n{host}\r\n\r\n".encode()
    yield f"POST {path}\r\n{host}\r\n\r\n".encode()
    yield f"POST {path} HTTP/1.1\r\n{host}\r\nFrom {PHONE}\x00{MARKER}\r\n\r\n".encode()
    yield f"POST {path} HTTP/1.1\r\n{host}\r\nContent-Length: {MARKER}\r\n\r\n".encode()
    yield f"POST {path} HTTP/1.1\r\n{host}\r\nX: {MARKER * 600}{PHONE}\r\n\r\n".encode()
    yield f"{chunked}{MARKER}\r\n{PHONE}\r\n0\r\n\r\n".encode()
    yield f"{chunked}5\r\n{MARKER}{PHONE}".encode()


def use(server: Running) -> None:
    """A call, an SMS and a page, with the number and what was typed."""
    who = {"sessionId": "s1", "serviceCode": "*384*229#", "phoneNumber": PHONE.replace(" ", "")}
    for text in ("", "1", f"1*3*{MARKER}", "1*3*1*97123456"):
        server.post(f"/ussd/africastalking/{SECRET}", **who, text=text)
    sms = {"from": PHONE, "text": f"{MARKER} 97123456", "id": MARKER, "to": "5000"}
    server.post(f"/sms/africastalking/{SECRET}", **sms)
    server.post(f"/sms/africastalking/{SECRET}/reports", id=MARKER, status=MARKER, phoneNumber=PHONE)
    server.send(f"GET /bureau/carte?q={MARKER} HTTP/1.1\r\nHost: localhost:{server.port}\r\n\r\n".encode())


@pytest.mark.parametrize("env", ["demo", "production"])
def test_log_lines_contain_no_secret_number_or_input(tmp_path: Path, env: str) -> None:
    with running(tmp_path, env) as server:
        for number, path in enumerate(paths()):
            every = list(malformed(path))
            for raw in every if SECRET in path else (every[number % len(every)], every[-1]):
                server.send(raw)
        for floor in FLOORS:
            server.break_floor(floor)
            use(server)
    written = (tmp_path / "stderr").read_text()
    assert [one for one in TYPED if one in written] == []
    assert "Traceback" not in written
    for event in ("aiohttp.server", "hop failed", "printed", "python warning", "thread failed", "exception ignored"):
        assert event in written
    assert "LeakingFault at tests/support/logging_server.py:" in written
    assert "uncaught exception" in written
    if env == "production":
        assert all({"event", "level", "timestamp"} <= json.loads(line).keys() for line in written.splitlines())


def masked(**values: Any) -> EventDict:
    address = "sentinel://:pass%40word@localhost/zin/0?sentinel_password=other%2Fword"
    mask = Masking(known_secrets(Settings(secret=SecretStr(SECRET), redis_url=Address(address))))
    return dict(mask(None, "info", {"event": "x", **values}))


class Talkative:
    def __repr__(self) -> str:
        return MARKER


@pytest.mark.parametrize(
    "value",
    [PHONE, "0197123456", "tel:97123456.", "97-12-34-56", "01.97.12.34.56", "(01) 97 12 34 56", 22901971, SECRET,
     f"/sms/{SECRET}/", "redis: pass@word", "pass%40word", "other/word", "97\u202f12\u202f34\u202f56"],
)  # fmt: skip
def test_numbers_and_secrets_are_masked_everywhere(value: str | int) -> None:
    for line in (masked(why=value), masked(why=[{"deep": (value,)}]), masked(event=value)):
        assert MASK in str(line)
        assert str(value) not in str(line)


def test_measurements_are_not_masked() -> None:
    plain = {"seconds": 12345678.9, "bytes": 123456789, "hops": 12, "version": "0a1b2c3d4e5f60718293", "at": "x.py:12"}
    assert masked(**plain) == {"event": "x", **plain}
    assert masked(thing=Talkative()) == {"event": "x", "thing": "Talkative"}


def test_demonstration_secret_masks_no_word() -> None:
    assert Masking(known_secrets(Settings()))(None, "info", {"event": "a demonstration"}) == {
        "event": "a demonstration"
    }


def test_exception_summary_has_types_codes_and_place() -> None:
    try:
        try:
            Path(f"/no/{MARKER}").read_text()
        except OSError as missing:
            raise ExceptionGroup(MARKER, [ValueError(MARKER), KeyError(MARKER)]) from missing
    except ExceptionGroup as group:
        summary = exception_summary(group)
    assert re.findall(r"(?:^|; from )(\S+) at", summary) == [
        "ExceptionGroup", "KeyError", "ValueError", "FileNotFoundError(ENOENT)"]  # fmt: skip
    assert "tests/logs/test_pipeline.py:" in summary
    assert MARKER not in summary
