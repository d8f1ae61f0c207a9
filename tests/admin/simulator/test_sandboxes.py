"""Sandboxes: only with their secret and form token, apart from the data of citizens, and counted nowhere."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Any

import orjson
import pytest
from prometheus_client import REGISTRY, generate_latest
from redis import Redis
from sqlalchemy import func, select

from admin.simulator.sandbox import derive_settings
from admin.simulator.sandboxes import FILE
from admin.simulator.simulator_page import PATHS
from database import tables
from database.sqlite import SQLite
from server import SERVICES
from tests.e2e.test_server import until
from tests.support.admin_client import open_admin_site, sign_in
from tests.support.browser import Making
from tests.support.patience import PATIENCE
from tests.support.sandbox_client import NUMBER, USSD, Trying, trying

pytestmark = pytest.mark.slow
CARD = """name: Carte d'exemple, pour apprendre
short: Carte d'exemple
theme: Collectivités locales
life_event: Avoir une pièce d’identité
administration: Mairie
words: [girafe]
cost: {value: 1500, source: affiche, as_of: 2026-11-24}
"""


async def rows(database: Any, table: Any) -> int:
    found = await database.rows(select(func.count().label("many")).select_from(table))
    return int(found[0]["many"])


def counted() -> list[str]:
    """The figures of what came through a door."""
    lines = generate_latest(REGISTRY).decode().split("\n")
    return [line for line in lines if line.startswith(("zin_hop", "zin_calls", "zin_turned"))]


async def test_wrong_sandbox_secret_is_refused(trial: Trying) -> None:
    assert PATHS
    for path in PATHS:
        for secret in ("demo", "x", derive_settings(trial.settings, "preparee").secret.get_secret_value()):
            address = f"/bureau/essai/service{path.replace('{secret}', secret)}"
            headers = {"X-Telegram-Bot-Api-Secret-Token": secret, "X-Hub-Signature-256": f"sha256={'0' * 64}"}
            answer = await trial.client.post(address, data={"text": "1"}, headers={**trial.headers, **headers})
            assert answer.status == 403, path


async def test_secret_without_form_token_is_refused(trial: Trying) -> None:
    form = {"sessionId": "s1", "serviceCode": "*384*229#", "phoneNumber": NUMBER, "text": ""}
    assert (await trial.client.post(USSD + trial.secret, data=form)).status == 403


async def test_unknown_sandbox_is_404(trial: Trying) -> None:
    for way in ("appareil", f"ussd/africastalking/{trial.secret}"):
        answer = await trial.client.post(f"/bureau/essai/autre/{way}", data={}, headers=trial.headers)
        assert answer.status == 404


async def test_staged_version_has_its_own_sandbox(trial: Trying, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(trial.settings.menus, tmp_path / "next"))
    home = folder / "home.yaml"
    home.write_text(home.read_text("utf-8").replace("Services publics du Bénin", "Bonjour du Bénin"), "utf-8")
    answer = await trial.client.post("/bureau/essai/preparee/ecran", data={}, headers=trial.headers)
    assert answer.status == 404
    versions = trial.client.app[SERVICES].versions
    (folder / "catalogue" / "exemple-carte.yaml").write_text(CARD, "utf-8")
    await versions.stage("demo", folder)
    await until(lambda: versions.compiled.staged)
    assert 'value="preparee"' in await (await trial.client.get("/bureau/")).text()
    for line, says in (("preparee", "Bonjour du Bénin"), ("service", "Services publics du Bénin")):
        about = {"channel": "africastalking_ussd", "number": NUMBER, "language": "fr"}
        await trial.client.post(f"/bureau/essai/{line}/appareil", data=about, headers=trial.headers)
        assert says in await trial.call("", line, line=line)
        found = await trial.call("girafe", f"search-{line}", line=line)
        assert ("Prix : 1 500 F" in found) == (line == "preparee"), found


async def test_each_staged_version_is_tried_by_its_name(trial: Trying, tmp_path: Path) -> None:
    versions, staged = trial.client.app[SERVICES].versions, []
    for greeting in ("Bonjour", "Bonsoir"):
        folder = Path(shutil.copytree(trial.settings.menus, tmp_path / greeting))
        home = folder / "home.yaml"
        home.write_text(home.read_text("utf-8").replace("Services publics du Bénin", greeting), "utf-8")
        staged.append((await versions.stage("demo", folder)).version)
        compared = await (await trial.client.get(f"/bureau/menus/{staged[-1]}")).text()
        assert f'href="/bureau/?ligne={staged[-1]}"' in compared
    for version, greeting in zip(staged, ("Bonjour", "Bonsoir"), strict=True):
        page = await (await trial.client.get(f"/bureau/?ligne={version}")).text()
        assert f'<option value="{version}">Version {version[:8]}, préparée' in page
        about = {"channel": "africastalking_ussd", "number": NUMBER, "language": "fr"}
        await trial.client.post(f"/bureau/essai/{version}/appareil", data=about, headers=trial.headers)
        assert greeting in await trial.call("", greeting, line=version)
    assert "Version 0" not in await (await trial.client.get(f"/bureau/?ligne={'0' * 20}")).text()


async def test_trial_leaves_citizens_data_and_counters_alone(trial: Trying) -> None:
    before = counted()
    await trial.ask("appareil", channel="africastalking_ussd", number=NUMBER, language="fon")
    for text in ("", "3", "3*1", "3*1*12345", "3*1*12345*3"):
        await trial.call(text)
    form = {"from": NUMBER, "text": "bac 12345", "id": "m1", "to": "5000"}
    sms = f"/bureau/essai/service/sms/africastalking/{trial.secret}"
    assert (await trial.client.post(sms, data=form, headers=trial.headers)).status == 200
    with Redis.from_url(trial.settings.redis_url) as store:
        keys = {bytes(key).decode() for key in store.keys("*")}
    assert {key for key in keys if not key.startswith(("trial:service:", "desk:"))} == set()
    assert any(key.startswith("trial:service:session:") for key in keys)
    assert counted() == before
    own = SQLite(trial.settings.data / FILE)
    for table, many in ((tables.outbox, 2), (tables.preferences, 1)):
        while await rows(own, table) < many:  # noqa: ASYNC110 - a choice is written late
            await asyncio.sleep(0.02)
        assert await rows(trial.client.app[SERVICES].database, table) == 0
        assert await rows(own, table) == many
    await own.close()


async def test_trial_and_citizen_sessions_are_separate(trial: Trying) -> None:
    await trial.ask("appareil", channel="africastalking_ussd", number=NUMBER, language="fr")
    form = {"sessionId": "s1", "serviceCode": "*384*229#", "phoneNumber": NUMBER}
    real = "/ussd/africastalking/demo"
    first = await (await trial.client.post(real, data={**form, "text": ""})).text()
    await trial.call("")
    assert "Quel examen" in await trial.call("3")
    assert await (await trial.client.post(real, data={**form, "text": ""})).text() == first


async def test_page_contains_no_secret_of_the_service(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        await sign_in(client, "viewer")
        page = await (await client.get("/bureau/")).text()
        assert "s" * 22 not in page


async def test_event_stream_reports_problems_and_lets_server_stop(
    our_settings: Making,
) -> None:
    settings = our_settings()
    async with trying(settings) as trial:
        stream = await trial.client.get("/bureau/suivi")
        assert stream.headers["Content-Type"] == "text/event-stream"
        assert orjson.loads(await event(stream))["problems"] == []
        with (settings.menus / "exams.yaml").open("a", encoding="utf-8") as file:
            file.write("bogus: 1\n")
        problem = orjson.loads(await event(stream))["problems"][0]
        assert (problem["file"], problem["column"]) == ("menus/exams.yaml", 1)
        await trial.client.app.shutdown()
        async with asyncio.timeout(PATIENCE):
            await stream.read()  # to its end


async def event(stream: Any) -> bytes:
    """The data of the next event."""
    async for line in stream.content:
        if line.startswith(b"data: "):
            return bytes(line.removeprefix(b"data: "))
    raise AssertionError("the stream is over")
