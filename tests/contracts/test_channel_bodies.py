"""The contract of every channel for bodies of requests: incomplete, endless, of another type, not text, nonsense."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.contracts.channel import Channel
from channels.contracts.request_body import FORM, MAX_BYTES
from state.errors import BadRequest
from state.interfaces import Inbound, SessionEnd
from tests.support.channel_requests import (
    CHANNELS,
    Client,
    body_of,
    fields_of,
    post,
    read,
)
from tests.support.payloads import table

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda one: one.name)
class TestEveryBody:
    async def test_needs_every_field_that_is_not_optional(self, gateway: Client, channel: Channel) -> None:
        row = table(channel.name)[0]
        fields = fields_of(row)
        assert fields
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
        long = body_of(fields_of(row) | {"more": "x" * MAX_BYTES}, row)

        async def in_pieces() -> AsyncIterator[bytes]:
            for at in range(0, len(long), 1000):
                yield long[at : at + 1000].encode()

        async def zipped() -> AsyncIterator[bytes]:
            yield gzip.compress(long.encode())

        assert (await post(gateway, channel, long, row["content_type"]))[0] == 400
        assert (await post(gateway, channel, in_pieces(), row["content_type"]))[0] == 400
        status, _ = await post(gateway, channel, zipped(), row["content_type"], **{"Content-Encoding": "gzip"})
        assert status in (400, 415)
        assert (await post(gateway, channel, row["body"], row["content_type"]))[0] == 200

    @pytest.mark.parametrize(
        "body", [b"", b"\xff\xfe", b"\0", b"&&&", b"=", b"{}", b"[]", b"null", b'"', b"%", b"%ZZ=%"]
    )
    async def test_refuses_a_body_without_fields(self, gateway: Client, channel: Channel, body: bytes) -> None:
        assert (await post(gateway, channel, body, table(channel.name)[0]["content_type"]))[0] == 400

    async def test_refuses_a_body_with_a_false_encoding(self, gateway: Client, channel: Channel) -> None:
        async def broken() -> AsyncIterator[bytes]:
            yield b"no gzip at all"

        row = table(channel.name)[0]
        status, _ = await post(gateway, channel, broken(), row["content_type"], **{"Content-Encoding": "gzip"})
        assert status in (400, 415)

    async def test_accepts_bytes_that_are_no_text(self, gateway: Client, channel: Channel) -> None:
        row = table(channel.name)[0]
        fields = fields_of(row)
        assert fields
        for name, value in fields.items():
            written = str(value).encode() if "json" in row["content_type"] else urlencode({"": value})[1:].encode()
            broken = row["body"].encode().replace(written, b"\xff\xc3" + written)
            assert (await post(gateway, channel, broken, row["content_type"]))[0] in (200, 400), name

    @given(body=st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
    async def test_nonsense_raises_bad_request_only(self, channel: Channel, body: bytes) -> None:
        with pytest.raises(BadRequest):
            await read(channel, body, table(channel.name)[0]["content_type"])

    @given(data=st.data())
    async def test_accepts_any_value_in_any_field(self, channel: Channel, data: st.DataObject) -> None:
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
