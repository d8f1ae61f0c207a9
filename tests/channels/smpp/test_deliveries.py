"""What an operator delivers, and when it gets its response."""

from __future__ import annotations

from channels.contracts.message_channel import DeliveryReport, UnknownReport
from channels.smpp.deliveries import MAX_AT_ONCE
from smpp.constants import ESM_RECEIPT, RINVCMDLEN, RMSGQFUL, ROK, RX_T_APPN
from state.interfaces import Inbound
from tests.support.smpp_deliveries import Desk, sms

RECEIPT = b"id:77 sub:001 dlvrd:001 submit date:2601010800 done date:2601010801 stat:%b err:000 text:"


async def test_message_reaches_the_conversation(desk: Desk) -> None:
    assert await desk.deliver(sms(b"BAC 12345")) == [ROK]
    (one,) = desk.reception.had
    assert isinstance(one, Inbound)
    assert (one.channel, one.citizen, one.text) == ("essai_sms", "+2290190000001", "BAC 12345")
    assert one.reply_to
    assert (one.reply_to.gateway, one.reply_to.address) == ("sms", "+2290190000001")


async def test_same_text_twice_is_two_messages(desk: Desk) -> None:
    await desk.deliver(sms(b"1"))
    await desk.deliver(sms(b"1"))
    assert (desk.texts, len(set(desk.names))) == (["1", "1"], 2)


async def test_messages_of_one_citizen_stay_in_order(desk: Desk) -> None:
    await desk.deliver(*(sms(b"%d" % number) for number in range(20)))
    assert desk.texts == [f"{number}" for number in range(20)]


async def test_delivery_not_kept_comes_again_under_its_name(desk: Desk) -> None:
    desk.reception.failures = 1
    assert await desk.deliver(sms(b"1")) == [RX_T_APPN]
    named = next(iter(desk.deliveries._names.values()))
    assert await desk.deliver(sms(b"1")) == [ROK]
    assert desk.names == [named]


async def test_response_that_did_not_leave_is_no_second_message(desk: Desk) -> None:
    desk.peer.is_open = False
    await desk.deliver(sms(b"1"))
    desk.peer.is_open = True
    await desk.deliver(sms(b"1"))
    assert len(set(desk.names)) == 1


async def test_receipts_are_reports_of_this_gateway(desk: Desk) -> None:
    both = (sms(RECEIPT % state, esm_class=ESM_RECEIPT) for state in (b"DELIVRD", b"ENROUTE"))
    assert await desk.deliver(*both) == [ROK] * 2
    assert desk.reception.had == [DeliveryReport("sms", "essai:77", "delivered")]


async def test_receipt_of_a_failure_says_why(desk: Desk) -> None:
    await desk.deliver(sms(RECEIPT % b"UNDELIV", esm_class=ESM_RECEIPT), sms(RECEIPT % b"LOST", esm_class=ESM_RECEIPT))
    assert desk.reception.had == [
        DeliveryReport("sms", "essai:77", "failed", "undeliv_000"),
        UnknownReport("sms", "LOST"),
    ]


async def test_sender_in_letters_is_taken_and_not_answered(desk: Desk) -> None:
    assert await desk.deliver(sms(b"win", source="CASINO")) == [ROK]
    assert desk.reception.had == []


async def test_body_cut_short_is_refused(desk: Desk) -> None:
    assert await desk.deliver(sms(b"BAC")[:-4]) == [RINVCMDLEN]


async def test_too_many_at_once_are_asked_to_come_again(desk: Desk) -> None:
    statuses = await desk.deliver(*(sms(b"1", source=f"22901{number:08}") for number in range(MAX_AT_ONCE + 1)))
    assert sorted(statuses) == [ROK] * MAX_AT_ONCE + [RMSGQFUL]


async def test_each_message_is_a_request_of_its_own(desk: Desk) -> None:
    await desk.deliver(sms(b"1"), sms(b"2"))
    assert [len(one) for one in desk.reception.requests] == [32, 32]
    assert len(set(desk.reception.requests)) == 2
