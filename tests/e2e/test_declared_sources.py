"""A source file that is saved, or published, answers citizens of a running server at once."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from structlog.testing import capture_logs

from runtime.services import Services
from server import SERVICES, build
from settings import Settings
from tests.support.conversation import FRENCH_ONLY
from tests.support.declared_api import Api
from tests.support.ministry_source import MENUS
from tests.support.patience import PATIENCE
from tests.support.production import migrated

pytestmark = pytest.mark.slow

SECRET = "s" * 22
NUMBERS = count(90000001)
STATUS = "2*EX-000001*0001"
FOUND = {"outcome": "found", "service": "Acte de l'API", "status": "ready", "updated": "2026-09-28"}
AGENTS = """\
title: Agents
administration: Une administration d'exemple
question: agents.file
guarded: true
reference: number
needs: {number: code, birth_date: day}
request: {server: SERVER, path: /agents, method: POST, form: {n: "{number}", born: "{birth_date}"}}
outcomes:
  - {outcome: found, when: step}
  - {outcome: unknown}
facts:
  step: {from: step, most: 60}
  updated: {from: updated, kind: date}
  advice: {from: advice, most: 60, optional: true}
examples:
  - {ask: {number: "1", birth_date: 1990-03-05}, answer: '{"step": "Reçu", "updated": "2026-01-02"}', outcome: found}
  - {ask: {number: "2", birth_date: 1990-03-05}, answer: "{}", outcome: unknown}
"""
Client = TestClient[Any, Any]


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    api = Api(web.json_response(FOUND))
    await api.open()
    yield api
    await api.close()


@pytest.fixture
def menus(tmp_path: Path) -> Path:
    return shutil.copytree(MENUS, tmp_path / "menus")


@asynccontextmanager
async def serving(folder: Path, menus: Path, url: str, **settings: str) -> AsyncIterator[Client]:
    given = {"data": folder, "menus": menus, "locales": FRENCH_ONLY, "redis_url": url, **settings}
    async with TestClient(TestServer(build(await migrated(Settings.model_validate(given))))) as client:
        yield client


def parts(client: Client) -> Services:
    found: Services = client.app[SERVICES]
    return found


async def dial(client: Client, text: str, secret: str) -> str:
    number = next(NUMBERS)  # another citizen each time, who has no call to resume
    form = {"sessionId": f"s{number}", "serviceCode": "*384*229#", "phoneNumber": f"+22901{number}"}
    answer = await client.post(f"/ussd/africastalking/{secret}", data=form | {"networkCode": "61603", "text": text})
    return await answer.text()


def declare(menus: Path, server: str) -> None:
    common = (menus / "sources" / "requests.yaml").read_text(encoding="utf-8")
    (menus / "sources" / "requests.yaml").write_text(common.replace("server: ZIN_REQUESTS_URL", f"server: {server}"))


async def until_said(client: Client, text: str, secret: str, said: str) -> None:
    """Call again until this is read: a saved file takes effect in a moment."""
    async with asyncio.timeout(PATIENCE):
        while said not in await dial(client, text, secret):  # noqa: ASYNC110 - the change is in another task
            await asyncio.sleep(0.05)


async def test_saved_source_answers_without_a_restart(tmp_path: Path, menus: Path, valkey_url: str, api: Api) -> None:
    async with serving(tmp_path, menus, valkey_url) as client:
        assert "EXEMPLE" in await dial(client, STATUS, "demo")
        declare(menus, api.url)
        await until_said(client, STATUS, "demo", "Acte de l'API")
        assert "EXEMPLE" not in await dial(client, STATUS, "demo")


async def test_new_question_is_asked_without_a_restart(tmp_path: Path, menus: Path, valkey_url: str, api: Api) -> None:
    api.instead = web.json_response({"step": "Dossier vu par l'API", "updated": "2026-01-02"})
    async with serving(tmp_path, menus, valkey_url) as client:
        (menus / "sources" / "agents.yaml").write_text(AGENTS.replace("SERVER", api.url), encoding="utf-8")
        careers = (menus / "careers.yaml").read_text(encoding="utf-8")
        asking = careers.replace("from: careers.file", "from: agents.file")
        (menus / "careers.yaml").write_text(asking, encoding="utf-8")
        await until_said(client, "5*100001*05031990", "demo", "Dossier vu par l'API")
        assert api.bodies[-1] == b"n=100001&born=1990-03-05"


async def test_broken_source_changes_nothing(tmp_path: Path, menus: Path, valkey_url: str) -> None:
    async with serving(tmp_path, menus, valkey_url) as client:
        with capture_logs() as logs:
            declare(menus, "nowhere")
            async with asyncio.timeout(PATIENCE):
                while not any("requests.yaml:" in str(line.get("problem")) for line in logs):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
        assert "EXEMPLE" in await dial(client, STATUS, "demo")


async def test_in_production_a_source_answers_once_published(
    tmp_path: Path, menus: Path, valkey_url: str, api: Api
) -> None:
    ours = {"env": "production", "secret": SECRET}
    async with serving(tmp_path, menus, valkey_url, **ours) as client:
        declare(menus, api.url)
        versions = parts(client).versions
        staged = await versions.stage("awa", menus)
        assert "Acte de l'API" not in await dial(client, STATUS, SECRET)
        await versions.publish("awa", staged.version)
        await until_said(client, STATUS, SECRET, "Acte de l'API")
        await versions.rollback("awa")
        await until_said(client, STATUS, SECRET, "Aucune demande")
