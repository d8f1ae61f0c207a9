"""A chosen language outlives the process that took it, and the store that has it first."""

from __future__ import annotations

import asyncio
import signal
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from database import open_database, tables
from settings import Settings
from tests.support.patience import PATIENCE
from tests.support.server_process import serving
from tests.support.valkey import Server

pytestmark = [pytest.mark.slow, pytest.mark.kill]

PHONE = "+2290190000001"


def screen(port: int, call: str, text: str) -> str:
    """The screen of this call after these inputs."""
    form = {"sessionId": call, "serviceCode": "*384*229#", "phoneNumber": PHONE, "text": text}
    body = urllib.parse.urlencode(form).encode()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/ussd/africastalking/demo", body, timeout=PATIENCE) as answer:
        return str(answer.read().decode())


def rows(data: Path) -> list[dict[str, Any]]:
    """The preferences in SQL."""

    async def read() -> list[dict[str, Any]]:
        database = open_database(Settings(data=data))
        try:
            return await database.rows(select(tables.preferences))
        finally:
            await database.close()

    return asyncio.run(read())


def test_choice_outlives_the_kill_of_its_process_and_another_knows_it_at_once(
    tmp_path: Path, own_valkey: Server
) -> None:
    settings = {"ZIN_REDIS_URL": own_valkey.url}
    with serving(tmp_path, **settings) as (_, other):
        with serving(tmp_path, **settings) as (process, port):
            offered = screen(port, "c1", "")
            chosen = screen(port, "c1", "2")
            process.kill()
            process.wait()
        assert screen(other, "c2", "") == chosen != offered
    with serving(tmp_path, **settings) as (_, port):
        assert screen(port, "c3", "") == chosen


def test_choice_is_in_sql_soon_and_outlives_an_emptied_store(tmp_path: Path, own_valkey: Server) -> None:
    settings = {"ZIN_REDIS_URL": own_valkey.url}
    with serving(tmp_path, **settings) as (process, port):
        screen(port, "c1", "")
        screen(port, "c1", "2")
        started, until = screen(port, "c2", ""), time.monotonic() + PATIENCE
        while not [row for row in rows(tmp_path) if row["language"]] and time.monotonic() < until:
            time.sleep(0.1)
        own_valkey.say("FLUSHALL")
        assert screen(port, "c3", "") == started
        screen(port, "c4", "LANGUE")
        screen(port, "c4", "LANGUE*1")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE) == 0
    assert [row["language"] for row in rows(tmp_path)] == ["fr"]
