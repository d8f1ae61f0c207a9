"""Receipts: which message they name, and what became of it."""

from __future__ import annotations

import pytest

from channels.smpp.receipts import Receipt, ReceiptIds, read_receipt, reference, written_ids
from smpp.constants import ESM_RECEIPT, MESSAGE_STATE, RECEIPTED_MESSAGE_ID
from smpp.messages import NOWHERE, ShortMessage

TEXT = b"id:0012 sub:001 dlvrd:001 submit date:2601010800 done date:2601010801 stat:%b err:%b text:hello"


def receipt(text: bytes = b"", parameters: dict[int, bytes] | None = None) -> ShortMessage:
    return ShortMessage(NOWHERE, NOWHERE, text, esm_class=ESM_RECEIPT, parameters=parameters or {})


STATES = [(b"DELIVRD", "delivered"), (b"UNDELIV", "failed"), (b"expired", "failed"), (b"REJECTD", "failed")]
ON_THE_WAY = [b"ENROUTE", b"ACCEPTD", b"BUFFRED", b"UNKNOWN"]


@pytest.mark.parametrize(("written", "reported"), STATES)
def test_final_states_are_reported(written: bytes, reported: str) -> None:
    found = read_receipt(receipt(TEXT % (written, b"044")), "same")
    assert found == Receipt("12", written.decode().upper(), "044")
    assert found
    assert found.reported == reported


@pytest.mark.parametrize("written", ON_THE_WAY)
def test_states_on_the_way_are_known_and_end_nothing(written: bytes) -> None:
    found = read_receipt(receipt(TEXT % (written, b"000")), "same")
    assert found
    assert (found.is_known, found.reported) == (True, None)


def test_parameters_go_before_the_text() -> None:
    parameters = {RECEIPTED_MESSAGE_ID: b"AFF\0", MESSAGE_STATE: b"\x02"}
    assert read_receipt(receipt(TEXT % (b"UNDELIV", b"1"), parameters), "same") == Receipt("aff", "DELIVRD", "1")


@pytest.mark.parametrize("text", [b"", b"hello", b"id: stat:DELIVRD", b"id:1"])
def test_receipt_without_id_or_state_is_none(text: bytes) -> None:
    assert read_receipt(receipt(text), "same") is None


@pytest.mark.parametrize("ids", ["same", "hex_then_decimal", "decimal_then_hex"])
def test_both_notations_of_one_id_are_equal(ids: ReceiptIds) -> None:
    answered, reported = written_ids(1_234_567, ids)
    assert reference(answered, ids) == reference(reported, ids, is_receipt=True)


def test_an_id_that_is_no_number_stays_as_it_is() -> None:
    assert reference("Q-9", "hex_then_decimal") == "q-9"
