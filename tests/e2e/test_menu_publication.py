"""What is published is served by every process, and who is on the line finishes on what they had."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from structlog.testing import capture_logs

from authoring.diff.changes import screen_texts
from authoring.replay.fakes import FakePreferences
from authoring.versions.errors import MenusRefused
from runtime.services import Services
from server import SERVICES, build
from settings import Settings
from sources import Sources
from tests.support.conversation import Market
from tests.support.database import Registry
from tests.support.menu_versions import Bench
from tests.support.page_text import reader
from tests.support.patience import PATIENCE

pytestmark = pytest.mark.slow

SECRET = "s" * 22
Client = TestClient[Any, Any]


@asynccontextmanager
async def process(bench: Bench, url: str, **settings: Any) -> AsyncIterator[Client]:
    """One server over the bench's folder and registry, as another process would run it."""

    async def opened(*_: object) -> Sources:
        return Sources([Market()], preferences=FakePreferences())

    ours = {name: getattr(bench.settings, name) for name in ("data", "menus", "locales", "database_url")}
    given = {**ours, "redis_url": url, "env": "production", "secret": SECRET, **settings}
    async with reader(build(Settings.model_validate(given), opened=opened)) as client:
        yield client


def parts(client: Client) -> Services:
    found: Services = client.app[SERVICES]
    return found


async def hop(client: Client, text: str, phone: str, secret: str = SECRET) -> str:
    form = {"sessionId": phone, "serviceCode": "*384*229#", "phoneNumber": f"+22901900000{phone}",
            "networkCode": "61603", "text": text}  # fmt: skip
    answer = await client.post(f"/ussd/africastalking/{secret}", data=form)
    return await answer.text()


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not happened():  # noqa: ASYNC110 - what is waited for is in another task, or in a log
            await asyncio.sleep(0.01)


def serves(client: Client, said: str) -> bool:
    """Whether who calls now reads this first."""
    menu = parts(client).conversation.menus.current.menu("fr")
    return said in str(screen_texts(menu.screens["home.welcome"]))


async def test_two_processes_switch_and_an_open_call_finishes_on_its_version(bench: Bench, valkey_url: str) -> None:
    async with process(bench, valkey_url) as one, process(bench, valkey_url) as other:
        assert (await hop(one, "", "01")).startswith("CON Bienvenue\n1 Secret")
        bench.change("home.yaml", "Bienvenue", "Bonjour")
        bench.change("home.yaml", "      - {label: Secret, to: secret}\n      - {label: Longue liste, to: long}\n",
                     "      - {label: Longue liste, to: long}\n      - {label: Secret, to: secret}\n")  # fmt: skip
        version = await bench.stage()
        ahead = [parts(client).versions.compiled for client in (one, other)]
        await until(lambda: all(compiled.staged for compiled in ahead))
        await parts(one).versions.publish("awa", version)
        await until(lambda: serves(one, "Bonjour") and serves(other, "Bonjour"))
        for client in (one, other):  # a hop may come to either
            assert (await hop(client, "1", "01")).startswith("CON Le code ?")
        assert (await hop(other, "", "02")).startswith("CON Bonjour\n1 Longue liste")
        await until(lambda: not any(compiled.staged for compiled in ahead))
        await parts(other).versions.rollback("awa")
        await until(lambda: serves(one, "Bienvenue") and serves(other, "Bienvenue"))


async def test_an_open_call_finishes_on_its_version_also_in_a_process_that_began_since(
    bench: Bench, valkey_url: str
) -> None:
    async with process(bench, valkey_url) as client:
        await hop(client, "", "04")
        bench.change("home.yaml", "      - {label: Secret, to: secret}\n      - {label: Longue liste, to: long}\n",
                     "      - {label: Longue liste, to: long}\n      - {label: Secret, to: secret}\n")  # fmt: skip
        began_on = parts(client).conversation.menus.current.version
        await parts(client).versions.publish("awa", await bench.stage())
        await until(lambda: parts(client).conversation.menus.current.version != began_on)
    async with process(bench, valkey_url) as again:
        await until(lambda: parts(again).conversation.menus.get(began_on) is not None)
        assert (await hop(again, "1", "04")).startswith("CON Le code ?")


async def test_in_production_a_saved_file_changes_nothing_until_it_is_published(bench: Bench, valkey_url: str) -> None:
    async with process(bench, valkey_url) as client:
        turn = parts(client).change_feed.revision
        bench.change("home.yaml", "Bienvenue", "Bonjour")
        await until(lambda: parts(client).change_feed.revision > turn)
        assert serves(client, "Bienvenue")
        await parts(client).versions.publish("awa", await bench.stage())
        await until(lambda: serves(client, "Bonjour"))
    async with process(bench, valkey_url) as again:  # the newest publication, whatever the folder holds
        bench.change("home.yaml", "Bonjour", "Bonsoir")
        assert serves(again, "Bonjour")


async def test_in_production_the_newest_publication_is_served_without_a_folder(bench: Bench, valkey_url: str) -> None:
    await bench.publish()
    bench.folder.rename(bench.folder.with_name("elsewhere"))
    async with process(bench, valkey_url) as client:
        assert serves(client, "Bienvenue")
        bench.folder.with_name("elsewhere").rename(bench.folder)
        bench.change("home.yaml", "Bienvenue", "Bonjour")
        await parts(client).versions.publish("awa", await bench.stage())
        await until(lambda: serves(client, "Bonjour"))


async def test_in_a_demonstration_the_latest_act_wins(bench: Bench, valkey_url: str) -> None:
    async with process(bench, valkey_url, env="demo", secret="demo") as client:
        bench.change("home.yaml", "Bienvenue", "Bonjour")
        await until(lambda: serves(client, "Bonjour"))
        version = await bench.stage()
        bench.change("home.yaml", "Bonjour", "Bonsoir")
        await until(lambda: serves(client, "Bonsoir"))
        await parts(client).versions.publish("awa", version)
        await until(lambda: serves(client, "Bonjour"))
        bench.change("home.yaml", "Bonsoir", "Salut")
        await until(lambda: serves(client, "Salut"))
        await parts(client).versions.rollback("awa")
        await until(lambda: serves(client, "Bienvenue"))


async def test_a_broken_file_takes_nothing_down_and_log_and_desk_say_where(bench: Bench, valkey_url: str) -> None:
    async with process(bench, valkey_url) as client:
        with capture_logs() as logs:
            bench.change("home.yaml", "to: bye}", "to: bey}")
            await until(lambda: bool(parts(client).change_feed.problems))
        assert "/home.yaml:10:32: " in str(parts(client).change_feed.problems[0])
        assert any("home.yaml:10:32:" in str(entry.get("problem")) for entry in logs)
        assert (await hop(client, "", "03")).startswith("CON Bienvenue")
        bench.change("home.yaml", "to: bey}", "to: bye}")
        await until(lambda: not parts(client).change_feed.problems)


async def test_a_registry_that_is_away_for_a_while_stops_no_publication(
    registry: Registry, tmp_path: Path, valkey_url: str
) -> None:
    if not registry.server:
        pytest.skip("a file does not go away under who has it open")
    bench = Bench(registry, tmp_path / "bench")
    async with process(bench, valkey_url) as client:
        bench.change("home.yaml", "Bienvenue", "Bonjour")
        version = await bench.stage()
        with capture_logs() as logs:
            await registry.stop()
            await parts(client).database.close()
            await until(lambda: any("publications of menus not read" in str(entry) for entry in logs))
            await registry.start()
        await parts(client).versions.publish("awa", version)
        await until(lambda: serves(client, "Bonjour"))
    await bench.versions.compiled.close()


async def test_unreadable_publication_keeps_old_version_and_is_logged(
    bench: Bench, valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with process(bench, valkey_url) as client:
        bench.change("home.yaml", "Bienvenue", "Bonjour")
        version = await bench.stage()
        compiled = parts(client).versions.compiled
        await until(lambda: bool(compiled.staged))

        async def damaged(_: str) -> Any:
            raise MenusRefused("Cette version est abîmée.")

        monkeypatch.setattr(compiled, "get", damaged)
        await bench.versions.publish("awa", version)
        await until(lambda: bool(parts(client).change_feed.problems))
        assert serves(client, "Bienvenue")
        assert parts(client).change_feed.problems[0].what == "Cette version est abîmée."
