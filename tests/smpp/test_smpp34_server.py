"""Our client beside the server of smpp34, which is not ours (PyPI, a core in Rust)."""

from __future__ import annotations

import asyncio

import smpp34

from smpp.constants import ITS_SESSION_INFO, RTHROTTLED, USSD_SERVICE_OP
from smpp.messages import decode_message
from tests.support.patience import PATIENCE
from tests.support.smpp34_server import bound_esme, served
from tests.support.smsc import SHORT, bound_to


async def test_it_takes_our_messages_and_refuses_them() -> None:
    async with served() as (server, port), bound_to(port) as ours:
        esme = await bound_esme(server)
        assert (esme.system_id, esme.can_receive) == ("zin", True)
        sending = asyncio.gather(ours.client.submit(SHORT, PATIENCE), ours.client.submit(SHORT, PATIENCE))
        first, second = await server.next(), await server.next()
        assert isinstance(first, smpp34.SubmitSmEvent)
        assert isinstance(second, smpp34.SubmitSmEvent)
        assert (first.destination_addr, first.short_message) == ("2290190000001", b"hello")
        second.reject(RTHROTTLED)
        first.accept("0AFF")
        answers = await sending
    refused, taken = sorted(answers, key=lambda answer: len(answer.body))  # they are read in any order
    assert (taken.status, taken.body) == (0, b"0AFF\0")
    assert refused.status == RTHROTTLED


async def test_its_calls_reach_us_with_their_parameters() -> None:
    tlvs = [smpp34.Tlv(USSD_SERVICE_OP, b"\x01"), smpp34.Tlv(ITS_SESSION_INFO, b"\x12\x34")]
    async with served() as (server, port), bound_to(port) as ours:
        esme = await bound_esme(server)
        answer = await esme.deliver_sm("384", b"*384*229#", source_addr="2290190000001", tlvs=tlvs)
        assert answer.is_success
        (pdu,) = ours.had
    message = decode_message(pdu.body)
    assert (message.text, message.source.digits) == (b"*384*229#", "2290190000001")
    assert message.parameters == {USSD_SERVICE_OP: b"\x01", ITS_SESSION_INFO: b"\x12\x34"}


async def test_it_unbinds_and_we_come_back() -> None:
    async with served() as (server, port), bound_to(port) as ours:
        esme = await bound_esme(server)
        await ours.bound()
        await esme.unbind()
        while not isinstance(again := await server.next(), smpp34.Esme):
            pass
        assert again.system_id == "zin"
