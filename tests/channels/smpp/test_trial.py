"""A message of a trial: sent over a bind of its own, and followed to its receipt."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import cast

import pytest

from channels.contracts.sender import RetryLater
from channels.declared.overview import NotTried
from channels.smpp.mock_smsc import MockSmsc
from channels.smpp.smpp_gateways import SmppGateways, smpp_gateways
from channels.smpp.trial import OpenTrial, Trial, opened_trial, trial_message
from channels.smpp.trial_push import END, SCREEN
from cli.smpp_trials import try_smpp
from settings import Settings
from smpp.connection import Connection
from smpp.constants import DELIVER_SM, ESM_RECEIPT, ROK, RX_T_APPN
from smpp.messages import Address, ShortMessage
from smpp.pdu import Pdu
from tests.support.gateway_files import GATEWAYS, broken_copy
from tests.support.patience import PATIENCE
from tests.support.smpp_gateway import NAME, example, example_sms

PHONE = "2290190000001"


def write_gateway(folder: Path, changes: dict[str, str]) -> None:
    """Write the example to a folder, with these texts replaced."""
    broken_copy(folder, NAME, "2775", "2775")
    text = (GATEWAYS / f"{NAME}.yaml").read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    (folder / f"{NAME}.yaml").write_text(text, encoding="utf-8")


@asynccontextmanager
async def played(
    folder: Path, *, bind: str = "transceiver", ids: str = "same", ussd: str = "tata", says: list[str] | None = None
) -> AsyncIterator[SmppGateways]:
    """The gateways of a folder with one file, whose operator is played with the password `essai`.

    A phone that is called answers 1. says gets what the operator prints.
    """
    answers = set[asyncio.Task[None]]()

    def said(line: str) -> None:
        (says if says is not None else []).append(line)
        if line.startswith(SCREEN):
            answers.add(asyncio.create_task(smsc.type("1")))

    def accept() -> Connection:
        return smsc.accept()

    server = await asyncio.get_running_loop().create_server(accept, "127.0.0.1", 0)
    port = str(server.sockets[0].getsockname()[1])
    write_gateway(folder, {"2775": port, "transceiver": bind, "receipt_ids: same": f"receipt_ids: {ids}", "tata": ussd})
    smsc: MockSmsc = MockSmsc(example(folder), "essai", PHONE, said)
    try:
        yield smpp_gateways(Settings(env="demo", gateways=folder))
    finally:
        server.close()
        await smsc.close()


@pytest.mark.parametrize(("bind", "ids"), [("transceiver", "hex_then_decimal"), ("pair", "decimal_then_hex")])
async def test_trial_is_followed_to_its_receipt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bind: str, ids: str
) -> None:
    monkeypatch.setenv("ZIN_GATEWAY_EXEMPLE_PASSWORD", "essai")
    async with played(tmp_path, bind=bind, ids=ids) as gateways, opened(gateways) as trying:
        reference = await trying.sender.send(trial_message(NAME, f"+{PHONE}", "Essai"))
        found = await trying.trial.receipt(reference, PATIENCE)
    assert found
    assert found.reported == "delivered"


async def test_trial_of_calls_opens_one_and_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZIN_GATEWAY_EXEMPLE_PASSWORD", "essai")
    says = list[str]()
    async with played(tmp_path, ussd="tops\n  push: true", says=says) as gateways:
        await try_smpp(gateways.settings, NAME, f"+{PHONE}", "Essai")
    written = capsys.readouterr().out
    assert "L'appel est ouvert : répondez 1 sur le téléphone.\nLe téléphone a répondu.\n" in written
    assert "\nRemis.\n" in written
    assert [line for line in says if not line.startswith("-- ")] == [SCREEN, END]


async def test_trial_of_a_file_with_calls_only_says_how(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZIN_GATEWAY_EXEMPLE_PASSWORD", "essai")
    async with played(tmp_path) as gateways:
        file = tmp_path / f"{NAME}.yaml"
        text = file.read_text(encoding="utf-8")
        file.write_text(text[: text.index("sms:")] + text[text.index("ussd:") :], encoding="utf-8")
        with pytest.raises(NotTried, match=r"n'envoie pas de SMS\. Pour essayer .* composez \*384\*229#"):
            await try_smpp(gateways.settings, NAME, f"+{PHONE}", "Essai")


class Responses:
    """What the operator is answered, by sequence number."""

    def __init__(self) -> None:
        self.had: dict[int, int] = {}

    def respond(self, request: Pdu, status: int = ROK, body: bytes = b"") -> None:
        self.had[request.sequence] = status


def receipt(sequence: int, named: str) -> Pdu:
    text = f"id:{named} sub:001 dlvrd:001 submit date:2601010800 done date:2601010801 stat:DELIVRD err:000 text:"
    message = ShortMessage(Address(PHONE), Address("5000"), text.encode(), esm_class=ESM_RECEIPT)
    return Pdu(DELIVER_SM, sequence, ROK, message.encoded())


async def test_receipt_of_another_message_comes_again() -> None:
    trial, responses = Trial(NAME, example_sms()), Responses()
    for sequence, named in enumerate(("foreign", "ours"), 1):
        trial.take(cast("Connection", responses), receipt(sequence, named))
    assert responses.had == {}, "whose they are is not known before the answer to the trial"
    found = await trial.receipt(f"{NAME}:ours", PATIENCE)
    assert found
    assert responses.had == {1: RX_T_APPN, 2: ROK}


async def test_wrong_password_sends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZIN_GATEWAY_EXEMPLE_PASSWORD", "other")
    monkeypatch.setattr("channels.smpp.sender.WAIT_SECONDS", 0.2)
    async with played(tmp_path) as gateways, opened(gateways) as trying:
        with pytest.raises(RetryLater, match="not_bound"):
            await trying.sender.send(trial_message(NAME, f"+{PHONE}", "Essai"))


def opened(gateways: SmppGateways) -> AbstractAsyncContextManager[OpenTrial]:
    found = example(gateways.settings.gateways)
    assert found.file.sms
    return opened_trial(gateways, found, found.file.sms)
