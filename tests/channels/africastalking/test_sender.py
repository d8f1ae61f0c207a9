"""SMS by Africa's Talking, over HTTP to a gateway on this machine: each of its answers means one thing to us."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from pydantic import SecretStr

from channels import open_senders
from channels.africastalking import sender as africastalking_sms
from channels.africastalking.sender import LIMITS, AfricasTalkingSms
from channels.contracts.sender import Message, NeedsOperator, PermanentFailure, RetryLater
from channels.outbox.sender_wrappers import DryRunSender
from settings import Settings
from tests.support.sms_gateway import FakeAnswer, FakeGateway, fake_gateway, recipient

NUMBER = "+2290190000001"
MESSAGE = Message("k1", "sms", NUMBER, "Résultat : « admis »")


def settings(url: str, sender: str = "ZIN") -> Settings:
    return Settings(at_username="sandbox", at_api_key=SecretStr("a-key"), at_sender=sender, at_url=url)


@pytest.fixture
async def gateway() -> AsyncIterator[FakeGateway]:
    async with fake_gateway() as gateway:
        yield gateway


@pytest.fixture
async def sender(gateway: FakeGateway) -> AsyncIterator[AfricasTalkingSms]:
    sender = AfricasTalkingSms(settings(gateway.url))
    yield sender
    await sender.close()


async def test_message_is_sent_and_its_reference_returned(gateway: FakeGateway, sender: AfricasTalkingSms) -> None:
    assert await sender.send(MESSAGE) == "ATXid_1"
    (form,) = gateway.forms
    assert form == {"username": "sandbox", "to": NUMBER, "message": MESSAGE.text, "bulkSMSMode": "1", "from": "ZIN",
                    "enqueue": "1", "apiKey": "a-key"}  # fmt: skip


async def test_sender_name_is_optional(gateway: FakeGateway) -> None:
    sender = AfricasTalkingSms(settings(gateway.url, sender=""))
    await sender.send(MESSAGE)
    await sender.close()
    assert "from" not in gateway.forms[0]


async def test_many_messages_share_few_connections(gateway: FakeGateway, sender: AfricasTalkingSms) -> None:
    for _ in range(5):
        await sender.send(MESSAGE)
    assert len(gateway.connections) == 1
    gateway.says = lambda form: FakeAnswer(recipient(), seconds=0.05)
    await asyncio.gather(*(sender.send(MESSAGE) for _ in range(300)))
    assert len(gateway.connections) <= LIMITS.max_connections


NOBODY = json.dumps({"SMSMessageData": {"Message": "InvalidSenderId", "Recipients": []}})
MEANT = [
    (FakeAnswer(recipient(100)), None, "ATXid_1"),
    (FakeAnswer(recipient(101)), None, "ATXid_1"),
    (FakeAnswer(recipient(102), content_type="text/plain"), None, "ATXid_1"),
    (FakeAnswer(recipient(401)), NeedsOperator, "RiskHold"),
    (FakeAnswer(recipient(402)), NeedsOperator, "InvalidSenderId"),
    (FakeAnswer(recipient(403, "None")), PermanentFailure, "InvalidPhoneNumber"),
    (FakeAnswer(recipient(404, "None")), PermanentFailure, "UnsupportedNumberType"),
    (FakeAnswer(recipient(405, "None")), NeedsOperator, "InsufficientBalance"),
    (FakeAnswer(recipient(406, "None")), PermanentFailure, "UserInBlacklist"),
    (FakeAnswer(recipient(407, "None")), RetryLater, "CouldNotRoute"),
    (FakeAnswer(recipient(409, "None")), PermanentFailure, "DoNotDisturbRejection"),
    (FakeAnswer(recipient(500, "None")), RetryLater, "InternalServerError"),
    (FakeAnswer(recipient(501, "None")), RetryLater, "GatewayError"),
    (FakeAnswer(recipient(502, "None")), RetryLater, "RejectedByGateway"),
    (FakeAnswer(recipient(999, "None")), RetryLater, "code_999"),
    (FakeAnswer(NOBODY), NeedsOperator, "InvalidSenderId"),
    (FakeAnswer("The supplied authentication is invalid", 401, "text/plain"), NeedsOperator, "wrong_key"),
    (FakeAnswer("gone", 404, "text/plain"), NeedsOperator, "status_404"),
    (FakeAnswer("", 302, "text/plain", headers={"Location": "http://127.0.0.1:1/"}), NeedsOperator, "status_302"),
    (FakeAnswer("slow down", 429, "text/plain"), RetryLater, "too_many"),
    (FakeAnswer("broken", 500, "text/html"), RetryLater, "status_500"),
    (FakeAnswer("Sent", 201, "text/plain"), None, ""),
    (FakeAnswer("{}"), None, ""),
    (FakeAnswer('{"SMSMessageData": {"Recipients": [{}]}}'), None, ""),
    (FakeAnswer("", closes=True), RetryLater, "ServerDisconnectedError"),
]


@pytest.mark.parametrize(("answer", "error", "why"), MEANT, ids=[f"{row[0].status} {row[2]}" for row in MEANT])
async def test_every_answer_means_one_thing(
    gateway: FakeGateway, sender: AfricasTalkingSms, answer: FakeAnswer, error: type[Exception] | None, why: str
) -> None:
    gateway.says = lambda form: answer
    if error is None:
        assert await sender.send(MESSAGE) == why
        return
    with pytest.raises(error) as raised:
        await sender.send(MESSAGE)
    assert str(raised.value) == why
    assert "90000001" not in str(raised.value)
    assert len(gateway.forms) == 1


@pytest.mark.parametrize(("answer", "seconds"), [("7", 7.0), ("9" * 23, 900.0), ("\u00b2", 0.0), ("soon", 0.0)])
async def test_retry_after_is_passed_on(
    gateway: FakeGateway, sender: AfricasTalkingSms, answer: str, seconds: float
) -> None:
    gateway.says = lambda form: FakeAnswer("", 429, "text/plain", headers={"Retry-After": answer})
    with pytest.raises(RetryLater) as later:
        await sender.send(MESSAGE)
    assert later.value.seconds == seconds


async def test_slow_or_absent_gateway_is_retried(gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(africastalking_sms, "LIMITS", replace(LIMITS, seconds=0.2))
    gateway.says = lambda form: FakeAnswer(recipient(), seconds=1)
    for url, why in ((gateway.url, "TimeoutError"), ("http://127.0.0.1:1/version1", "ClientConnectorError")):
        sender = AfricasTalkingSms(settings(url))
        with pytest.raises(RetryLater, match=why):
            await sender.send(MESSAGE)
        await sender.close()


@pytest.mark.parametrize("number", ["MTN", "", "0190000001", "+229"])
async def test_an_impossible_number_never_leaves(gateway: FakeGateway, sender: AfricasTalkingSms, number: str) -> None:
    with pytest.raises(PermanentFailure, match="impossible_number"):
        await sender.send(Message("k1", "sms", number, "Bonjour"))
    assert gateway.forms == []


def test_without_an_account_messages_are_shown() -> None:
    shown = {one.gateway: type(one) for one in open_senders(Settings(), print)}
    assert shown == {"sms": DryRunSender, "whatsapp": DryRunSender, "telegram": DryRunSender}
    assert {one.gateway: type(one) for one in open_senders(settings(""), print)} == shown | {"sms": AfricasTalkingSms}


async def test_repeated_response_is_not_given_to_next_message(gateway: FakeGateway, sender: AfricasTalkingSms) -> None:
    gateway.says = lambda form: FakeAnswer(recipient(named=f"ATXid_{form['message']}"), twice=form["message"] == "1")
    named = [await sender.send(Message(f"k{n}", "sms", "+2290190000001", str(n))) for n in range(1, 5)]
    assert named == [f"ATXid_{n}" for n in range(1, 5)]
