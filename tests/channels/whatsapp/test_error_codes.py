"""What WhatsApp's API answers to a message, over HTTP to one on this machine: each answer means one thing to us."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator

import pytest

from channels.contracts.sender import NeedsOperator, PermanentFailure, RetryLater
from channels.whatsapp import sender as whatsapp_sender
from channels.whatsapp.error_codes import AGAIN, NEVER, OPERATOR
from channels.whatsapp.events import reference
from channels.whatsapp.sender import MAX_BYTES, WhatsappSender
from state.errors import ZinError
from tests.support.patience import PATIENCE
from tests.support.sms_gateway import FakeAnswer
from tests.support.whatsapp_api import MESSAGE, NOW, SECRETS, CloudApi, cloud_api, failure, settings, took


@pytest.fixture
async def api() -> AsyncIterator[CloudApi]:
    async with cloud_api() as api:
        yield api


@pytest.fixture
async def sender(api: CloudApi, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[WhatsappSender]:
    monkeypatch.setattr(whatsapp_sender, "SECONDS", PATIENCE)
    sender = WhatsappSender(settings(api.url), lambda: NOW)
    yield sender
    await sender.close()


CODES: dict[int, ZinError] = {
    1: RetryLater("unknown_error"),
    2: RetryLater("service_down"),
    4: RetryLater("too_many_calls"),
    80007: RetryLater("too_many_calls"),
    130429: RetryLater("too_many"),
    131000: RetryLater("something_went_wrong"),
    131016: RetryLater("overloaded"),
    131056: RetryLater("too_many_to_one", 6),
    131057: RetryLater("maintenance"),
    133004: RetryLater("server_down"),
    133016: RetryLater("too_many_registrations"),
    130472: PermanentFailure("experiment"),
    131008: PermanentFailure("refused_parameter"),
    131009: PermanentFailure("refused_parameter"),
    131021: PermanentFailure("own_number"),
    131026: PermanentFailure("undeliverable"),
    131047: PermanentFailure("window_closed"),
    131049: PermanentFailure("held_back"),
    131050: PermanentFailure("stopped"),
    131051: PermanentFailure("unsupported"),
    131062: PermanentFailure("no_phone"),
    132005: PermanentFailure("too_long"),
    0: NeedsOperator("wrong_token"),
    3: NeedsOperator("no_permission"),
    10: NeedsOperator("no_permission"),
    33: NeedsOperator("wrong_phone_id"),
    100: NeedsOperator("wrong_request"),
    190: NeedsOperator("wrong_token"),
    200: NeedsOperator("no_permission"),
    299: NeedsOperator("no_permission"),
    368: NeedsOperator("blocked"),
    130497: NeedsOperator("country_blocked"),
    131005: NeedsOperator("no_permission"),
    131030: NeedsOperator("test_number"),
    131031: NeedsOperator("account_locked"),
    131037: NeedsOperator("no_display_name"),
    131042: NeedsOperator("payment"),
    131045: NeedsOperator("not_registered"),
    131048: NeedsOperator("spam_limit"),
    132000: NeedsOperator("template_132000"),
    132015: NeedsOperator("template_132015"),
    132999: NeedsOperator("template_132999"),
    133010: NeedsOperator("not_registered"),
    999: NeedsOperator("code_999"),
}
WEDNESDAY = {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}
ELSEWHERE = {"Location": "http://127.0.0.1:1/"}
STATUSES: list[tuple[FakeAnswer, ZinError]] = [
    (failure("190"), NeedsOperator("wrong_token")),
    (failure(0, 401), NeedsOperator("wrong_token")),
    (failure(131026, 200), PermanentFailure("undeliverable")),
    (failure(131000, 500), RetryLater("something_went_wrong")),
    (failure(999, 500), RetryLater("code_999")),
    (failure(999, 429, **{"Retry-After": "7"}), RetryLater("too_many", 7)),
    (failure(130429, 429, **{"Retry-After": "7"}), RetryLater("too_many", 7)),
    (failure(131056, 400, **{"Retry-After": "9"}), RetryLater("too_many_to_one", 9)),
    (FakeAnswer('{"errors": [{"code": 131026}, {"code": 190}]}', 400), PermanentFailure("undeliverable")),
    (FakeAnswer("slow down", 429, headers={"Retry-After": "99999"}), RetryLater("too_many", 900)),
    (FakeAnswer("slow down", 429, headers={"Retry-After": "-1"}), RetryLater("too_many")),
    (FakeAnswer("slow down", 429, headers=WEDNESDAY), RetryLater("too_many")),
    (FakeAnswer("broken", 500, "text/html"), RetryLater("status_500")),
    (FakeAnswer("", 503, headers={"Retry-After": "30"}), RetryLater("status_503", 30)),
    (FakeAnswer("", 401), NeedsOperator("status_401")),
    (FakeAnswer("", 403), NeedsOperator("status_403")),
    (FakeAnswer("gone", 404, "text/plain"), NeedsOperator("status_404")),
    (FakeAnswer("", 302, headers=ELSEWHERE), NeedsOperator("status_302")),
    (FakeAnswer("", 200, closes=True), RetryLater("ServerDisconnectedError")),
]
REFUSED = ['{"error": "no"}', '{"errors": [1]}', '{"error": {"code": true}}', '{"error": {"code": -1}}',
           '{"error": {"code": "' + "9" * 5000 + '"}}']  # fmt: skip
UNREADABLE = ["", "OK", "null", "[]", "{}", "\0", '{"messages": []}', '{"messages": [{}]}', '{"messages": "wamid"}',
              '{"messages": [{"id": ""}]}', '{"messages": ' + "[" * 50_000, took("wamid.x") + " " * MAX_BYTES,
              took("x" * 600)]  # fmt: skip
MEANT = [
    *((failure(code), meant) for code, meant in CODES.items()),
    *STATUSES,
    *((FakeAnswer(body, 200), RetryLater("refused")) for body in REFUSED),
]


@pytest.mark.parametrize(("answer", "meant"), MEANT, ids=[f"{answer.status} {answer.body[:60]}" for answer, _ in MEANT])
async def test_every_answer_means_one_thing(
    api: CloudApi, sender: WhatsappSender, answer: FakeAnswer, meant: ZinError
) -> None:
    api.instead = [answer]
    with pytest.raises(type(meant)) as raised:
        await sender.send(MESSAGE)
    assert str(raised.value) == str(meant)
    assert getattr(raised.value, "seconds", 0) == getattr(meant, "seconds", 0)
    assert not [hidden for hidden in (*SECRETS, "90000001", "http") if hidden in str(raised.value)]
    assert len(api.messages) == 1


@pytest.mark.parametrize("body", UNREADABLE, ids=[body[:60] for body in UNREADABLE])
async def test_unreadable_success_has_taken_the_message(api: CloudApi, sender: WhatsappSender, body: str) -> None:
    api.instead = [FakeAnswer(body, 200)]
    assert await sender.send(MESSAGE) == ""
    assert len(api.messages) == 1


@pytest.mark.parametrize(
    ("answer", "named"), [(FakeAnswer(took("wamid.x"), 201), "wamid.x"), (FakeAnswer('{"messages": [{"id": 7}]}'), "7")]
)
async def test_named_message_is_taken_in_any_form(
    api: CloudApi, sender: WhatsappSender, answer: FakeAnswer, named: str
) -> None:
    api.instead = [answer]
    assert await sender.send(MESSAGE) == reference(named)


def test_every_code_is_in_one_table_and_tested() -> None:
    tables = (AGAIN, NEVER, OPERATOR)
    assert len({code for table in tables for code in table}) == sum(map(len, tables))
    assert {code for table in tables for code in table} <= CODES.keys()


async def test_slow_or_absent_api_is_retried(api: CloudApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whatsapp_sender, "SECONDS", 0.2)
    hasty = WhatsappSender(settings(api.url), lambda: NOW)
    api.instead = [FakeAnswer(took("wamid.x"), 200, seconds=1)]
    with pytest.raises(RetryLater, match=r"^TimeoutError$"):
        await hasty.send(MESSAGE)
    await hasty.close()
    with socket.socket() as nobody:  # bound, and never listened to: nobody else can take it meanwhile
        nobody.bind(("127.0.0.1", 0))
        lonely = WhatsappSender(settings(f"http://127.0.0.1:{nobody.getsockname()[1]}/v23.0"), lambda: NOW)
        with pytest.raises(RetryLater, match=r"^ClientConnectorError$"):
            await lonely.send(MESSAGE)
        await lonely.close()
