"""A thousand calls at once over one bind, each to the exam result of its own phone."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from channels.smpp import call_deliveries
from channels.smpp.smpp_files import read_gateways
from channels.smpp.ussd_calls import build_calls
from server import SERVICES
from tests.support.city import city
from tests.support.patience import PATIENCE
from tests.support.smpp_gateway import gateway_folder
from tests.support.ussd_centre import INFO, OP, Centre, centre_for, deliver

pytestmark = pytest.mark.slow

CALLS = 1000
CODE = "*384*229#"
EXAM = (b"1", b"3", b"1", b"12345")
SLOW = {"connect_seconds": 3.0, "source_seconds": 8.0, "hop_seconds": 9.5}  # the machine of the tests may be busy


async def call(centre: Centre, number: str, session: bytes) -> bytes:
    """The last screen of a call to an exam result."""
    shown = await centre.ask(deliver(number, b"", {OP: b"\1", INFO: session}, CODE), number)
    for typed in EXAM:
        assert shown.parameters[INFO] == session, "the call goes on, in its own session"
        shown = await centre.ask(deliver(number, typed, {OP: b"\x12", INFO: session}, CODE), number)
    return shown.text


async def test_thousand_calls_at_once_over_one_bind(
    valkey_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call_deliveries, "SCREEN_SECONDS", PATIENCE)
    (gateway,) = read_gateways(gateway_folder(tmp_path / "gateways", "tata"))
    async with city(valkey_url, tmp_path / "data", **SLOW) as zin:
        calls = build_calls(gateway, zin.client.app[SERVICES].conversation, zin.settings)
        assert calls
        async with centre_for(calls) as centre:
            every = (call(centre, f"22901{n:08}", (2 * n).to_bytes(2, "big")) for n in range(CALLS))
            shown = await asyncio.gather(*every)
    assert [b"table 12345" in text for text in shown] == [True] * CALLS
    assert centre.acknowledged == CALLS * (len(EXAM) + 1)
