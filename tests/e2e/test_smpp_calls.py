"""`zin smpp` beside a played operator: a call to an exam result, with the screens that Africa's Talking gets."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.support.city import Ussd, city
from tests.support.database import Registry
from tests.support.patience import PATIENCE
from tests.support.smpp_process import operator, until

pytestmark = pytest.mark.kill

CODE = "*384*229#"
EXAM = ("1", "3", "1", "12345", "3")


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
