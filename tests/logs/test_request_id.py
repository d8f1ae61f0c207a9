"""The id of a request: a trusted proxy's or one of our own, made once, and inherited by later tasks."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from ipaddress import ip_network
from pathlib import Path

import pytest

from logs.request_id import (
    HEADER,
    add_request_id,
    begin_request,
    current_request_id,
    proxied_id,
    resume_request,
)

ROOT = Path(__file__).parents[2]
HEX, UUID = "0af7651916cd43dd8448eb211c80319c", "550E8400-e29b-41d4-a716-446655440000"
PROXIES = (ip_network("10.0.0.0/24"), ip_network("fd00::/8"))
GIVEN = [
    (HEX, "10.0.0.7", HEX),
    (UUID, "fd00::1", UUID),
    (HEX, "10.0.1.7", ""),
    (HEX, "", ""),
    ("", "10.0.0.7", ""),
]
REFUSED = ["2290190000001", "+2290190000001", "a" * 65, "awa.kossou", f"{HEX}\n", f" {HEX}", "é" * 32, "0" * 19]


@pytest.mark.parametrize(("written", "peer", "found"), GIVEN)
def test_id_is_believed_from_a_trusted_proxy_only(written: str, peer: str, found: str) -> None:
    assert proxied_id({HEADER: written} if written else {}, peer, PROXIES) == found


def test_no_proxy_is_trusted_unless_named() -> None:
    assert proxied_id({HEADER: HEX}, "10.0.0.7", ()) == ""


@pytest.mark.parametrize("written", REFUSED)
async def test_what_could_name_a_person_is_replaced(written: str) -> None:
    begin_request(written)
    assert re.fullmatch(r"[0-9a-f]{32}", current_request_id())


@pytest.mark.parametrize("given", ["", HEX])
async def test_later_tasks_have_the_same_id(given: str) -> None:
    begin_request(given)
    later = asyncio.create_task(_current())
    first = await later
    assert first == current_request_id() == (given or first)
    assert re.fullmatch(r"[0-9a-f]{32}", first)


async def _current() -> str:
    return current_request_id()


async def test_requests_of_two_tasks_have_two_ids() -> None:
    async def request() -> str:
        begin_request()
        await asyncio.sleep(0)
        return current_request_id()

    first, second = await asyncio.gather(request(), request())
    assert first != second
    assert current_request_id() == "", "nothing is left behind in the task that started them"


FORKS = """
import os
from contextlib import suppress
from logs.request_id import begin_request, current_request_id

for _ in range(2):
    if os.fork() == 0:
        break
begin_request()
os.write(1, current_request_id().encode() + b"\\n")  # at once, so that no two lines mix
with suppress(ChildProcessError):
    while True:
        os.wait()
"""


def test_forked_workers_have_ids_of_their_own() -> None:
    printed = subprocess.run([sys.executable, "-c", FORKS], cwd=ROOT, capture_output=True, check=True).stdout.split()
    assert len(printed) == len(set(printed)) == 3


async def test_stored_id_is_continued() -> None:
    resume_request("")
    assert add_request_id(None, "", {"event": "e"}) == {"event": "e"}
    resume_request(UUID)
    assert add_request_id(None, "", {"event": "e"}) == {"event": "e", "request_id": UUID}
