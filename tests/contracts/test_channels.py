"""The contract of every channel, over HTTP and over a table of real requests; then what only one of them does.

A channel without a table in tests/data/payloads makes this red. Rows are what gateways were seen to send (source says
where), with plainly fictional phone numbers. The first row of a table says which fields may be missing (optional).
"""

from __future__ import annotations

import json
import logging

import pytest
from structlog.testing import capture_logs

from channels import open_message_channels
from channels.contracts.channel import Channel
from settings import Settings
from state.errors import BadRequest, Unauthenticated
from state.interfaces import Inbound, Reply, SessionEnd
from tests.support.channel_requests import (
    CHANNELS,
    Client,
    fields_of,
    post,
    read,
    serving,
)
from tests.support.payloads import PAYLOADS, Row, table
from tests.support.webhook_requests import webhook_request

pytestmark = pytest.mark.slow

ROWS = [pytest.param(one, row, id=f"{one.name}: {row['what']}") for one in CHANNELS for row in table(one.name)]
every_row = pytest.mark.parametrize(("channel", "row"), ROWS)


def received(row: Row) -> Inbound | SessionEnd | None:
    """What a row says that its request is read as."""
    if "inbound" in row:
        return Inbound(**row["inbound"])
    return SessionEnd(**row["end"]) if "end" in row else None


@every_row
class TestEveryRealRequest:
    async def test_is_answered_as_written(self, gateway: Client, channel: Channel, row: Row) -> None:
        status, text = await post(gateway, channel, row["body"], row["content_type"])
        assert (status, text.startswith(row.get("answer", ""))) == (row["status"], True), text

    async def test_is_read_as_written(self, channel: Channel, row: Row) -> None:
        try:
            said = await read(channel, row["body"].encode(), row["content_type"])
        except BadRequest:
            said = None
        assert said == received(row)

    async def test_leaves_no_phone_number_in_a_log(
        self, gateway: Client, channel: Channel, row: Row, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        with capture_logs() as logs:
            _, text = await post(gateway, channel, row["body"], row["content_type"])
            await post(gateway, channel, row["body"] + "&=&=", row["content_type"])
        said = caplog.text + str(logs) + (text if row["status"] != 200 else "")
        assert logs
        assert not [number for number in ("90000001", "11000001", "01900000") if number in said]


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda one: one.name)
class TestEveryChannel:
    async def test_has_a_table_of_real_requests(self, channel: Channel) -> None:
        rows = table(channel.name)
        assert any(row["status"] == 200 for row in rows)
        assert any(row["status"] == 400 for row in rows)
        assert all(row["source"] and row["what"] for row in rows)

    @pytest.mark.parametrize(
        "secret", ["wrong", "DEMO", "demo%20", "demodemo", "d%C3%A9mo", "%ED%A0%80", "%FF", "a" * 99]
    )
    async def test_refuses_a_wrong_secret(self, gateway: Client, channel: Channel, secret: str) -> None:
        row = table(channel.name)[0]
        path = channel.path.replace("{secret}", secret)
        answer = await gateway.post(path, data=row["body"], headers={"Content-Type": row["content_type"]})
        assert answer.status == 403

    async def test_has_no_address_without_a_secret(self, gateway: Client, channel: Channel) -> None:
        answer = await gateway.post(channel.path.replace("{secret}", ""), data=table(channel.name)[0]["body"])
        assert answer.status == 404

    async def test_missing_secret_refuses_every_request(self, channel: Channel) -> None:
        open_to_all = serving(channel, "", secret=b"")
        with pytest.raises(Unauthenticated):
            open_to_all.verify(webhook_request(secret=""))

    async def test_answers_no_other_method(self, gateway: Client, channel: Channel) -> None:
        path = channel.path.replace("{secret}", "demo")
        assert {(await gateway.request(method, path)).status for method in ("GET", "HEAD", "PUT", "DELETE")} == {405}

    async def test_serves_its_own_code_only(self, channel: Channel) -> None:
        row = table(channel.name)[0]
        code = fields_of(row)["serviceCode"]
        for ours in ("", code, code.strip("*#"), f"*{code.strip('*#')}#"):
            await read(serving(channel, ours), row["body"].encode(), row["content_type"])
        for other in ("*384*22#", f"{code.strip('*#')}*1", "*3842*29#"):
            with pytest.raises(Unauthenticated):
                await read(serving(channel, other), row["body"].encode(), row["content_type"])

    async def test_printed_form_hides_secret_and_number(self, channel: Channel) -> None:
        assert "hidden" not in repr(serving(channel, "", secret=b"hidden"))
        row = table(channel.name)[0]
        assert "90000001" not in repr(await read(channel, row["body"].encode(), row["content_type"]))


def test_every_table_belongs_to_a_channel() -> None:
    every = {channel.name for channel in CHANNELS} | {one.name for one in open_message_channels(Settings(env="demo"))}
    assert {path.stem for path in PAYLOADS.glob("*.jsonl")} == every


async def test_madapi_is_answered_in_its_own_shape(gateway: Client) -> None:
    madapi = next(one for one in CHANNELS if one.name == "madapi")
    begin = {
        "sessionId": "s",
        "messageType": "0",
        "msisdn": "22990000001",
        "serviceCode": "*123#",
        "ussdString": "*123#",
    }
    status, text = await post(gateway, madapi, json.dumps(begin), "application/json")
    shown = "Bienvenue\n1 Secret\n2 Longue liste\n3 Au revoir\n7 Fruits"
    assert status == 200
    assert json.loads(text) == {
        "statusCode": "0000",
        "statusMessage": "Success",
        "transactionId": "s",
        "data": {
            "inboundResponse": shown,
            "outboundResponse": shown,
            "userInputRequired": True,
            "messageType": 1,
            "serviceCode": "*123#",
            "msisdn": "2290190000001",
        },
        "_link": {"self": {"href": "/ussd/madapi"}},
    }
    goodbye = begin | {"messageType": "1", "ussdString": "3"}
    data = json.loads((await post(gateway, madapi, json.dumps(goodbye), "application/json"))[1])["data"]
    assert (data["inboundResponse"], data["userInputRequired"], data["messageType"]) == ("Au revoir", False, 2)


@pytest.mark.parametrize(("closes", "text"), [(False, "CON Été\n1 Oui"), (True, "END Été\n1 Oui")])
def test_africastalking_reply_starts_with_con_or_end(closes: bool, text: str) -> None:
    inbound = Inbound("africastalking_ussd", "+2290190000001", "s", "", inputs_are_cumulative=True)
    answer = CHANNELS[0].write(inbound, Reply("Été\n1 Oui", closes))
    assert answer.body == text.encode()
    assert answer.content_type == "text/plain; charset=utf-8"
