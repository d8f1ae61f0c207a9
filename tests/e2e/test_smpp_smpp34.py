"""`zin smpp` beside the server of smpp34, which is not ours (PyPI, a core in Rust): a call to an exam result."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import smpp34

from smpp.constants import ITS_SESSION_INFO, USSD_SERVICE_OP
from tests.support.city import Ussd, city
from tests.support.database import Registry
from tests.support.patience import PATIENCE
from tests.support.smpp34_server import bound_esme, served
from tests.support.smpp_process import EXAM, PHONE, bound_process

pytestmark = [pytest.mark.kill, pytest.mark.slow]

CODE, SESSION = "*384*229#", b"\0\6"
BEGIN, GOES_ON = b"\1", b"\x12"


class Phone:
    """A phone whose calls their server carries."""

    def __init__(self, server: smpp34.Server, esme: smpp34.Esme) -> None:
        self._server, self._esme = server, esme
        self.sessions: list[bytes] = []

    async def type(self, typed: str, operation: bytes) -> str:
        """Deliver an input, and take the screen that answers it."""
        tlvs = [smpp34.Tlv(USSD_SERVICE_OP, operation), smpp34.Tlv(ITS_SESSION_INFO, SESSION)]
        answer = await self._esme.deliver_sm(CODE, typed.encode(), source_addr=PHONE, tlvs=tlvs)
        assert answer.is_success
        screen = await self._server.next()
        assert isinstance(screen, smpp34.SubmitSmEvent)
        screen.accept("1")
        self.sessions += [bytes(one.value) for one in screen.tlvs if one.tag == ITS_SESSION_INFO]
        assert screen.destination_addr == PHONE
        return bytes(screen.short_message).decode("latin-1")


async def test_its_call_shows_the_screens_of_africas_talking(
    registry: Registry, valkey_url: str, tmp_path: Path
) -> None:
    async with city(valkey_url, tmp_path / "other") as zin:
        dialled = Ussd(zin)
        expected = [await dialled.say(typed) for typed in ("", *EXAM)]
    (tmp_path / "gateways").mkdir()
    async with (
        asyncio.timeout(2 * PATIENCE),
        served() as (server, port),
        bound_process(registry, tmp_path / "gateways", port) as ours,
    ):
        phone = Phone(server, await bound_esme(server))
        shown = [await phone.type("", BEGIN), *[await phone.type(typed, GOES_ON) for typed in EXAM]]
    assert [len(text) for text in shown] == [len(text.removeprefix("END ")) for text in expected]
    assert "table 12345" in shown[4]
    assert phone.sessions == [SESSION] * 6
    assert "Traceback" not in ours.logged
