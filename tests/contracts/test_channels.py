"""The contract of every channel, over HTTP and over a table of real requests; then what only one of them does.

A channel without a table in tests/data/payloads makes this red. Rows are what gateways were seen to send (source says
where), with plainly fictional phone numbers. The first row of a table says which fields may be missing (optional).
"""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import parse_qsl, urlencode

import pytest
from aiohttp import StreamReader
from aiohttp.test_utils import TestClient, TestServer, make_mocked_request
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from authoring.replay.fakes import FakePreferences
from channels import open_channels, open_mailboxes
from channels.contracts.channel import Channel
from channels.contracts.request_body import FORM, MOST_BYTES
from server import build
from settings import Settings
from sources import Sources
from state.errors import BadRequest, Unauthenticated
from state.interfaces import Inbound, Reply, SessionEnd
from tests.support.conversation import FRENCH_ONLY, Market, shared_menus

PAYLOADS = Path(__file__).parents[1] / "data" / "payloads"
CHANNELS = open_channels(Settings(env="demo"))
Client = TestClient[Any, Any]
Row = dict[str, Any]


@cache
def table(name: str) -> list[Row]:
    path = PAYLOADS / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


ROWS = [pytest.param(one, row, id=f"{one.name}: {row['what']}") for one in CHANNELS for row in table(one.name)]
every_row = pytest.mark.parametrize(("channel", "row"), ROWS)


@pytest.fixture
async def gateway(valkey_url: str, tmp_path: Path) -> AsyncIterator[Client]:
    """The whole application, over the small menu."""

    async def opened(*_: object) -> Sources:
        return Sources([Market()], preferences=FakePreferences())

    menus = shared_menus()
    settings = Settings(env="demo", redis_url=valkey_url, data=tmp_path, menus=menus, locales=FRENCH_ONLY)
    async with TestClient(TestServer(build(settings, opened=opened))) as client:
        yield client


async def post(client: Client, channel: Channel, body: Any, content_type: str, **headers: str) -> tuple[int, str]:
    path = channel.path.replace("{secret}", "demo")
    async with client.post(path, data=body, headers={"Content-Type": content_type, **headers}) as answer:
        return answer.status, await answer.text()


async def read(channel: Channel, body: bytes, content_type: str) -> Inbound | SessionEnd:
    """What a channel makes of a body, without HTTP in between."""
    payload = StreamReader(mock.Mock(), 2**16, loop=asyncio.get_running_loop())
    payload.feed_data(body)
    payload.feed_eof()
    request = make_mocked_request(
        "POST", "/", headers={"Content-Type": content_type}, payload=payload, match_info={"secret": "demo"}
    )
    channel.verify(request)
    return await channel.read(request)


def received(row: Row) -> Inbound | SessionEnd | None:
    """What a row says that its request is read as."""
    if "inbound" in row:
        return Inbound(**row["inbound"])
    return SessionEnd(**row["end"]) if "end" in row else None


def fields_of(row: Row) -> dict[str, Any]:
    fields: dict[str, Any] = (
        dict(parse_qsl(row["body"], keep_blank_values=True)) if row["content_type"] == FORM else json.loads(row["body"])
    )
    return fields


def body_of(fields: dict[str, Any], row: Row) -> str:
    return urlencode(fields, errors="surrogatepass") if row["content_type"] == FORM else json.dumps(fields)


def serving(channel: Channel, code: str, secret: bytes = b"demo") -> Channel:
    """The same channel with another service code or secret."""
    made: Channel = replace(channel, code=code, secrets=(secret,))  # type: ignore[type-var]
    return made


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
    async def test_turns_strangers_away(self, gateway: Client, channel: Channel, secret: str) -> None:
        row = table(channel.name)[0]
        path = channel.path.replace("{secret}", secret)
        answer = await gateway.post(path, data=row["body"], headers={"Content-Type": row["content_type"]})
        assert answer.status == 403

    async def test_has_no_address_without_a_secret(self, gateway: Client, channel: Channel) -> None:
        answer = await gateway.post(channel.path.replace("{secret}", ""), data=table(channel.name)[0]["body"])
        assert answer.status == 404

    async def test_lets_nobody_in_when_there_is_no_secret(self, channel: Channel) -> None:
        open_to_all = serving(channel, "", secret=b"")
        with pytest.raises(Unauthenticated):
            open_to_all.verify(make_mocked_request("POST", "/", match_info={"secret": ""}))

    async def test_answers_no_other_method(self, gateway: Client, channel: Channel) -> None:
        path = channel.path.replace("{secret}", "demo")
        assert {(await gateway.request(method, path)).status for method in ("GET", "HEAD", "PUT", "DELETE")} == {405}

    async def test_needs_every_field_that_is_not_optional(self, gateway: Client, channel: Channel) -> None:
        row = table(channel.name)[0]
        fields = fields_of(row)
        for name in fields:
            less = {other: value for other, value in fields.items() if other != name}
            status, text = await post(gateway, channel, body_of(less, row), row["content_type"])
            assert status == (200 if name in row["optional"] else 400), name
            assert status == 200 or name in text

    async def test_refuses_a_body_of_another_type(self, gateway: Client, channel: Channel) -> None:
        row = table(channel.name)[0]
        for other in ("text/plain", "multipart/form-data; boundary=x", "application/octet-stream", "x", ""):
            assert (await post(gateway, channel, row["body"], other))[0] == 400, other

    async def test_refuses_a_body_without_end(self, gateway: Client, channel: Channel) -> None:
        row = table(channel.name)[0]
        long = body_of(fields_of(row) | {"more": "x" * MOST_BYTES}, row)

        async def in_pieces() -> AsyncIterator[bytes]:
            for at in range(0, len(long), 1000):
                yield long[at : at + 1000].encode()

        async def zipped() -> AsyncIterator[bytes]:
            yield gzip.compress(long.encode())

        assert (await post(gateway, channel, long, row["content_type"]))[0] == 400
        assert (await post(gateway, channel, in_pieces(), row["content_type"]))[0] == 400
        status, _ = await post(gateway, channel, zipped(), row["content_type"], **{"Content-Encoding": "gzip"})
        assert status == 400
        assert (await post(gateway, channel, row["body"], row["content_type"]))[0] == 200

    @pytest.mark.parametrize(
        "body", [b"", b"\xff\xfe", b"\0", b"&&&", b"=", b"{}", b"[]", b"null", b'"', b"%", b"%ZZ=%"]
    )
    async def test_refuses_a_body_that_says_nothing(self, gateway: Client, channel: Channel, body: bytes) -> None:
        assert (await post(gateway, channel, body, table(channel.name)[0]["content_type"]))[0] == 400

    async def test_refuses_a_body_that_is_not_what_its_encoding_says(self, gateway: Client, channel: Channel) -> None:
        async def broken() -> AsyncIterator[bytes]:
            yield b"no gzip at all"

        row = table(channel.name)[0]
        assert (await post(gateway, channel, broken(), row["content_type"], **{"Content-Encoding": "gzip"}))[0] == 400

    async def test_bears_bytes_that_are_no_text(self, gateway: Client, channel: Channel) -> None:
        row = table(channel.name)[0]
        for name, value in fields_of(row).items():
            written = str(value).encode() if "json" in row["content_type"] else urlencode({"": value})[1:].encode()
            broken = row["body"].encode().replace(written, b"\xff\xc3" + written)
            assert (await post(gateway, channel, broken, row["content_type"]))[0] in (200, 400), name

    async def test_serves_its_own_code_only(self, channel: Channel) -> None:
        row = table(channel.name)[0]
        code = fields_of(row)["serviceCode"]
        for ours in ("", code, code.strip("*#"), f"*{code.strip('*#')}#"):
            await read(serving(channel, ours), row["body"].encode(), row["content_type"])
        for other in ("*384*22#", f"{code.strip('*#')}*1", "*3842*29#"):
            with pytest.raises(Unauthenticated):
                await read(serving(channel, other), row["body"].encode(), row["content_type"])

    async def test_shows_neither_its_secret_nor_a_number_when_printed(self, channel: Channel) -> None:
        assert "hidden" not in repr(serving(channel, "", secret=b"hidden"))
        row = table(channel.name)[0]
        assert "90000001" not in repr(await read(channel, row["body"].encode(), row["content_type"]))

    @given(body=st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
    async def test_has_no_other_word_for_nonsense(self, channel: Channel, body: bytes) -> None:
        with pytest.raises(BadRequest):
            await read(channel, body, table(channel.name)[0]["content_type"])

    @given(data=st.data())
    async def test_bears_any_value_in_any_field(self, channel: Channel, data: st.DataObject) -> None:
        row = table(channel.name)[0]
        fields = fields_of(row)
        tree = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists)
        anything = st.text() if row["content_type"] == FORM else tree
        fields[data.draw(st.sampled_from(sorted(fields)))] = data.draw(anything)
        body = body_of(fields, row).encode()
        try:
            said = await read(channel, body, row["content_type"])
        except BadRequest:
            return
        assert isinstance(said, Inbound | SessionEnd)


def test_every_table_belongs_to_a_channel() -> None:
    every = {channel.name for channel in CHANNELS} | {one.name for one in open_mailboxes(Settings(env="demo"))}
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
def test_africastalking_says_at_the_first_byte_whether_it_goes_on(closes: bool, text: str) -> None:
    inbound = Inbound("africastalking_ussd", "+2290190000001", "s", "", inputs_are_cumulative=True)
    answer = CHANNELS[0].write(inbound, Reply("Été\n1 Oui", closes))
    assert answer.body == text.encode()
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
