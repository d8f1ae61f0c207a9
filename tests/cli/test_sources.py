"""The verbs `zin sources`, as the developer of an administration types them."""

from __future__ import annotations

import asyncio
import re
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Final

import pytest
from aiohttp import web
from click.testing import CliRunner, Result

from accounts.audit import Audit
from cli.main import main
from tests.support.database import Registry
from tests.support.declared_api import PASSPORT, Api
from tests.support.ministry_source import MENUS
from tests.support.patience import PATIENCE

pytestmark = pytest.mark.slow

ROUTED: Final = """\
title: Selon la référence
question: requests.status
by: {prefix: {EX: common, CJ: justice, EC: register}}
"""
FOUND: Final = {"outcome": "found", "service": "Passeport", "status": "ready", "updated": "2026-09-28"}
Zin = Callable[..., Awaitable[Result]]


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    api = Api(web.json_response(FOUND))
    await api.open()
    yield api
    await api.close()


@pytest.fixture
def menus(tmp_path: Path) -> Path:
    """Our menus with two APIs for requests, a routing, and a question that no screen asks."""
    menus = shutil.copytree(MENUS, tmp_path / "menus")
    common = (menus / "sources" / "requests.yaml").read_text(encoding="utf-8")
    for name in ("common", "justice"):
        text = common.replace("Demandes, par l'API commune", name)
        text = text.replace("ZIN_REQUESTS_URL", f"ZIN_MINISTRY_{name.upper()}")
        (menus / "sources" / f"{name}.yaml").write_text(text, encoding="utf-8")
    (menus / "sources" / "requests.yaml").unlink()
    (menus / "sources" / "all.yaml").write_text(ROUTED, encoding="utf-8")
    (menus / "sources" / "passports.yaml").write_text(PASSPORT.replace("http://127.0.0.1:1", "http://0.0.0.0:1"))
    return menus


@pytest.fixture
def zin(registry: Registry, menus: Path, api: Api) -> Zin:
    environment = {
        "ZIN_DATA": str(registry.settings.data),
        "ZIN_DATABASE_URL": registry.settings.database_url.get_secret_value(),
        "ZIN_MENUS": str(menus),
        "ZIN_MINISTRY_COMMON": api.url,
    }

    async def run(*words: str, **settings: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, main, ["sources", *words], env=environment | settings)

    return run


async def test_each_source_is_listed_with_its_state(zin: Zin, api: Api) -> None:
    lines = (await zin("list")).output.splitlines()
    assert [line.partition(" : ")[0] for line in lines] == ["all", "common", "justice", "passports"]
    assert lines[0].endswith("selon la référence : EX → common, CJ → justice, EC → register")
    assert lines[1].endswith(f"requests.status ; {api.url.removeprefix('http://')} ; prête")
    assert lines[2].endswith("sans adresse ; éteinte, il manque ZIN_MINISTRY_JUSTICE : la table de Zin répond")
    off = "éteinte : une démonstration au secret « demo » n'interroge aucun vrai système"
    assert lines[3].endswith(f"; 0.0.0.0:1 ; {off}")


@pytest.mark.parametrize("name", ["common", "all"])
async def test_try_shows_what_a_citizen_reads(zin: Zin, api: Api, name: str) -> None:
    shown = await zin("try", name, "reference=EX-000001", "proof=0001")
    assert shown.exit_code == 0
    assert re.match(r"common \(common\) : « found » en \d+ ms\n\nÉcran requests.status :\n", shown.output)
    assert "Passeport\nDemande EX-000001 : Prete\nDepuis le 28 septembre 2026" in shown.output
    assert len(api.requests) == 1


FAILURES = [
    (web.Response(status=500), "aucune ligne de outcomes n'a status: 500"),
    (web.json_response({**FOUND, "updated": "x"}), "le fait « updated » manque dans cette réponse"),
    (web.json_response({**FOUND, "status": "x"}), "« status » a une valeur sans texte"),
    (web.Response(text="<html>", content_type="text/html"), "la réponse n'est pas du JSON"),
]


@pytest.mark.parametrize(("answer", "why"), FAILURES)
async def test_try_says_why_there_is_no_answer(zin: Zin, api: Api, answer: web.Response, why: str) -> None:
    api.instead = answer
    shown = (await zin("try", "common", "reference=EX-000001", "proof=0001")).output
    assert f"\nPourquoi : {why}" in shown
    assert "Le service des demandes ne répond pas pour le moment." in shown


WRONG = [
    (("nope",), "il n'y a pas de source « nope ». Il y a : all, common, justice, passports."),
    (("common", "reference=EX1"), "il faut reference=… (code), proof=… (proof). Une réponse manque"),
    (("all", "reference=ZZ1", "proof=0001"), "personne n'est interrogé pour cette référence"),
    (("common", "reference"), "écrivez clé=valeur"),
]


@pytest.mark.parametrize(("words", "said"), WRONG)
async def test_wrong_words_get_one_clear_line(zin: Zin, api: Api, words: tuple[str, ...], said: str) -> None:
    shown = await zin("try", *words)
    assert shown.exit_code == 2
    assert said in shown.output.splitlines()[-1]
    assert not api.requests


async def test_trial_of_a_real_person_is_in_the_audit(zin: Zin, registry: Registry) -> None:
    own = "a-secret-of-the-tests-0123456789"
    asked = ("passports", "reference=PP-1", "birth_date=1990-03-05")
    shown = await zin("try", *asked, "--reason", "essai", ZIN_SECRET=own)
    assert "« unavailable »" in shown.output
    found = [one for one in await Audit(registry.database).last(9) if one.action == "trial real files"]
    assert [(one.subject, one.details["reason"]) for one in found] == [("source passports", "essai")]


async def test_mock_answers_try_until_it_is_stopped(zin: Zin, menus: Path) -> None:
    words = ("-m", "cli.main", "sources", "mock", "common", "--port", "0", "--menus", str(menus))
    mock = await asyncio.create_subprocess_exec(sys.executable, *words, stdout=asyncio.subprocess.PIPE)
    assert mock.stdout
    try:
        async with asyncio.timeout(PATIENCE):
            line = (await mock.stdout.readline()).decode()
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert found, line
        shown = await zin("try", "common", "reference=EX-000002", "proof=1990-03-05", ZIN_MINISTRY_COMMON=found[0])
        assert "Il manque une photo." in shown.output
    finally:
        mock.send_signal(signal.SIGINT)
        out, _ = await mock.communicate()
    assert out.decode().splitlines() == ["POST : 200, exemple « found »", "Fini."]


async def test_routing_is_not_imitated(zin: Zin) -> None:
    shown = await zin("mock", "all")
    assert shown.exit_code == 2
    assert shown.output == "« all » répartit une question : imitez une des sources qu'il nomme.\n"
