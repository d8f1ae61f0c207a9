"""The calls that `zin gateways mock` plays, answered by what answers real ones, in each dialect that ships."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from channels.smpp.mock_call import MockCalls
from channels.smpp.smpp_files import read_gateways
from channels.smpp.ussd_calls import UssdCalls, build_calls
from smpp.messages import decode_message
from tests.support.conversation import Town
from tests.support.smpp_gateway import DIALECTS, gateway_folder

CODE = "*384*229#"


async def say(phone: MockCalls, calls: UssdCalls, typed: str) -> str:
    """What the phone shows after this input."""
    asked = decode_message(phone.type(typed).encoded())
    screen = await calls.answer(asked, asyncio.get_running_loop().time())
    assert screen
    return phone.read(decode_message(screen.encoded()))


@pytest.mark.parametrize("dialect", sorted(path.stem for path in DIALECTS.glob("*.yaml")))
async def test_call_goes_on_until_its_last_screen(dialect: str, tmp_path: Path, town: Town) -> None:
    (gateway,) = read_gateways(gateway_folder(tmp_path / "gateways", dialect))
    calls = build_calls(gateway, town.conversation, town.settings)
    assert calls
    assert gateway.dialect
    phone = MockCalls("2290190000001", CODE, gateway.dialect)
    assert "Bienvenue" in await say(phone, calls, CODE)
    assert phone.is_open
    assert "Quel fruit" in await say(phone, calls, "7")
    assert "Quel fruit" in await say(phone, calls, "*384*229*7#")
    assert "Voulez-vous continuer" in await say(phone, calls, CODE)
    assert "Bienvenue" in await say(phone, calls, "2")
    await say(phone, calls, "3")
    assert not phone.is_open
