"""Lines to try menus on: only for who may, apart from everything that citizens have, and counted nowhere."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client import REGISTRY, generate_latest
from pydantic import SecretStr
from redis import Redis
from sqlalchemy import func, select

from accounts.audit import Audit
from admin.auth import HEADER
from admin.simulator.inspector import screen_details
from admin.simulator.sandbox import build_phone, derive_settings
from admin.simulator.sandbox_setup import ScreenPosition, open_at_screen
from admin.simulator.sandboxes import FILE, SANDBOXES
from admin.simulator.simulator_page import PATHS
from channels.contracts.request_body import MOST_BYTES
from database import tables
from database.sqlite import SQLite
from server import SERVICES, build
from settings import Settings
from state.text.languages import SOURCE
from tests.admin.test_access import desk, signed_in
from tests.e2e.test_server import until
from tests.support.browser import Making, our_settings
from tests.support.conversation import Market

__all__ = ["our_settings"]
Client = TestClient[Any, Any]
NUMBER = "+2290190000001"
USSD = "/bureau/essai/service/ussd/africastalking/"


@asynccontextmanager
async def trying(settings: Settings) -> AsyncIterator[Trying]:
    async with TestClient(TestServer(build(settings))) as client:
        page = await (await client.get("/bureau/")).text()
        found = re.search(r'data-csrf="([^"]+)"', page)
        assert found
        yield Trying(client, settings, found[1])


class Trying:
    """Somebody at the desk of a demonstration."""

    def __init__(self, client: Client, settings: Settings, token: str) -> None:
        self.client, self.settings, self.headers = client, settings, {HEADER: token}
        self.secret = derive_settings(settings, "service").secret.get_secret_value()

    async def ask(self, what: str, status: int = 200, /, **said: str) -> dict[str, Any]:
        address = f"/bureau/essai/service/{what}"
        answer = await self.client.post(address, data=said, headers=self.headers)
        assert answer.status == status
        told: dict[str, Any] = await answer.json()
        return told

    async def call(self, text: str, session: str = "s1", number: str = NUMBER, line: str = "service") -> str:
        form = {"sessionId": session, "serviceCode": "*384*229#", "phoneNumber": number, "text": text}
        secret = derive_settings(self.settings, line).secret.get_secret_value()
        address = f"{USSD.replace('service', line)}{secret}"
        answer = await self.client.post(address, data=form, headers=self.headers)
        assert answer.status == 200
        assert answer.headers["Server-Timing"].startswith("zin;dur=")
        return await answer.text()


@pytest.fixture
async def trial(our_settings: Making) -> AsyncIterator[Trying]:
    async with trying(our_settings()) as one:
        yield one


async def rows(database: Any, table: Any) -> int:
    found = await database.rows(select(func.count().label("many")).select_from(table))
    return int(found[0]["many"])


def counted() -> list[str]:
    """The figures of what came through a door."""
    lines = generate_latest(REGISTRY).decode().split("\n")
    return [line for line in lines if line.startswith(("zin_hop", "zin_calls", "zin_turned"))]


async def test_a_gateway_that_does_not_know_the_secret_of_the_trial_is_refused(trial: Trying) -> None:
    for path in PATHS:
        for secret in ("demo", "x", derive_settings(trial.settings, "preparee").secret.get_secret_value()):
            address = f"/bureau/essai/service{path.replace('{secret}', secret)}"
            told = {"X-Telegram-Bot-Api-Secret-Token": secret, "X-Hub-Signature-256": f"sha256={'0' * 64}"}
            answer = await trial.client.post(address, data={"text": "1"}, headers={**trial.headers, **told})
            assert answer.status == 403, path


async def test_the_secret_alone_does_not_open_the_trial_either(trial: Trying) -> None:
    form = {"sessionId": "s1", "serviceCode": "*384*229#", "phoneNumber": NUMBER, "text": ""}
    assert (await trial.client.post(USSD + trial.secret, data=form)).status == 403


async def test_a_line_that_is_not_there_answers_nobody(trial: Trying) -> None:
    for way in ("appareil", f"ussd/africastalking/{trial.secret}"):
        answer = await trial.client.post(f"/bureau/essai/autre/{way}", data={}, headers=trial.headers)
        assert answer.status == 404


async def test_a_version_that_is_staged_has_a_line_of_its_own(trial: Trying, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(trial.settings.menus, tmp_path / "next"))
    home = folder / "home.yaml"
    home.write_text(home.read_text("utf-8").replace("Services publics du Bénin", "Bonjour du Bénin"), "utf-8")
    answer = await trial.client.post("/bureau/essai/preparee/ecran", data={}, headers=trial.headers)
    assert answer.status == 404
    versions = trial.client.app[SERVICES].versions
    await versions.stage("demo", folder)
    await until(lambda: versions.compiled.staged_version)
    assert 'value="preparee"' in await (await trial.client.get("/bureau/")).text()
    for line, says in (("preparee", "Bonjour du Bénin"), ("service", "Services publics du Bénin")):
        about = {"channel": "africastalking_ussd", "number": NUMBER, "language": "fr"}
        await trial.client.post(f"/bureau/essai/{line}/appareil", data=about, headers=trial.headers)
        assert says in await trial.call("", line, line=line)


async def test_a_trial_leaves_nothing_where_citizens_have_something_and_is_counted_nowhere(trial: Trying) -> None:
    before = counted()
    await trial.ask("appareil", channel="africastalking_ussd", number=NUMBER, language="fon")
    for text in ("", "3", "3*1", "3*1*12345", "3*1*12345*4"):
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
        assert await rows(trial.client.app[SERVICES].database, table) == 0
        assert await rows(own, table) == many
    await own.close()


async def test_a_trial_and_a_citizen_of_the_same_number_never_meet(trial: Trying) -> None:
    await trial.ask("appareil", channel="africastalking_ussd", number=NUMBER, language="fr")
    form = {"sessionId": "s1", "serviceCode": "*384*229#", "phoneNumber": NUMBER}
    real = "/ussd/africastalking/demo"
    first = await (await trial.client.post(real, data={**form, "text": ""})).text()
    await trial.call("")
    assert "Quel examen" in await trial.call("3")
    assert await (await trial.client.post(real, data={**form, "text": ""})).text() == first


async def test_who_tries_sees_the_messages_of_their_own_phone_only(trial: Trying) -> None:
    for number in (NUMBER, "+2290190000002"):
        await trial.ask("appareil", channel="africastalking_ussd", number=number, language="fr")
    await asyncio.gather(*(trial.call("3*1*12345*4", session, number) for session, number in
                           (("a", NUMBER), ("b", "+2290190000002"))))  # fmt: skip
    for number in (NUMBER, "0190000002"):
        told = await trial.ask("ecran", channel="africastalking_ussd", number=number, since="0")
        assert [one["gateway"] for one in told["messages"]] == ["sms"]
        assert NUMBER not in orjson.dumps(told).decode()


async def test_what_is_promised_for_later_is_told(trial: Trying) -> None:
    await trial.ask("appareil", channel="africastalking_ussd", number=NUMBER, language="fr")
    await trial.call("5*100001*03021961*3")
    assert (await trial.ask("ecran", channel="africastalking_ussd", number=NUMBER))["owed"] == 1
    await trial.ask("appareil", channel="africastalking_ussd", number=NUMBER, language="fr")
    assert (await trial.ask("ecran", channel="africastalking_ussd", number=NUMBER))["owed"] == 0


async def test_who_stopped_all_messages_on_a_trial_may_have_them_again_when_it_begins_anew(trial: Trying) -> None:
    sms = f"/bureau/essai/service/sms/africastalking/{trial.secret}"
    form = {"from": NUMBER, "text": "STOP", "id": "m1", "to": "5000"}
    said: Mapping[str, Any] = {"channel": "africastalking_ussd", "number": NUMBER, "language": "fr"}
    await trial.ask("appareil", **said)
    await trial.client.post(sms, data=form, headers=trial.headers)
    stopped = await trial.call("3*1*12345*4", "s1")
    await trial.ask("appareil", **said)
    assert await trial.call("3*1*12345*4", "s2") != stopped


async def test_messages_sealed_with_a_secret_of_yesterday_are_passed_over(our_settings: Making) -> None:
    settings = our_settings()
    for secret in ("demo", "another"):
        changed = settings.model_copy(update={"secret": SecretStr(secret)})
        async with trying(changed) as trial:
            await trial.ask("appareil", channel="madapi", number=NUMBER, language="fr")
            await trial.call("3*1*12345*4")
            told = await trial.ask("ecran", channel="africastalking_ussd", number=NUMBER, since="0")
            assert len(told["messages"]) == 1


WRONG = [
    ({"number": NUMBER}, 400),
    ({"channel": "pigeon", "number": NUMBER}, 400),
    ({"channel": "madapi", "number": "12"}, 400),
    ({"channel": "madapi", "number": "x" * (MOST_BYTES + 1)}, 400),
    ({"channel": "madapi", "number": NUMBER, "screen": "exams.nowhere"}, 409),
    ({"channel": "madapi", "number": NUMBER, "screen": "exams.search"}, 409),
]


@pytest.mark.parametrize(("said", "status"), WRONG)
async def test_what_cannot_be_is_answered_by_one_line(trial: Trying, said: dict[str, str], status: int) -> None:
    told = await trial.ask("appareil", status, **said)
    assert len(told["error"].split("\n")) == 1


@pytest.mark.parametrize("since", ["-1", "x", "9" * 30])
async def test_a_moment_that_is_none_is_refused(trial: Trying, since: str) -> None:
    await trial.ask("ecran", 400, channel="whatsapp", number=NUMBER, since=since)


async def test_every_screen_that_is_shown_can_be_opened_in_every_language_on_every_channel(trial: Trying) -> None:
    edition = trial.client.app[SERVICES].conversation.menus.current
    line = await trial.client.app[SANDBOXES].line("service")
    assert line
    shown = [name for name, screen in edition.menu(SOURCE).screens.items() if screen.says]
    for channel in ("africastalking_ussd", "africastalking_sms", "whatsapp", "telegram"):
        at, room = build_phone(channel, NUMBER), line.screen_sizes[channel]
        for name, language in product(shown, edition.offered):
            await open_at_screen(line, at, language, ScreenPosition(name, "c1", "m1"))
            session = await line.session(at)
            assert session
            told = screen_details(line, session, room)
            assert (told["screen"], told["language"]) == (name, language)
            assert 0 < told["used"] <= told["room"]
            assert told["line"] > 0


@pytest.mark.parametrize(
    ("title", "steps"),
    [
        ("", ["(appel)"]),
        ("...", ["(appel)"]),
        ("x" * 101, ["(appel)"]),
        ("Rien", []),
        ("Pas d'appel", ["1"]),
        ("Trop", ["(appel)"] * 61),
        ("Long", ["(appel)", "1" * 161]),
        ("Ligne", ["(appel)", "1\n> 2"]),
    ],
)
async def test_a_call_that_is_none_is_not_recorded(
    our_settings: Making, tmp_path: Path, title: str, steps: list[str]
) -> None:
    async with trying(our_settings(journeys=tmp_path)) as trial:
        told = await trial.ask("parcours", 409, title=title, language="fr", steps=orjson.dumps(steps).decode())
        assert told["error"]
        assert [name for name in os.listdir(tmp_path) if name.endswith(".txt")] == []


@pytest.mark.parametrize("steps", ["", "{}", "[1]", "[", '"x"'])
async def test_steps_that_are_no_list_of_texts_are_refused(trial: Trying, steps: str) -> None:
    await trial.ask("parcours", 400, title="Rien", language="fr", steps=steps)


async def test_a_recording_is_in_the_audit_and_never_takes_the_place_of_another(
    our_settings: Making, tmp_path: Path
) -> None:
    wish: Mapping[str, Any] = {"title": "../Les  Menus", "language": "fr", "steps": '["(appel)"]'}
    async with trying(our_settings(journeys=tmp_path)) as trial:
        assert (await trial.ask("parcours", **wish))["file"] == "les_menus.txt"
        written = (tmp_path / "les_menus.txt").read_text(encoding="utf-8")
        assert written.startswith("# ../Les Menus\n\n> (appel)\nServices publics")
        await trial.ask("parcours", 409, **wish)
        assert (tmp_path / "les_menus.txt").read_text(encoding="utf-8") == written
        last = await Audit(trial.client.app[SERVICES].database).last(2)
        assert [(one.operator, one.action, one.subject) for one in last] == [
            ("demo", "journeys record", "les_menus.txt"),
            ("demo", "refused: journeys record", "../Les  Menus"),
        ]
    async with trying(our_settings_again(trial.settings, tmp_path / "nowhere")) as trial:
        assert "ne peut pas être écrit" in (await trial.ask("parcours", 409, **wish))["error"]


def our_settings_again(settings: Settings, journeys: Path) -> Settings:
    return settings.model_copy(update={"journeys": journeys})


async def test_a_viewer_may_try_but_not_record(valkey_url: str, tmp_path: Path) -> None:
    async with desk(valkey_url, tmp_path) as client:
        token = {HEADER: await signed_in(client, "viewer")}
        said = {"channel": "africastalking_ussd", "number": NUMBER, "language": "fr"}
        assert (await client.post("/bureau/essai/service/appareil", data=said, headers=token)).status == 200
        wish = {"title": "Rien", "steps": "[]"}
        assert (await client.post("/bureau/essai/service/parcours", data=wish, headers=token)).status == 403


async def test_in_production_what_is_for_somebodys_eyes_only_is_not_written_down(
    valkey_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    public = replace(Market.questions["secret.told"], guarded=False)  # else it is answered with a sample, or not at all
    monkeypatch.setattr(Market, "questions", {**Market.questions, public.name: public})
    async with desk(valkey_url, tmp_path) as client:
        token = {HEADER: await signed_in(client, "editor")}
        wish = {"title": "Secret", "language": "fr", "steps": '["(appel) 1*sésame"]'}
        answer = await client.post("/bureau/essai/service/parcours", data=wish, headers=token)
        assert answer.status == 409
        assert "données d'une personne" in (await answer.json())["error"]


async def test_the_page_is_told_no_secret_of_the_service(valkey_url: str, tmp_path: Path) -> None:
    async with desk(valkey_url, tmp_path) as client:
        await signed_in(client, "viewer")
        page = await (await client.get("/bureau/")).text()
        assert "s" * 22 not in page


async def test_who_follows_learns_of_a_broken_file_and_does_not_keep_the_server_from_stopping(
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
        began = time.perf_counter()
    assert time.perf_counter() - began < 3
    assert Settings().hop_seconds > 3  # what the server would have waited for


async def event(stream: Any) -> bytes:
    """The data of the next event."""
    async for line in stream.content:
        if line.startswith(b"data: "):
            return bytes(line.removeprefix(b"data: "))
    raise AssertionError("the stream is over")
