"""A profile adds up what the sampled server wrote."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.processes import ROOT
from bench.profile import Function, add_up, describe, module_of, package_of, print_profile, read_stacks

OURS = (str(ROOT / "state/store/redis.py"), "RedisSessionStore.get", 9)
SERVER = (str(ROOT / "server.py"), "build", 1)
AIOHTTP = (str(ROOT / ".venv/lib/python3.11/site-packages/aiohttp/web_app.py"), "Application._handle", 7)
STANDARD = ("/usr/lib/python3.11/asyncio/events.py", "Handle._run", 3)


@pytest.mark.parametrize(
    ("place", "module", "package"),
    [
        (OURS, "state/store/redis.py", "state/store"),
        (SERVER, "server.py", "server.py"),
        (AIOHTTP, "aiohttp/web_app.py", "aiohttp"),
        (STANDARD, "asyncio/events.py", "asyncio"),
        (("/usr/lib/python3.11/selectors.py", "select", 1), "selectors.py", "selectors"),
        (("<frozen abc>", "__instancecheck__", 1), "<frozen abc>", "<frozen abc>"),
        (("other threads", "", 0), "other threads", "other threads"),
    ],
)
def test_function_belongs_to_a_module_and_a_package(place: tuple[str, str, int], module: str, package: str) -> None:
    function = Function(*place)
    assert (module_of(function), package_of(function)) == (module, package)


def test_time_of_a_function_is_its_own_and_that_of_its_callers(tmp_path: Path) -> None:
    generated = ("<string>", "__init__", 2)
    rows = [(3.0, [OURS, AIOHTTP, STANDARD]), (1.0, [generated, OURS, AIOHTTP, STANDARD]), (1.0, [AIOHTTP, STANDARD])]
    (tmp_path / "stacks.json").write_text(json.dumps(rows))
    own, whole = add_up(read_stacks(tmp_path / "stacks.json"), package_of)
    assert dict(own) == {"state/store": 4.0, "aiohttp": 1.0}
    assert dict(whole) == {"state/store": 4.0, "aiohttp": 5.0, "asyncio": 5.0}


def test_recursion_counts_once() -> None:
    own, whole = add_up({(Function(*OURS), Function(*OURS)): 2.0}, describe)
    assert list(own.values()) == list(whole.values()) == [2.0]


def test_profile_is_printed_in_microseconds_of_a_hop(capsys: pytest.CaptureFixture[str]) -> None:
    print_profile({(Function(*OURS), Function(*STANDARD)): 0.003, (Function(*STANDARD),): 0.001}, hops=100)
    printed = capsys.readouterr().out.splitlines()
    assert "    75.0    30.00    75.0    30.00  state/store" in printed
    assert "    25.0    10.00   100.0    40.00  asyncio" in printed
    assert printed[-1] == "    75.0    30.00    75.0    30.00  state/store/redis.py:9 RedisSessionStore.get"
