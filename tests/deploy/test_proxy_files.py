"""The files for nginx and HAProxy let through what docs/deployment.md lists, and write no secret into a log."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.processes import free_port
from tests.support.front_proxies import KINDS, Proxy, prepare, proxied
from tests.support.proxy_backends import Backend, QuietServer, Unready, answer, status
from tests.support.threaded_server import running

pytestmark = pytest.mark.slow

PAGE = Path(__file__).parents[2] / "docs" / "deployment.md"
UNITS = {"KiB": 1024, "MiB": 1024**2, "MB": 10**6}
METHODS = {"GET", "POST", "PUT", "DELETE", "PATCH"}
SECRET = "k7Vd0bq3XyW9sTz1mNc5Ra"
INSIDE, OUTSIDE = "127.0.0.0/8", "10.99.0.0/16"


@dataclass(frozen=True, slots=True)
class Allowed:
    """A row of the table: a path that is reached, its methods, and the largest body in bytes."""

    path: str
    methods: frozenset[str]
    most: int


def table() -> list[Allowed]:
    rows = re.findall(r"^ +\| (`/.*?) \| ([A-Z, ]+) \| (.*?) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    found = []
    for paths, methods, sizes in rows:
        (path,) = re.findall(r"`(/[^`]*)`", paths)
        allowed = frozenset(methods.split(", "))
        for size, unit, special in re.findall(r"(\d+) ([KM]i?B)((?: (?:for|and) `[^`]+`)*)", sizes):
            for one in re.findall(r"`([^`]+)`", special) or [below(path)]:
                found.append(Allowed(one, allowed, int(size) * UNITS[unit]))
    return found


def below(path: str) -> str:
    """An address that begins with this path."""
    names = {"/ussd/": f"africastalking/{SECRET}", "/sms/": f"africastalking/{SECRET}", "/bureau/": "menus"}
    return f"{path}{names.get(path, '')}" if path != "/api/v1" else "/api/v1/messages"


TABLE = table()


@pytest.fixture(scope="module")
def backend() -> Iterator[int]:
    with running(QuietServer(("127.0.0.1", 0), Backend)) as port:
        yield port


@pytest.fixture(scope="module", params=KINDS)
def proxy(request: pytest.FixtureRequest, backend: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    with proxied(request.param, tmp_path_factory.mktemp("proxy"), (backend, backend), INSIDE) as one:
        yield one


@pytest.mark.parametrize("host", ["localhost", "zin.example:8443", "[::1]:8443"])
def test_host_reaches_zin_with_its_port(proxy: Proxy, host: str) -> None:
    came = answer(proxy, f"GET /bureau/menus HTTP/1.1\r\nHost: {host}\r\n\r\n")
    assert f"x-host-seen: {host}\r\n" in came.lower()


def test_caller_without_a_host_is_served(proxy: Proxy) -> None:
    assert " 200 " in answer(proxy, f"GET /ussd/africastalking/{SECRET} HTTP/1.0\r\n\r\n").partition("\r\n")[0]


def test_caller_chooses_no_trace(proxy: Proxy) -> None:
    header = f"traceparent: 00-{'a' * 32}-{'b' * 16}-01"
    request = f"GET /ussd/africastalking/{SECRET} HTTP/1.1\r\nHost: localhost\r\n{header}\r\n\r\n"
    assert "x-trace-seen: none\r\n" in answer(proxy, request).lower()


@pytest.mark.parametrize("kind", KINDS)
def test_calls_reach_servers_that_are_not_ready(kind: str, tmp_path: Path) -> None:
    with (
        running(QuietServer(("127.0.0.1", 0), Unready)) as server,
        proxied(kind, tmp_path, (server, server), INSIDE) as proxy,
    ):
        codes = []
        for row in (one for one in TABLE * 6 if "GET" in one.methods):
            codes.append(status(proxy, "GET", row.path))
            time.sleep(0.1)  # until its checks have failed
    assert set(codes) == {200}


@pytest.mark.parametrize("kind", KINDS)
def test_shipped_file_is_accepted_by_its_program(kind: str, tmp_path: Path) -> None:
    command = prepare(kind, tmp_path, free_port(), (1, 2))
    check = "-t" if kind == "nginx" else "-c"
    ran = subprocess.run([*command, check], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "warn" not in (ran.stdout + ran.stderr).lower()


def test_table_has_every_path_of_the_gateways() -> None:
    assert {re.match("/[a-z]+", one.path)[0] for one in TABLE} == {  # type: ignore[index]
        *("/ussd", "/sms", "/whatsapp", "/telegram", "/api", "/bureau")
    }
    assert len(TABLE) == 8


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.path)
def test_proxy_lets_through_the_methods_of_the_table(proxy: Proxy, row: Allowed) -> None:
    found = {method: status(proxy, method, row.path) for method in METHODS}
    assert {method for method, code in found.items() if code == 200} == row.methods
    assert {code for method, code in found.items() if method not in row.methods} <= {403, 405}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.path)
def test_proxy_lets_through_the_bodies_of_the_table(proxy: Proxy, row: Allowed) -> None:
    assert status(proxy, "POST", row.path, row.most) == 100
    largest = row.most if row.most % 1024 == 0 else 100 * UNITS["MiB"]  # the form around a file needs some more
    assert status(proxy, "POST", row.path, largest + 1) == 413


@pytest.mark.parametrize("path", ["/", "/metrics", "/health/ready", "/health/live", "/uss", "/whatsapp/x"])
def test_proxy_hides_all_other_paths(proxy: Proxy, path: str) -> None:
    assert status(proxy, "GET", path) == 404


@pytest.mark.parametrize("kind", KINDS)
def test_desk_and_api_are_for_inner_networks(kind: str, backend: int, tmp_path: Path) -> None:
    with proxied(kind, tmp_path, (backend, backend), OUTSIDE) as proxy:
        inner = [row.path for row in TABLE if row.path.startswith(("/bureau", "/api"))]
        assert len(inner) == 4
        assert {path: status(proxy, "GET", path) for path in [*inner, "/bureau/connexion"]} == dict.fromkeys(
            [*inner, "/bureau/connexion"], 403
        )
        assert status(proxy, "POST", f"/ussd/africastalking/{SECRET}") == 200


@pytest.mark.parametrize("kind", KINDS)
def test_proxy_writes_no_secret_into_its_log(kind: str, backend: int, tmp_path: Path) -> None:
    nowhere = free_port()
    with proxied(kind, tmp_path, (nowhere, nowhere), INSIDE) as proxy:
        for path, most in ((f"/ussd/africastalking/{SECRET}", 8), (f"/sms/africastalking/{SECRET}", 128)):
            assert status(proxy, "POST", path) in (502, 503)
            assert status(proxy, "POST", path, 1024 * most + 1000) == 413
            assert status(proxy, "DELETE", path) in (403, 405)
        assert status(proxy, "GET", f"/whatsapp?hub.verify_token={SECRET}") in (502, 503)
    log = proxy.log()
    assert "ussd" in log
    assert SECRET not in log
