"""Calls of the simulator over gateways that files describe: offered when configured, and played from the file."""

from __future__ import annotations

from collections.abc import AsyncIterator

import orjson
import pytest

from tests.support.browser import Making
from tests.support.gateway_files import FILES, USSD, configure
from tests.support.sandbox_client import NUMBER, Trying, trying

pytestmark = pytest.mark.slow

SMPP = "exemple_smpp_ussd"  # the gateway over SMPP that ships
CHANNELS = {f"{name}_ussd": name for name in USSD} | {SMPP: "exemple-smpp"}
TIMES = {"connect_seconds": 3.0, "source_seconds": 8.0, "hop_seconds": 9.5}


@pytest.fixture
async def desk(our_settings: Making, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Trying]:
    configure(monkeypatch, *USSD)
    monkeypatch.setenv("ZIN_GATEWAY_EXEMPLE_PASSWORD", "essai")
    for name in USSD:
        monkeypatch.setenv(FILES[name].ussd.code, "*384*229#")  # type: ignore[union-attr]  # each of USSD has the part
    async with trying(our_settings(**TIMES)) as trial:
        yield trial


async def step(desk: Trying, channel: str, action: str, typed: str, inputs: list[str]) -> tuple[str, bool]:
    fields = {"channel": channel, "number": NUMBER, "session": "s1", "network": "61603"}
    fields |= {"action": action, "typed": typed, "inputs": orjson.dumps(inputs).decode()}
    found = await desk.ask("passerelle", **fields)
    return found["text"], found["over"]


@pytest.mark.parametrize("channel", CHANNELS)
async def test_a_call_is_played_from_the_file(channel: str, desk: Trying) -> None:
    await desk.ask("appareil", channel=channel, number=NUMBER, language="fr")
    screen, is_over = await step(desk, channel, "dial", "3*1", [])
    if channel == "hollatags_ussd":  # it hands over nothing that is dialled behind the code
        for inputs in (["3"], ["3", "1"]):
            screen, is_over = await step(desk, channel, "type", inputs[-1], inputs[:-1])
    assert ("BAC" in screen, is_over) == (True, False)
    result, _ = await step(desk, channel, "type", "12345", ["3", "1"])
    assert "12345" in result
    assert await step(desk, channel, "left", "", ["3", "1", "12345"]) == ("", True)


async def test_the_page_offers_each_configured_gateway(desk: Trying) -> None:
    page = await (await desk.client.get("/bureau/")).text()
    assert [channel for channel in CHANNELS if f'<option value="{channel}">' not in page] == []


async def test_a_gateway_without_secrets_is_not_offered(our_settings: Making) -> None:
    async with trying(our_settings()) as desk:
        page = await (await desk.client.get("/bureau/")).text()
        for channel in ("hubtel_ussd", SMPP):
            assert f'value="{channel}"' not in page
            await desk.ask("passerelle", 400, channel=channel, number=NUMBER, session="s", action="dial", typed="")


WRONG = [
    {"action": "jump"},
    {"inputs": "{"},
    {"inputs": "[1]"},
    {"inputs": "{}"},
    {"number": "12"},
    {"channel": "madapi"},
]


@pytest.mark.parametrize("fields", [*WRONG, {"channel": SMPP, "action": "jump"}, {"channel": SMPP, "number": "12"}])
async def test_an_impossible_step_is_refused(fields: dict[str, str], desk: Trying) -> None:
    usual = {"channel": "hubtel_ussd", "number": NUMBER, "session": "s1", "action": "dial", "typed": "", "inputs": "[]"}
    answer = await desk.ask("passerelle", 400, **{**usual, **fields})
    assert len(answer["error"].split("\n")) == 1
