"""The whole house over HTTP: what a gateway sends comes in, what a phone shows goes out, whatever breaks behind."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from structlog.testing import capture_logs

from authoring.replay.fakes import FakePreferences
from server import SERVICES, build
from settings import Settings
from sources import Sources
from tests.support.conversation import FRENCH_ONLY, SMALL_LOCALES, Market
from tests.support.menu_copies import menus_in
from tests.support.page_text import reader
from tests.support.patience import PATIENCE
from tests.support.valkey import Server

pytestmark = pytest.mark.slow

USSD = "/ussd/africastalking/demo"
Client = TestClient[Any, Any]


def house(url: str, folder: Path, market: Market, **settings: Any) -> Client:
    """A client of the application over the small menu, with a market to break."""

    async def opened(*_: object) -> Sources:
        return Sources([market], preferences=FakePreferences())

    folders = {"data": folder, "menus": menus_in(folder), "locales": FRENCH_ONLY}
    made = Settings.model_validate({"redis_url": url, **folders, **settings})
    return reader(build(made, opened=opened))


@pytest.fixture
def market() -> Market:
    return Market()


@pytest.fixture
async def client(valkey_url: str, tmp_path: Path, market: Market) -> AsyncIterator[Client]:
    async with house(valkey_url, tmp_path, market) as client:
        yield client


async def hop(client: Client, text: str, session: str = "s1", phone: str = "+2290190000001") -> str:
    form = {"sessionId": session, "serviceCode": "*384*229#", "phoneNumber": phone, "networkCode": "61603"}
    answer = await client.post(USSD, data=form | {"text": text})
    assert answer.status == 200
    assert answer.content_type == "text/plain"
    return await answer.text()


async def test_a_session_goes_from_con_to_end(client: Client) -> None:
    assert (await hop(client, "")).startswith("CON Bienvenue\n1 Secret")
    assert (await hop(client, "7")).startswith("CON Quel fruit ?\n1 Mangue")
    assert (await hop(client, "7*1")).startswith("CON Mangue : combien ?")
    assert (await hop(client, "7*1*5")).startswith("CON 5 Mangue : 5 000 F")
    assert await hop(client, "3", session="s2") == "END Au revoir"


SPELLINGS = ["+22997000001", "97000001", "+2290197000001", "0197000001", " 2290197000001"]


async def test_however_a_number_is_written_it_is_one_citizen(client: Client) -> None:
    await hop(client, "7", phone=SPELLINGS[0])
    for phone in SPELLINGS:
        text = await hop(client, "", session=f"called back from {phone!r}".replace(" ", "-"), phone=phone)
        assert text.startswith("CON Votre appel a été coupé."), phone
    assert (await hop(client, "", session="s9", phone="0197000002")).startswith("CON Bienvenue")


async def test_fifty_callers_a_millisecond_apart_each_get_their_own_answer(client: Client, market: Market) -> None:
    market.seconds = 0.01

    async def call(number: int) -> str:
        await asyncio.sleep(number / 1000)
        who = {"session": f"s{number}", "phone": f"+22901900000{number:02}"}
        await hop(client, "", **who)
        await hop(client, "7", **who)
        await hop(client, "7*1", **who)
        return await hop(client, f"7*1*{number}", **who)

    answers = await asyncio.gather(*(call(number) for number in range(1, 51)))
    assert [answer.removeprefix("CON ").split(" ")[0] for answer in answers] == [str(n) for n in range(1, 51)]


async def test_the_same_hop_posted_twice_has_the_same_bytes_and_one_effect(client: Client, market: Market) -> None:
    market.seconds = 0.02
    await hop(client, "7*1")
    at_once = await asyncio.gather(*(hop(client, "7*1*5") for _ in range(5)))
    asked = len(market.asked)
    in_a_row = [await hop(client, "7*1*5") for _ in range(3)]
    assert len({*at_once, *in_a_row}) == 1
    assert len(market.asked) == asked
    assert (await hop(client, "7*1*5*1")).startswith("CON Mangue : combien ?")


async def test_a_source_that_takes_too_long_ends_the_call_politely(
    valkey_url: str, tmp_path: Path, market: Market
) -> None:
    market.seconds = 30
    times = {"hop_seconds": 0.3, "source_seconds": 0.2, "connect_seconds": 0.1}
    async with house(valkey_url, tmp_path, market, **times) as client:
        assert (await hop(client, "7")).startswith("END Le service ne peut pas répondre")


async def test_a_fault_of_ours_is_polite_outside_and_whole_in_the_log(client: Client, market: Market) -> None:
    market.does["fruits.all"] = KeyError("a bug")
    with capture_logs() as logs:
        assert (await hop(client, "7")).startswith("END Le service ne peut pas répondre")
    assert [entry["event"] for entry in logs] == ["hop failed"]
    assert "900000" not in str(logs)


async def test_valkey_failure_shows_apology_and_needs_no_restart(
    own_valkey: Server, tmp_path: Path, market: Market
) -> None:
    async with house(own_valkey.url, tmp_path / "house", market) as client:
        await hop(client, "7")
        own_valkey.kill()
        assert await hop(client, "7*1") == (
            "END Le service ne peut pas répondre pour le moment. Merci de rappeler dans quelques minutes."
        )
        assert (await client.get("/health/ready")).status == 503
        assert (await client.get("/health/live")).status == 200
        own_valkey.start()
        assert (await hop(client, "7*1")).startswith("CON Mangue : combien ?")
        async with asyncio.timeout(PATIENCE):
            while (await client.get("/health/ready")).status != 200:  # noqa: ASYNC110 - a look is believed for a second
                await asyncio.sleep(0.1)


async def test_a_menu_is_taken_up_when_saved_and_a_broken_one_changes_nothing(client: Client, tmp_path: Path) -> None:
    menus = client.app[SERVICES].conversation.menus
    home = tmp_path / "menus" / "home.yaml"
    sound = home.read_text(encoding="utf-8")
    with capture_logs() as logs:
        home.write_text(sound.replace("to: bye}", "to: bey}"), encoding="utf-8")
        await until(lambda: any("bey" in str(entry) for entry in logs))
        assert (await hop(client, "")).startswith("CON Bienvenue")
        version = menus.current.version
        home.write_text(sound.replace("Bienvenue", "Bonjour"), encoding="utf-8")
        await until(lambda: menus.current.version != version)
    problem = "home.yaml:10:32: écran welcome : il n'y a pas d'écran « bey » (vouliez-vous dire « bye » ?)"
    assert any(entry.get("problem", "").endswith(problem) for entry in logs)
    assert (await hop(client, "", session="s2", phone="0190000002")).startswith("CON Bonjour")


async def until(happened: Any) -> None:
    async with asyncio.timeout(PATIENCE):
        while not happened():  # noqa: ASYNC110 - what is waited for is in a file or a log
            await asyncio.sleep(0.02)


async def test_what_is_counted_names_nobody(client: Client) -> None:
    await hop(client, "7*1*5")
    await client.post("/ussd/africastalking/wrong", data={"text": ""})
    figures = await (await client.get("/metrics")).text()
    assert 'zin_hop_seconds_count{channel="africastalking_ussd",how="answered"}' in figures
    assert 'zin_turned_away_total{channel="africastalking_ussd",why="stranger"}' in figures
    assert "190000001" not in figures


async def test_words_that_a_translator_saves_are_said_at_once_in_open_calls_too(
    valkey_url: str, tmp_path: Path, market: Market
) -> None:
    locales = Path(shutil.copytree(SMALL_LOCALES, tmp_path / "locales"))
    async with house(valkey_url, tmp_path, market, locales=locales) as client:
        menus = client.app[SERVICES].conversation.menus
        market.offered = menus.current.offered
        await hop(client, "")
        assert (await hop(client, "2")).startswith("CON O weh")
        assert (await hop(client, "2*7")).startswith("CON Fo ?")
        served = menus.current.wordings["aa"]
        po = locales / "aa.po"
        with capture_logs() as logs:
            po.write_text(po.read_text(encoding="utf-8").replace('"Fɔ ?"', '"Fɔ {x} ?"'), encoding="utf-8")
            await until(lambda: any("{x}" in str(entry) for entry in logs))
        assert menus.current.wordings["aa"] is served
        po.write_text(po.read_text(encoding="utf-8").replace('"Fɔ {x} ?"', '"Fɔ dɔ ?"'), encoding="utf-8")
        await until(lambda: menus.current.wordings["aa"] is not served)
        assert "\nFo do ?\n" in await hop(client, "2*7*9")
