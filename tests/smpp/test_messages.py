"""Bodies of messages, compared with those of smpp34, which is not ours; and bodies that cannot be read."""

from __future__ import annotations

import pytest
import smpp34
from hypothesis import given
from hypothesis import strategies as st

from smpp.bind_request import BindRequest, decode_bind
from smpp.constants import DELIVER_SM, MESSAGE_PAYLOAD, RINVCMDLEN, RINVOPTPARSTREAM, SUBMIT_SM
from smpp.errors import MalformedBody
from smpp.messages import Address, ShortMessage, decode_message
from smpp.pdu import HEADER, Pdu
from tests.support.smsc import delivery, tlv

NUMBERS = st.text("0123456789", min_size=1, max_size=20)
OCTET = st.integers(0, 255)
PARAMETERS = st.dictionaries(st.integers(0x1400, 0x3FFF), st.binary(min_size=1, max_size=20), max_size=4)


@st.composite
def messages(draw: st.DrawFn) -> ShortMessage:
    return ShortMessage(
        Address(draw(NUMBERS), draw(st.integers(0, 6)), draw(st.sampled_from([0, 1, 3, 8]))),
        Address(draw(NUMBERS), draw(st.integers(0, 6)), draw(st.sampled_from([0, 1, 3, 8]))),
        draw(st.binary(max_size=600)),
        service_type=draw(st.sampled_from(["", "USSD", "CMT"])),
        esm_class=draw(st.sampled_from([0, 0x04, 0x40])),
        registered_delivery=draw(st.sampled_from([0, 1])),
        data_coding=draw(OCTET),
        parameters=draw(PARAMETERS),
    )


@given(messages())
def test_smpp34_reads_what_we_write(ours: ShortMessage) -> None:
    theirs = smpp34.decode(Pdu(SUBMIT_SM, 7, body=ours.encoded()).encoded())
    assert isinstance(theirs, smpp34.SubmitSm)
    parameters = {one.tag: one.value for one in theirs.tlvs}
    text = theirs.short_message or parameters.pop(MESSAGE_PAYLOAD, b"")
    assert (theirs.source_addr, theirs.destination_addr) == (ours.source.digits, ours.destination.digits)
    assert (theirs.source_addr_ton, theirs.dest_addr_npi) == (ours.source.ton, ours.destination.npi)
    assert (text, parameters) == (ours.text, ours.parameters)
    assert (theirs.service_type, theirs.esm_class) == (ours.service_type, ours.esm_class)
    assert (theirs.data_coding, theirs.registered_delivery) == (ours.data_coding, ours.registered_delivery)


@given(messages())
def test_we_read_what_smpp34_writes(message: ShortMessage) -> None:
    text = message.text[:254]
    theirs = smpp34.DeliverSm(
        message.source.digits,
        message.destination.digits,
        text,
        service_type=message.service_type,
        esm_class=message.esm_class,
        data_coding=message.data_coding,
        tlvs=[smpp34.Tlv(tag, value) for tag, value in message.parameters.items()],
    )
    ours = decode_message(theirs.encode()[HEADER.size :])
    assert (ours.text, ours.parameters, ours.data_coding) == (text, message.parameters, message.data_coding)
    assert (ours.source.digits, ours.destination.digits) == (message.source.digits, message.destination.digits)
    assert smpp34.decode(theirs.encode()).command_id == DELIVER_SM


@given(messages())
def test_a_message_comes_back_as_it_was(message: ShortMessage) -> None:
    assert decode_message(message.encoded()) == message


def test_a_body_cut_anywhere_is_refused() -> None:
    body = delivery(1, b"hello", tlv(0x0501, b"\1") + tlv(0x1403, b"ab"))[HEADER.size :]
    head = len(body) - 5 - 6  # its parameters
    for cut in range(head):
        with pytest.raises(MalformedBody) as cut_off:
            decode_message(body[:cut])
        assert cut_off.value.status == RINVCMDLEN
    for cut in {*range(head + 1, len(body))} - {head + 5}:
        with pytest.raises(MalformedBody) as cut_off:
            decode_message(body[:cut])
        assert cut_off.value.status == RINVOPTPARSTREAM


def test_a_long_text_stands_in_the_payload() -> None:
    body = ShortMessage(Address("1"), Address("2"), b"x" * 255).encoded()
    assert body.endswith(tlv(MESSAGE_PAYLOAD, b"x" * 255))


def test_a_bind_comes_back_as_it_was() -> None:
    bind = BindRequest("zin", "secret", "VMS", 1, 1)
    assert decode_bind(bind.command, bind.encoded()) == bind
    assert "secret" not in repr(bind)
