"""`zin smpp` beside a played operator: a call to an exam result, and an alert that opens a call on the phone."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from channels.contracts.sender import Message
from channels.outbox.repository import Outbox
from channels.smpp.smpp_files import read_gateways
from database.encryption import Seal
from tests.support.city import Ussd, city
from tests.support.database import Registry
from tests.support.patience import PATIENCE
from tests.support.smpp_gateway import example, gateway_folder
from tests.support.smpp_process import EXAM, PHONE, operator, until

pytestmark = pytest.mark.kill

CODE = "*384*229#"


async def test_call_shows_the_screens_of_africas_talking(registry: Registry, valkey_url: str, tmp_path: Path) -> None:
    async with city(valkey_url, tmp_path / "other") as zin:
        phone = Ussd(zin)
        expected = [await phone.say(typed) for typed in ("", *EXAM)]
    (tmp_path / "gateways").mkdir()
    async with operator(registry, tmp_path / "gateways") as played, asyncio.timeout(PATIENCE):
        await until(lambda: "-- Zin est lié sous le nom zin" in played.said)
        shown = [await played.say(typed) for typed in (CODE, *EXAM)]
        await until(lambda: bool(played.texts))
    assert shown == [text.removeprefix("END ") for text in expected]
    assert "table 12345" in shown[4]
    assert "table 12345" in played.texts[0], "the message that the last screen promises"


async def test_alert_opens_a_call_that_goes_on_in_the_menus(registry: Registry, tmp_path: Path) -> None:
    (tops,) = read_gateways(gateway_folder(tmp_path / "tops", "tops"))
    outbox = Outbox(registry.database, Seal(*registry.settings.secrets.rest))
    await outbox.enqueue(Message("changes:1", "sms", f"+{PHONE}", "BAC 2026, table 12345 : Admis(e)"))
    (tmp_path / "gateways").mkdir()
    changes = {"dialect: tata": "dialect: tops\n  push: true"}
    found = example()._replace(dialect=tops.dialect)
    async with operator(registry, tmp_path / "gateways", changes, found) as played, asyncio.timeout(PATIENCE):
        await until(lambda: bool(played.screens))
        shown = [played.screens[0], await played.say("00"), await played.say("1"), await played.say("3")]
    assert shown[0] == "BAC 2026, table 12345 : Admis(e)\n00 Accueil"
    assert "3 " in shown[2]
    assert len(set(shown)) == len(shown)
    assert played.texts == [], "nothing left as an SMS"
