"""Each dialect that ships, as a transcript: the PDUs of a call to an exam result, and the screens that answer them.

The screens are those over Africa's Talking, from the same installation: our menus and their sample data. Operations and
bits are those of the pages that each file names.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from channels.contracts.sender import Message, RetryLater
from channels.smpp.alphabets import UCS2, decode_text
from channels.smpp.pushes import Pushes
from channels.smpp.smpp_files import read_gateways
from channels.smpp.ussd_calls import UssdCalls, build_calls
from server import SERVICES
from state.identity import Pseudonyms
from tests.support.city import City, Ussd, city
from tests.support.smpp_gateway import DIALECTS, gateway_folder
from tests.support.ussd_centre import INFO, OP, REFERENCE, Centre, Shown, centre_for, deliver

pytestmark = pytest.mark.slow

NUMBER, CODE = "2290190000002", "*384*229#"
EXAM = ("1", "3", "1", "12345", "3")
Parameters = dict[int, bytes]


class Transcript(NamedTuple):
    """Parameters in each direction, and where the dialled code stands; every PDU in has `to` and `service`."""

    begin: Parameters
    goes_on: Parameters
    abort: Parameters
    ask: Parameters
    end: Parameters
    text: str = ""
    to: str = CODE
    service: str = ""


TRANSCRIPTS = {
    "mica": Transcript(
        begin={OP: b"\x01", REFERENCE: b"\x12\x34"},
        goes_on={OP: b"\x12", REFERENCE: b"\x12\x34"},
        abort={OP: b"\x81", REFERENCE: b"\x12\x34"},
        ask={OP: b"\x02", REFERENCE: b"\x12\x34"},
        end={OP: b"\x11", REFERENCE: b"\x12\x34"},
        text=CODE,
        to="384",
    ),
    "sixdee": Transcript(
        begin={OP: b"\x01", INFO: b"\x12\x34"},
        goes_on={OP: b"\x12", INFO: b"\x12\x34"},
        abort={OP: b"\x12", INFO: b"\x12\x35"},
        ask={OP: b"\x02", INFO: b"\x12\x34"},
        end={OP: b"\x17", INFO: b"\x12\x35"},
        text=CODE,
        to="384",
    ),
    "tata": Transcript(
        begin={OP: b"\x01", INFO: b"\x00\x06"},
        goes_on={OP: b"\x12", INFO: b"\x00\x06"},
        abort={OP: b"\x02", INFO: b"\x00\x07"},
        ask={OP: b"\x02", INFO: b"\x00\x06"},
        end={OP: b"\x02", INFO: b"\x00\x07"},
    ),
    "tops": Transcript(
        begin={OP: b"\x01", INFO: b"\xab\xcd"},
        goes_on={OP: b"\x12", INFO: b"\xab\xcd"},
        abort={OP: b"\x81", INFO: b"\xab\xcd"},
        ask={OP: b"\x02", INFO: b"\xab\xcd"},
        end={OP: b"\x11", INFO: b"\xab\xcd"},
        service="USSD",
    ),
}


def test_every_shipped_dialect_has_a_transcript() -> None:
    assert {path.stem for path in DIALECTS.glob("*.yaml")} == set(TRANSCRIPTS)


def text_of(shown: Shown) -> str:
    return decode_text(UCS2 if shown.coding == UCS2 else 0, shown.text, "gsm")


def pdu_in(says: Transcript, parameters: Parameters, text: str) -> bytes:
    return deliver(NUMBER, text.encode(), parameters, says.to, says.service)


async def call(centre: Centre, says: Transcript) -> list[Shown]:
    """The screens of a call to an exam result."""
    shown = [await centre.ask(pdu_in(says, says.begin, says.text), NUMBER)]
    return shown + [await centre.ask(pdu_in(says, says.goes_on, typed), NUMBER) for typed in EXAM]


def calls_of(zin: City, folder: Path) -> UssdCalls:
    (gateway,) = read_gateways(folder)
    calls = build_calls(gateway, zin.client.app[SERVICES].conversation, zin.settings)
    assert calls
    return calls


@pytest.mark.parametrize("dialect", TRANSCRIPTS)
async def test_call_shows_the_screens_of_africas_talking(dialect: str, valkey_url: str, tmp_path: Path) -> None:
    says, folder = TRANSCRIPTS[dialect], gateway_folder(tmp_path / "gateways", dialect)
    async with city(valkey_url, tmp_path / "data") as zin, centre_for(calls_of(zin, folder)) as centre:
        phone = Ussd(zin)
        expected = [await phone.say(typed) for typed in ("", *EXAM)]
        shown = await call(centre, says)
        centre.send(pdu_in(says, says.abort, ""))
        again = await centre.ask(pdu_in(says, says.begin, says.text), NUMBER)
    assert [text_of(one) for one in shown] == [text.removeprefix("END ") for text in expected]
    assert "table 12345" in text_of(shown[4])
    assert [one.parameters for one in shown] == [says.end if "END " in text else says.ask for text in expected]
    assert {one.service.decode() for one in shown} == {says.service}
    assert {one.sender.decode() for one in shown} == {says.to}
    assert centre.acknowledged == len(EXAM) + 3
    assert again.parameters == says.ask


async def test_call_that_zin_opens_goes_on_as_any_other(valkey_url: str, tmp_path: Path) -> None:
    says, folder = TRANSCRIPTS["tops"], gateway_folder(tmp_path / "gateways", "tops", more=", push: true")
    (gateway,) = read_gateways(folder)
    async with city(valkey_url, tmp_path / "data") as zin:
        services, names = zin.client.app[SERVICES], Pseudonyms("pepper")
        pushes = Pushes(gateway, services.conversation, services.messaging.outbox, services.ports, names)
        calls = build_calls(gateway, services.conversation, zin.settings, pushes)
        assert calls
        async with centre_for(calls) as centre:
            phone = Ussd(zin)
            expected = [await phone.say(typed) for typed in ("", *EXAM)]
            with pytest.raises(RetryLater, match="pushed"):
                await pushes.deliver(Message("changes:1", "sms", f"+{NUMBER}", "Admis(e)"), centre.client)
            opened = await centre.screen(NUMBER)
            shown = [await centre.ask(pdu_in(says, says.goes_on, typed), NUMBER) for typed in ("00", *EXAM[1:])]
    assert opened == Shown(b"USSD", CODE.encode(), b"Admis(e)\n00 Accueil", 15, {OP: b"\x02"})
    assert [text_of(one) for one in shown[1:]] == [text.removeprefix("END ") for text in expected[2:]]
    assert [one.parameters for one in shown] == [says.end if "END " in text else says.ask for text in expected[1:]]


def test_only_the_dialect_whose_page_says_so_opens_calls() -> None:
    assert [path.stem for path in DIALECTS.glob("*.yaml") if "\npush: " in path.read_text(encoding="utf-8")] == ["tops"]
