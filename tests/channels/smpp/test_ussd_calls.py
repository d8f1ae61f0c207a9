"""Calls that go wrong: what a centre repeats, mixes up, invents or never says, and the screen that answers it."""

from __future__ import annotations

import asyncio

import pytest
from prometheus_client import REGISTRY

from channels.smpp.ussd_calls import UssdCalls
from channels.smpp.ussd_dialect import is_call
from smpp.messages import ShortMessage, decode_message
from tests.support.conversation import Town
from tests.support.patience import PATIENCE
from tests.support.ussd_centre import INFO, OP, deliver, read_submit

NUMBER, CODE = "2290190000001", "*384*229#"
WELCOME, FRUITS = b"Bienvenue", b"Quel fruit"


def begin(session: bytes = b"\0\6", to: str = CODE, text: bytes = b"", **more: bytes) -> ShortMessage:
    return decode_message(deliver(NUMBER, text, {OP: b"\1", INFO: session}, to))


def typed(text: bytes, session: bytes = b"\0\6", number: str = NUMBER) -> ShortMessage:
    return decode_message(deliver(number, text, {OP: b"\x12", INFO: session}, CODE))


def end(session: bytes = b"\0\7") -> ShortMessage:
    return decode_message(deliver(NUMBER, b"", {OP: b"\x12", INFO: session}, CODE))


async def show(calls: UssdCalls, *messages: ShortMessage) -> list[ShortMessage | None]:
    now = asyncio.get_running_loop().time()
    return [await calls.answer(message, now) for message in messages]


async def texts(calls: UssdCalls, *messages: ShortMessage) -> list[bytes]:
    shown = await show(calls, *messages)
    return [one.text if one else b"" for one in shown]


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, {"channel": "essai_ussd", **labels}) or 0.0


async def test_session_is_the_number_and_the_code(calls: UssdCalls) -> None:
    first, second = await show(calls, begin(b"\0\6"), typed(b"7", b"\4\2"))
    assert first
    assert second
    assert FRUITS in second.text  # although the centre changed its own session
    assert (first.parameters[INFO], second.parameters[INFO]) == (b"\0\6", b"\4\2")


async def test_two_sessions_of_a_number_each_keep_their_own(calls: UssdCalls) -> None:
    shown = await show(calls, begin(b"\0\2"), begin(b"\0\4"), typed(b"7", b"\0\4"))
    assert [one and one.parameters[INFO] for one in shown] == [b"\0\2", b"\0\4", b"\0\4"]
    assert [one and one.text for one in shown[:2]] == [shown[0] and shown[0].text] * 2


async def test_other_number_has_a_call_of_its_own(calls: UssdCalls) -> None:
    mine, other = await texts(calls, begin(), typed(b"7", number="2290190000002"))
    assert WELCOME in mine
    assert FRUITS in other


async def test_repeated_deliver_gets_the_same_screen(calls: UssdCalls, town: Town) -> None:
    shown = await show(calls, begin(), begin(), typed(b"7"), typed(b"7"))
    assert shown[0] == shown[1] != shown[2] == shown[3]
    assert len(town.market.asked) == 1


async def test_same_deliver_twice_at_once_is_one_hop(calls: UssdCalls) -> None:
    await show(calls, begin())
    now = asyncio.get_running_loop().time()
    both = await asyncio.gather(calls.answer(typed(b"7"), now), calls.answer(typed(b"7"), now))
    assert both[0] == both[1]
    assert both[0]
    assert FRUITS in both[0].text


async def test_end_shows_nothing_and_is_counted(calls: UssdCalls) -> None:
    before = counted("zin_calls_ended_total", status="left")
    assert (await show(calls, end(), begin(), end()))[::2] == [None, None]
    assert counted("zin_calls_ended_total", status="left") == before + 2


async def test_input_without_a_begin_is_read_from_the_start(calls: UssdCalls) -> None:
    (shown,) = await texts(calls, typed(b"7"))
    assert FRUITS in shown


async def test_answer_after_the_end_gets_the_last_screen(calls: UssdCalls) -> None:
    *_, last = await show(calls, begin(), typed(b"3"))
    assert last
    assert last.parameters[INFO] == b"\0\7", "the call ends here"
    (again,) = await show(calls, typed(b"5"))
    assert again == last


async def test_inputs_dialled_behind_the_code_are_followed(calls: UssdCalls) -> None:
    (shown,) = await texts(calls, begin(to="*384*229*7#"))
    assert FRUITS in shown


async def test_other_code_and_no_number_are_refused(calls: UssdCalls) -> None:
    before = [counted("zin_turned_away_total", why=why) for why in ("stranger", "bad_request")]
    nobody = decode_message(deliver("", b"7", {OP: b"\x12"}, CODE))
    assert await show(calls, begin(to="*999#"), nobody) == [None, None]
    after = [counted("zin_turned_away_total", why=why) for why in ("stranger", "bad_request")]
    assert after == [one + 1 for one in before]


async def test_unknown_parameters_change_nothing(calls: UssdCalls) -> None:
    message = decode_message(deliver(NUMBER, b"", {OP: b"\1", INFO: b"\0\6", 0x1401: b"x" * 40, 0x3FFF: b""}, CODE))
    (shown,) = await show(calls, message)
    assert shown
    assert set(shown.parameters) == {OP, INFO}


@pytest.mark.parametrize("operation", [b"", b"\x63", b"\1\2"])
async def test_unknown_operation_is_an_input(calls: UssdCalls, operation: bytes) -> None:
    _, shown = await texts(calls, begin(), decode_message(deliver(NUMBER, b"7", {OP: operation}, CODE)))
    assert FRUITS in shown


def test_messages_and_receipts_are_no_calls() -> None:
    sms = decode_message(deliver(NUMBER, b"BAC 12345", {}, "5000"))
    receipt = ShortMessage(sms.source, sms.destination, b"id:1", esm_class=4, service_type="USSD")
    assert [is_call(one) for one in (sms, receipt, begin())] == [False, False, True]
    assert is_call(decode_message(deliver(NUMBER, b"1", {}, CODE, "ussd")))


async def test_screen_goes_to_the_phone_from_our_code(calls: UssdCalls) -> None:
    (shown,) = await show(calls, begin())
    assert shown
    number, read = read_submit(shown.encoded())
    assert (number, read.sender, read.coding) == (NUMBER, CODE.encode(), 0)


async def test_deadline_counts_from_the_arrival_of_the_pdu(calls: UssdCalls, town: Town) -> None:
    await show(calls, begin())
    town.market.open.clear()
    before = counted("zin_hop_seconds_sum", how="sorry")
    shown = await calls.answer(typed(b"7"), asyncio.get_running_loop().time() - PATIENCE)
    assert shown
    assert shown.parameters[INFO] == b"\0\7", "an apology ends the call"
    assert counted("zin_hop_seconds_sum", how="sorry") - before >= PATIENCE
