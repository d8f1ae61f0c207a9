"""What WhatsApp's API answers to a message, over HTTP to one on this machine: each answer means one thing to us."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator

import pytest

from channels.contracts.sender import Again, AskOperator, Never
from channels.whatsapp import sender as whatsapp_sender
from channels.whatsapp.error_codes import AGAIN, NEVER, OPERATOR
from channels.whatsapp.sender import MOST_BYTES, WhatsappSender
from state.errors import ZinError
from tests.cloud_api import MESSAGE, NOW, SECRETS, CloudApi, cloud_api, failure, settings, took
from tests.gateways import Told


@pytest.fixture
async def api() -> AsyncIterator[CloudApi]:
    async with cloud_api() as api:
        yield api


@pytest.fixture
async def sender(api: CloudApi) -> AsyncIterator[WhatsappSender]:
    sender = WhatsappSender(settings(api.url), lambda: NOW)
    yield sender
    await sender.close()


CODES: dict[int, ZinError] = {
    1: Again("unknown_error"),
    2: Again("service_down"),
    4: Again("too_many_calls"),
    80007: Again("too_many_calls"),
    130429: Again("too_many"),
    131000: Again("something_went_wrong"),
    131016: Again("overloaded"),
    131056: Again("too_many_to_one", 6),
    131057: Again("maintenance"),
    133004: Again("server_down"),
    133016: Again("too_many_registrations"),
    130472: Never("experiment"),
    131008: Never("refused_parameter"),
    131009: Never("refused_parameter"),
    131021: Never("own_number"),
    131026: Never("undeliverable"),
    131047: Never("window_closed"),
    131049: Never("held_back"),
    131050: Never("stopped"),
    131051: Never("unsupported"),
    131062: Never("no_phone"),
    132005: Never("too_long"),
    0: AskOperator("wrong_token"),
    3: AskOperator("no_permission"),
    10: AskOperator("no_permission"),
    33: AskOperator("wrong_phone_id"),
    100: AskOperator("wrong_request"),
    190: AskOperator("wrong_token"),
    200: AskOperator("no_permission"),
    299: AskOperator("no_permission"),
    368: AskOperator("blocked"),
    130497: AskOperator("country_blocked"),
    131005: AskOperator("no_permission"),
    131030: AskOperator("test_number"),
    131031: AskOperator("account_locked"),
    131037: AskOperator("no_display_name"),
    131042: AskOperator("payment"),
    131045: AskOperator("not_registered"),
    131048: AskOperator("spam_limit"),
    132000: AskOperator("template_132000"),
    132015: AskOperator("template_132015"),
    132999: AskOperator("template_132999"),
    133010: AskOperator("not_registered"),
    999: AskOperator("code_999"),
}
WEDNESDAY = {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}
ELSEWHERE = {"Location": "http://127.0.0.1:1/"}
STATUSES: list[tuple[Told, ZinError]] = [
    (failure("190"), AskOperator("wrong_token")),
    (failure(0, 401), AskOperator("wrong_token")),
    (failure(131026, 200), Never("undeliverable")),
    (failure(131000, 500), Again("something_went_wrong")),
    (failure(999, 500), Again("code_999")),
    (failure(999, 429, **{"Retry-After": "7"}), Again("too_many", 7)),
    (failure(130429, 429, **{"Retry-After": "7"}), Again("too_many", 7)),
    (failure(131056, 400, **{"Retry-After": "9"}), Again("too_many_to_one", 9)),
    (Told('{"errors": [{"code": 131026}, {"code": 190}]}', 400), Never("undeliverable")),
    (Told("slow down", 429, headers={"Retry-After": "99999"}), Again("too_many", 900)),
    (Told("slow down", 429, headers={"Retry-After": "-1"}), Again("too_many")),
    (Told("slow down", 429, headers=WEDNESDAY), Again("too_many")),
    (Told("broken", 500, "text/html"), Again("status_500")),
    (Told("", 503, headers={"Retry-After": "30"}), Again("status_503", 30)),
    (Told("", 401), AskOperator("status_401")),
    (Told("", 403), AskOperator("status_403")),
    (Told("gone", 404, "text/plain"), AskOperator("status_404")),
    (Told("", 302, headers=ELSEWHERE), AskOperator("status_302")),
    (Told(took("wamid.x"), 201), Again("unreadable_answer")),
    (Told("", 200, closes=True), Again("ServerDisconnectedError")),
]
UNREADABLE = ["", "OK", "null", "[]", "{}", "\0", '{"messages": []}', '{"messages": [{}]}', '{"messages": "wamid"}',
              '{"messages": [{"id": 7}]}', '{"messages": [{"id": ""}]}', '{"error": "no"}', '{"errors": [1]}',
              '{"error": {"code": true}}', '{"error": {"code": -1}}', '{"error": {"code": "' + "9" * 5000 + '"}}',
              '{"messages": ' + "[" * 50_000, took("wamid.x") + " " * MOST_BYTES, took("x" * 600)]  # fmt: skip
MEANT = [
    *((failure(code), meant) for code, meant in CODES.items()),
    *STATUSES,
    *((Told(body, 200), Again("unreadable_answer")) for body in UNREADABLE),
]


@pytest.mark.parametrize(("told", "meant"), MEANT, ids=[f"{told.status} {told.body[:60]}" for told, _ in MEANT])
async def test_every_answer_means_one_thing(api: CloudApi, sender: WhatsappSender, told: Told, meant: ZinError) -> None:
    api.instead = [told]
    with pytest.raises(type(meant)) as raised:
        await sender.send(MESSAGE)
    assert str(raised.value) == str(meant)
    assert getattr(raised.value, "seconds", 0) == getattr(meant, "seconds", 0)
    assert not [hidden for hidden in (*SECRETS, "90000001", "http") if hidden in str(raised.value)]
    assert len(api.messages) == 1


def test_every_code_stands_in_one_table_and_is_tried_here() -> None:
    tables = (AGAIN, NEVER, OPERATOR)
    assert len({code for table in tables for code in table}) == sum(map(len, tables))
    assert {code for table in tables for code in table} <= CODES.keys()


async def test_an_api_that_is_slow_or_not_there_is_asked_again(
    api: CloudApi, sender: WhatsappSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whatsapp_sender, "SECONDS", 0.2)
    api.instead = [Told(took("wamid.x"), 200, seconds=1)]
    with pytest.raises(Again, match=r"^TimeoutError$"):
        await sender.send(MESSAGE)
    with socket.socket() as nobody:  # bound, and never listened to: nobody else can take it meanwhile
        nobody.bind(("127.0.0.1", 0))
        lonely = WhatsappSender(settings(f"http://127.0.0.1:{nobody.getsockname()[1]}/v23.0"), lambda: NOW)
        with pytest.raises(Again, match=r"^ClientConnectorError$"):
            await lonely.send(MESSAGE)
        await lonely.close()
