"""Zero bytes and halves of surrogate pairs are read as if they were not there, on every channel and both databases."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from channels import open_channels
from channels.contracts.channel import Channel
from channels.contracts.message_channel import ChannelEvent, MessageChannel
from channels.contracts.request_body import FORM, JSON
from settings import Settings
from state.interfaces import Inbound, SessionEnd
from tests.support.database import Registry
from tests.support.gateway_tables import Row, each_row, rows
from tests.support.message_server import MESSAGE_CHANNELS, headers, house
from tests.support.webhook_requests import webhook_request

pytestmark = pytest.mark.slow

EVERY: tuple[Channel | MessageChannel, ...] = (*open_channels(Settings(env="demo")), *MESSAGE_CHANNELS)
CHANNELS = {one.name: one for one in EVERY}
NOW = 1_795_500_300.0
HELP = {"from": "+2290190000099", "to": "5000", "text": "aide", "id": "the next good message"}


def sent(row: Row) -> str:
    return str(row["form"] if "form" in row else row["json"])


def read(row: Row, body: str) -> Inbound | SessionEnd | list[ChannelEvent]:
    channel = CHANNELS[row["channel"]]
    given = {"Content-Type": FORM if "form" in row else JSON, **headers(channel, body)}
    found = channel.read(webhook_request(body.encode(), headers=given))
    return found if isinstance(found, Inbound | SessionEnd) else list(found)


@each_row("zero_bytes", "channel", "form", "json")
def test_request_is_read_as_without_them(row: Row) -> None:
    found = read(row, sent(row))
    assert found
    assert found == read(row, row["like"])


async def test_server_accepts_every_row(registry: Registry, valkey_url: str) -> None:
    url = registry.settings.database_url.get_secret_value()
    async with house(valkey_url, registry.settings.data, NOW, url) as zin:
        for row in rows("zero_bytes"):
            channel, body = CHANNELS[row["channel"]], sent(row)
            kind = FORM if "form" in row else JSON
            status, text = await zin.raw(channel, body.encode(), kind, headers(channel, body))
            assert status == 200, (body, text)
        before = len(await zin.outbox())
        sms = CHANNELS["africastalking_sms"]
        assert (await zin.raw(sms, urlencode(HELP).encode(), FORM, {}))[0] == 200
        await zin.posted(before + 1)


def test_table_has_every_channel() -> None:
    assert {row["channel"] for row in rows("zero_bytes")} == set(CHANNELS)
