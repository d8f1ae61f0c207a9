"""GovStack's shape over the same messages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.ministry_api import Ministry
from tests.support.ministry_house import ANA, BIO, VALUES, House, ministry_house

pytestmark = pytest.mark.slow
CONTENT = {"template": "document-pret", "purpose": "retrait", "values": VALUES}
SENDER = {"organisationName": "Exemple", "organisationRegNr": "0", "onBehalfOfName": "", "onBehalfOfRegNr": ""}


@pytest.fixture
async def house(valkey_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with ministry_house(valkey_url, tmp_path) as house:
        yield house


@pytest.fixture
async def justice(house: House) -> Ministry:
    return await house.ministry()


async def send(ministry: Ministry, path: str, to: object, uid: str | None = "uid-1", **more: Any) -> Any:
    headers = {} if uid is None else {"requestUid": uid}
    body = {"senderInfo": SENDER, "recipientInfo": to, "smsContent": CONTENT, **more}
    return await ministry.call("POST", path, body, headers=headers)


async def test_single_sms_is_one_message_with_its_counts(house: House, justice: Ministry) -> None:
    await house.follow(ANA)
    answer = await send(justice, "/send/sms/single", {"phone": ANA})
    assert (answer.status, answer.body) == (202, {"response": "accepted", "requestUid": "uid-1"})
    own = await justice.call("GET", "/messages?reference=uid-1")
    assert (own.body["recipients"], own.body["counts"]["waiting"]) == (1, 1)
    await house.dispatch()
    assert list(await house.posted()) == [ANA]


async def test_batch_counts_each_state(house: House, justice: Ministry) -> None:
    await house.follow(ANA)
    await send(justice, "/send/sms/batch", [{"phone": ANA}, {"phone": BIO}])
    await house.dispatch()
    counted = await justice.call("GET", "/status/sms?requestUid=uid-1")
    assert counted.body == {
        "scheduled": 1,
        "processing": 0,
        "deferred": 0,
        "bounced": 0,
        "notSent": 1,
        "delivered": 0,
    }


async def test_same_uid_sends_nothing_twice_in_both_forms(house: House, justice: Ministry) -> None:
    first = await send(justice, "/send/sms/single", {"phone": ANA})
    assert await send(justice, "/send/sms/single", {"phone": ANA}) == first
    assert (await send(justice, "/send/sms/single", {"phone": BIO})).status == 409
    message = {"reference": "uid-1", "to": [{"phone": ANA}], **CONTENT}
    assert (await justice.call("POST", "/messages", message)).status == 202
    assert await house.dispatch() == 1


@pytest.mark.parametrize(
    ("path", "to", "sent", "field"),
    [
        ("/send/sms/single", {"phone": ANA}, {"uid": None}, "requestUid"),
        ("/send/sms/single", {"phone": ANA}, {"uid": "a b"}, "requestUid"),
        ("/send/sms/single", {"phone": ANA}, {"uid": ANA.removeprefix("+")}, "requestUid"),
        ("/send/sms/single", [{"phone": ANA}], {}, "recipientInfo"),
        ("/send/sms/batch", [], {}, "recipientInfo"),
        ("/send/sms/single", {"phone": ANA}, {"emailContent": {}}, "emailContent"),
        ("/send/sms/single", {"phone": ANA}, {"sender": {}}, "sender"),
    ],
)
async def test_fault_names_its_field(
    justice: Ministry, path: str, to: object, sent: dict[str, Any], field: str
) -> None:
    answer = await send(justice, path, to, **sent)
    assert answer.status == 422
    assert [one["field"] for one in answer.body["errors"]] == [field]


async def test_status_of_an_unknown_uid_is_not_found(justice: Ministry) -> None:
    assert (await justice.call("GET", "/status/sms?requestUid=nobody")).status == 404
