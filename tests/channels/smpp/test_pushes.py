"""Messages that open a call on the phone: what it shows, what its answer does, and when the SMS leaves."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from channels.contracts.sender import Message, RetryLater
from channels.outbox.repository import Outbox
from channels.smpp.pushes import Pushes
from channels.smpp.pushing_sender import PushingSender
from channels.smpp.sender import SmppSms, SmsRoute
from channels.smpp.smpp_files import FoundGateway, read_gateways
from channels.smpp.ussd_calls import UssdCalls, build_calls
from database import tables
from database.encryption import Seal
from smpp.constants import RSUBMITFAIL, USSD_SERVICE_OP
from smpp.errors import NoAnswer, NoPlace
from smpp.messages import ShortMessage, decode_message
from state.conversation.conversation import ConversationPorts
from state.errors import StoreUnavailable
from state.identity import Pseudonyms
from state.interfaces import Recipient
from state.store.memory import InMemory
from tests.support.conversation import Town
from tests.support.database import Registry
from tests.support.smpp_bind import Bind
from tests.support.smpp_gateway import gateway_folder
from tests.support.ussd_centre import INFO, OP, deliver

CODE, NUMBER = "*384*229#", "2290190000001"
NEWS = Message("changes:1", "sms", f"+{NUMBER}", "BAC 2026, table 12345 : Admis(e)\nPour ne plus être averti : STOP")
SCREEN = b"BAC 2026, table 12345 : Admis(e)\nPour ne plus etre averti : STOP\n00 Accueil"


class Pushing:
    """A gateway that opens calls, over a bind that answers as a test says."""

    def __init__(self, town: Town, registry: Registry, gateway: FoundGateway, names: Pseudonyms) -> None:
        self.town, self.bind = town, Bind()
        self.outbox = Outbox(registry.database, Seal(*registry.settings.secrets.rest))
        assert gateway.file.sms
        ports = ConversationPorts(town.store, town.market, town.preferences, town.post)
        pushes = Pushes(gateway, town.conversation, self.outbox, ports, names)
        calls = build_calls(gateway, town.conversation, town.settings, pushes)
        assert calls
        self._calls: UssdCalls = calls
        messages = SmppSms([SmsRoute("essai", gateway.file, gateway.file.sms, self.bind)])
        self._sender = PushingSender(messages, messages, {"essai": pushes})

    async def send(self, message: Message = NEWS) -> str:
        """Try a message; its reference, or why it is tried again."""
        try:
            return await self._sender.send(message)
        except RetryLater as later:
            return f"{later} {later.seconds:.0f}"

    async def answer(self, text: str, operation: bytes = b"\x12") -> bytes:
        """What the phone shows after this input."""
        asked = decode_message(deliver(NUMBER, text.encode(), {OP: operation, INFO: b"\xab\xcd"}, CODE, "USSD"))
        shown = await self._calls.answer(asked, asyncio.get_running_loop().time())
        return shown.text if shown else b""

    @property
    def calls(self) -> list[ShortMessage]:
        """The submit_sm that opened a call."""
        return [one for one in self.bind.had if USSD_SERVICE_OP in one.parameters]

    @property
    def sms(self) -> list[bytes]:
        """The texts of the SMS that left."""
        return [one.text for one in self.bind.had if USSD_SERVICE_OP not in one.parameters]


@pytest.fixture
def pushing(town: Town, registry: Registry, tmp_path: Path) -> Pushing:
    (gateway,) = read_gateways(gateway_folder(tmp_path / "gateways", "tops", more=", push: true"))
    return Pushing(town, registry, gateway, Pseudonyms("pepper"))


async def test_result_opens_a_call_on_the_phone(pushing: Pushing) -> None:
    assert await pushing.send() == "pushed 120"
    (opened,) = pushing.calls
    assert (opened.text, opened.service_type, opened.parameters) == (SCREEN, "USSD", {USSD_SERVICE_OP: b"\2"})
    assert (opened.source.digits, opened.destination.digits, opened.registered_delivery) == (CODE, NUMBER, 0)


async def test_answer_is_an_ordinary_hop_and_no_sms_leaves(pushing: Pushing) -> None:
    await pushing.send()
    assert b"Bienvenue" in await pushing.answer("00")
    assert b"Quel fruit" in await pushing.answer("7")
    assert (await pushing.send()).startswith("essai:push:")
    assert (len(pushing.calls), pushing.sms) == (1, [])


async def test_message_without_an_answer_leaves_as_an_sms_once(pushing: Pushing) -> None:
    await pushing.send()
    assert [await pushing.send(), len(pushing.calls), len(pushing.sms)] == ["essai:2", 1, 1]


async def test_answered_message_is_delivered_in_the_outbox(pushing: Pushing, registry: Registry) -> None:
    await pushing.outbox.enqueue(NEWS)
    (claimed,) = await pushing.outbox.claim("sms", 1)
    await pushing.send()
    await pushing.answer("00")
    names = Pseudonyms("pepper")
    await pushing.outbox.sent(claimed, names.reference("sms", await pushing.send()))
    assert [row["state"] for row in await registry.database.rows(select(tables.outbox.c.state))] == ["delivered"]


async def test_stop_is_obeyed_and_ends_the_call(pushing: Pushing, town: Town) -> None:
    await pushing.send()
    assert b"sauf pour" in await pushing.answer("STOP")
    assert town.post.stopped == [Recipient("sms", f"+{NUMBER}")]


async def test_citizen_who_dials_instead_gets_the_sms(pushing: Pushing) -> None:
    await pushing.send()
    await pushing.answer("", operation=b"\1")
    await pushing.answer("7")
    assert [await pushing.send(), len(pushing.sms)] == ["essai:2", 1]


async def test_phone_in_a_call_gets_the_sms(pushing: Pushing) -> None:
    await pushing.answer("", operation=b"\1")
    assert [await pushing.send(), pushing.calls] == ["essai:1", []]


async def test_phone_shows_one_message_at_a_time(pushing: Pushing) -> None:
    await pushing.send()
    assert [await pushing.send(replace(NEWS, key="changes:2")), len(pushing.calls)] == ["essai:2", 1]


@pytest.mark.parametrize(
    "message",
    [replace(NEWS, is_awaited=True), replace(NEWS, text="Convocation : " + "a" * 200)],
    ids=["awaited", "long"],
)
async def test_promised_and_long_messages_leave_as_sms(pushing: Pushing, message: Message) -> None:
    await pushing.send(message)
    assert (pushing.calls, len(pushing.sms) > 0) == ([], True)


@pytest.mark.parametrize("refusal", [RSUBMITFAIL, NoPlace("window_full")])
async def test_call_that_the_centre_refuses_becomes_an_sms(pushing: Pushing, refusal: int | NoPlace) -> None:
    pushing.bind.answers = [refusal]
    assert [await pushing.send(), len(pushing.sms)] == ["essai:2", 1]


async def test_call_without_a_response_may_be_shown(pushing: Pushing) -> None:
    pushing.bind.answers = [NoAnswer("gone")]
    assert await pushing.send() == "pushed 120"
    await pushing.answer("00")
    assert (await pushing.send()).startswith("essai:push:")


async def test_nothing_opens_a_call_without_the_store(
    pushing: Pushing, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> bytes:
        raise StoreUnavailable("set to fail")

    assert isinstance(town.store, InMemory)
    monkeypatch.setattr(town.store, "get", away)
    assert [await pushing.send(), pushing.calls] == ["essai:1", []]


async def test_unbound_gateway_opens_no_call(pushing: Pushing) -> None:
    pushing.bind.is_bound = False
    await pushing.send()
    assert pushing.calls == []
