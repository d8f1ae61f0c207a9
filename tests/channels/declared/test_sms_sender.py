"""Messages that go out over the files of gateways/: requests as documented, and answers as their tables say."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from channels.contracts.sender import Message, NeedsOperator, PermanentFailure, RetryLater
from channels.declared.credentials import InstalledCredentials
from channels.declared.gateways import declared_gateways
from channels.declared.sms_sender import DeclaredSmsSender, message_id, sending_values
from channels.declared.sms_shape import AnswerSample, Sending
from settings import Settings
from tests.support.gateway_files import SECRET, SMS, configure
from tests.support.sms_gateway import FakeAnswer

ERRORS = {"again": RetryLater, "never": PermanentFailure, "operator": NeedsOperator}
ANSWERS = [
    pytest.param(name, one, id=f"{name}: {one.what}") for name, file in SMS.items() for one in file.samples.answers
]
MESSAGE = Message("send:essai-1", "sms", "+2290190000001", 'Résultat : "admis" & bien\n1 Suite')


def sending_of(name: str) -> Sending:
    part = SMS[name].sms
    sending = part.send if part else None
    assert sending
    return sending


@dataclass
class Received:
    """What a server of the tests was sent."""

    requests: list[tuple[str, str, dict[str, str], dict[str, str], str]] = field(default_factory=list)
    answers: list[FakeAnswer] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.Response:
        text = await request.text()
        self.requests.append((request.method, request.path, dict(request.query), dict(request.headers), text))
        return self.answers.pop(0).as_response()


@asynccontextmanager
async def sender_to(name: str, *answers: FakeAnswer) -> AsyncIterator[tuple[DeclaredSmsSender, Received]]:
    received = Received(answers=list(answers))
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", received.handle)
    async with TestServer(app) as server:
        sending = sending_of(name).model_copy(update={"server": str(server.make_url("")).rstrip("/")})
        values = sending_values(sending, InstalledCredentials(Settings(env="demo")))
        sender = DeclaredSmsSender("essai_sms", sending, values, 20)
        try:
            yield sender, received
        finally:
            await sender.close()


TOKEN = json.dumps({"access_token": "jeton-1", "expires_in": "3599"})


def token_of(name: str) -> list[FakeAnswer]:
    return [FakeAnswer(TOKEN, 200)] if sending_of(name).token else []


@pytest.mark.parametrize(("name", "sample"), ANSWERS)
async def test_an_answer_of_the_table_is_understood(
    name: str, sample: AnswerSample, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(monkeypatch, name)
    async with sender_to(name, *token_of(name), FakeAnswer(sample.answer, sample.status)) as (sender, received):
        if sample.then in ERRORS:
            with pytest.raises(ERRORS[sample.then]):
                await sender.send(MESSAGE)
        else:
            assert await sender.send(MESSAGE) == (f"essai_sms:{sample.id}" if sample.id else "")
        assert not received.answers


# path, header and body of a request; ID, SENDER and TEXT stand for those of the message
SENT = {
    "plain": (
        "/messages",
        ("X-Api-Key", SECRET),
        '{"id": "ID", "from": "SENDER", "to": "+2290190000001", "text": "TEXT"}',
    ),
    "infobip": (
        "/sms/3/messages",
        ("Authorization", f"App {SECRET}"),
        """{"messages": [{"sender": "SENDER", "destinations": [{"to": "2290190000001", "messageId": "ID"}],
            "content": {"text": "TEXT"}}]}""",
    ),
    "mtn-sms": (
        "/v2/messages/sms/outbound",
        ("Authorization", "Bearer jeton-1"),
        """{"senderAddress": "SENDER", "receiverAddress": ["2290190000001"], "message": "TEXT",
            "clientCorrelator": "ID"}""",
    ),
    "kya": (
        "/api/v3/sms/send",
        ("APIKEY", SECRET),
        """{"from": "SENDER", "to": "2290190000001", "type": "text", "message": "TEXT", "isBulk": false,
            "refCustom": "ID"}""",
    ),
    "termii": (
        "/api/sms/send",
        ("Content-Type", "application/json"),
        """{"api_key": "SENDER", "to": "2290190000001", "from": "SENDER", "sms": "TEXT",
            "type": "plain", "channel": "dnd"}""",
    ),
}


@pytest.mark.parametrize("name", SENT)
async def test_a_message_is_sent_as_documented(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, name)
    async with sender_to(name, *token_of(name), FakeAnswer("{}", 200)) as (sender, received):
        await sender.send(MESSAGE)
    method, path, _, headers, text = received.requests[-1]
    values = {"ID": message_id(MESSAGE.key), "SENDER": SECRET, "TEXT": json.dumps(MESSAGE.text)[1:-1]}
    wanted_path, (header, value), body = SENT[name]
    for stands, meant in values.items():
        body = body.replace(f'"{stands}"', f'"{meant}"')
    assert (method, path, headers[header], json.loads(text)) == ("POST", wanted_path, value, json.loads(body))


async def test_a_form_is_sent_as_documented(monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, "fastermessage")
    async with sender_to("fastermessage", FakeAnswer('{"status": true, "messageId": 17}', 200)) as (sender, received):
        assert await sender.send(MESSAGE) == "essai_sms:17"
    method, path, _, headers, text = received.requests[-1]
    assert (method, path, headers["X-API-KEY"]) == ("POST", "/v1/sms/send", SECRET)
    assert text.startswith(f"from={SECRET}&to=2290190000001&text=R%C3%A9sultat+%3A+%22admis%22+%26+bien%0A1+Suite")


async def test_a_token_is_fetched_again_when_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, "mtn-sms")
    taken = FakeAnswer('{"transactionId": "t-1"}', 200)
    answers = (FakeAnswer(TOKEN, 200), taken, taken, FakeAnswer("{}", 401), FakeAnswer(TOKEN, 200), taken)
    async with sender_to("mtn-sms", *answers) as (sender, received):
        assert [await sender.send(MESSAGE) for _ in range(2)] == ["essai_sms:t-1", "essai_sms:t-1"]
        with pytest.raises(RetryLater, match="token_refused"):
            await sender.send(MESSAGE)
        assert await sender.send(MESSAGE) == "essai_sms:t-1"
    paths = [path.rpartition("/")[2] for _, path, *_ in received.requests]
    assert paths == ["access_token", "outbound", "outbound", "outbound", "access_token", "outbound"]
    asked = received.requests[0]
    assert asked[2] == {"grant_type": "client_credentials"}
    assert asked[4] == f"client_id={SECRET}&client_secret={SECRET}"


async def test_a_new_token_that_is_refused_needs_an_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, "mtn-sms")
    async with sender_to("mtn-sms", FakeAnswer(TOKEN, 200), FakeAnswer("{}", 401)) as (sender, _):
        with pytest.raises(NeedsOperator, match="token_refused"):
            await sender.send(MESSAGE)


@pytest.mark.parametrize(
    ("status", "body", "error"), [(401, "{}", NeedsOperator), (503, "{}", RetryLater), (200, "{}", NeedsOperator)]
)
async def test_no_token_is_no_message(
    status: int, body: str, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(monkeypatch, "mtn-sms")
    async with sender_to("mtn-sms", FakeAnswer(body, status)) as (sender, received):
        with pytest.raises(error):
            await sender.send(MESSAGE)
    assert len(received.requests) == 1


def test_a_demonstration_writes_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, "kya")
    sending = sending_of("kya")
    assert declared_gateways(Settings(env="demo")).cannot_send(sending) == ("ZIN_SECRET",)
    own = Settings(env="demo", secret="un-secret-pour-ces-essais-ci")
    assert declared_gateways(own).cannot_send(sending) == ()


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZIN_GATEWAY_PLAIN_URL", raising=False)
    found = declared_gateways(Settings(env="demo")).cannot_send(sending_of("plain"))
    assert found == ("ZIN_GATEWAY_PLAIN_URL", "ZIN_GATEWAY_PLAIN_SENDER", "ZIN_GATEWAY_PLAIN_KEY")


def test_every_file_of_sms_has_its_tables() -> None:
    assert set(SMS) == {"fastermessage", "infobip", "kya", "mtn-sms", "plain", "termii"}
    assert all(file.samples.answers for file in SMS.values())
    assert set(SENT) | {"fastermessage"} == set(SMS)
