"""What a message is on the wire, and what each answer of the operator means for the outbox."""

from __future__ import annotations

from dataclasses import replace

import pytest

from channels.contracts.sender import Message, NeedsOperator, PermanentFailure, RetryLater
from channels.smpp.parts import Part, split_header
from channels.smpp.sender import SmppSms, SmsRoute
from channels.smpp.smpp_shape import SmsPart
from smpp.constants import GENERIC_NACK, RINVCMDID, RINVDSTADR, RINVSRCADR, RMSGQFUL, RSYSERR, RTHROTTLED
from smpp.errors import NoAnswer, NotBound, SmppError
from smpp.pdu import Pdu
from tests.support.smpp_bind import Bind
from tests.support.smpp_gateway import example, example_sms

LONG = "Résultat du BAC : " + "a" * 300


def sender(bind: Bind, **sms: object) -> SmppSms:
    part = SmsPart.model_validate({**example_sms().model_dump(), **sms})
    return SmppSms([SmsRoute("essai", example().file, part, bind)])


def message(text: str = "Bonjour") -> Message:
    return Message("k1", "sms", "+2290190000001", text)


async def test_short_message_is_one_with_a_receipt() -> None:
    bind = Bind()
    assert await sender(bind).send(message()) == "essai:1"
    (one,) = bind.had
    assert (one.text, one.source.digits, one.destination.digits) == (b"Bonjour", "5000", "2290190000001")
    assert (one.registered_delivery, one.validity, one.esm_class) == (1, "000001000000000R", 0)


@pytest.mark.parametrize("long", ["udh", "sar"])
async def test_long_message_leaves_in_parts(long: str) -> None:
    bind = Bind()
    assert await sender(bind, long=long).send(message(LONG)) == "essai:3"
    found = [split_header(one) for one in bind.had]
    places = [place for place, _ in found if place]
    assert places == [Part(places[0].reference, 3, number) for number in (1, 2, 3)]
    assert b"".join(octets for _, octets in found).decode("latin-1").endswith("a" * 300)
    assert [one.registered_delivery for one in bind.had] == [0, 0, 1]


async def test_payload_carries_a_long_message_whole() -> None:
    bind = Bind()
    await sender(bind, long="payload").send(message(LONG))
    assert [len(one.text) for one in bind.had] == [len(LONG)]


async def test_too_many_is_tried_again_without_the_parts_before() -> None:
    bind = Bind([0, RTHROTTLED, RMSGQFUL])
    await sender(bind).send(message(LONG))
    assert [place.number for one in bind.had if (place := split_header(one)[0])] == [1, 2, 2, 2, 3]


REFUSALS = [
    (RINVDSTADR, PermanentFailure, "invalid_number"),
    (RINVSRCADR, NeedsOperator, "invalid_source"),
    (RSYSERR, RetryLater, "system_error"),
    (RINVCMDID, NeedsOperator, "invalid_command"),
    (Pdu(GENERIC_NACK, 1, RINVCMDID), RetryLater, "nack_invalid_command"),
    (Pdu(GENERIC_NACK, 1, RINVDSTADR), RetryLater, "nack_invalid_number"),
    (0x450, RetryLater, "status_0x450"),
    (NoAnswer("gone"), RetryLater, "no_answer"),
    (NotBound("not_bound"), RetryLater, "not_bound"),
]


@pytest.mark.parametrize(("answer", "error", "why"), REFUSALS)
async def test_refusals_are_what_a_sender_raises(
    answer: int | SmppError | Pdu, error: type[Exception], why: str
) -> None:
    with pytest.raises(error, match=why):
        await sender(Bind([answer])).send(message())


async def test_number_without_a_gateway_waits_for_an_operator() -> None:
    with pytest.raises(NeedsOperator, match="no_route"):
        await sender(Bind(), prefixes=("22997",)).send(message())


async def test_second_gateway_takes_over_while_the_first_is_away() -> None:
    away, there = Bind(is_bound=False), Bind()
    routes = [SmsRoute(name, example().file, example_sms(), bind) for name, bind in (("a", away), ("b", there))]
    assert await SmppSms(routes).send(replace(message(), key="k2")) == "b:1"
