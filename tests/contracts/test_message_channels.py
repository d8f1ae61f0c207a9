"""The contract of every channel of messages, over the whole server and a table of real requests for each.

A channel without a table in tests/data/payloads makes this red. Rows say what a request is read as (`said`); what the
server then does is held to it: each message is answered once, at its gateway's address, each report and opt-out is
kept, and everything authentic is answered 200.
"""

from __future__ import annotations

import hmac
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from channels.contracts.message_channel import ChannelEvent, DeliveryReport, MessageChannel, OptOut, UnknownReport
from channels.telegram.webhook import HEADER as TELEGRAM_SECRET
from channels.whatsapp.webhook import HEADER as WHATSAPP_SIGNATURE
from state.interfaces import Inbound, Recipient
from tests.support.message_server import MESSAGE_CHANNELS, headers, house
from tests.support.payloads import Row, table

pytestmark = pytest.mark.slow

ROWS = [pytest.param(one, row, id=f"{one.name}: {row['what']}") for one in MESSAGE_CHANNELS for row in table(one.name)]
every_row = pytest.mark.parametrize(("channel", "row"), ROWS)
every_mailbox = pytest.mark.parametrize("channel", MESSAGE_CHANNELS, ids=lambda one: one.name)


def said(row: Row) -> list[ChannelEvent]:
    """What a row says that its request is read as."""
    kinds: dict[str, Any] = {"Inbound": Inbound, "Report": DeliveryReport, "Leaving": OptOut, "Unknown": UnknownReport}
    found: list[ChannelEvent] = []
    for one in row["said"]:
        fields: dict[str, Any] = {
            name: Recipient(**value) if name in ("reply_to", "who") else value for name, value in one.items()
        }
        found.append(kinds[fields.pop("kind")](**fields))
    return found


def messages(row: Row) -> list[Inbound]:
    return [one for one in said(row) if isinstance(one, Inbound)]


def hour_of(row: Row) -> float:
    """A minute after the last message of a request, which else would be too old to be answered."""
    return max((one.reply_to.heard_at for one in messages(row) if one.reply_to), default=0.0) + 60 or 1_795_500_300.0


@every_row
async def test_every_real_request_is_thanked_and_has_the_effect_that_it_says(
    channel: MessageChannel, row: Row, valkey_url: str, tmp_path: Path
) -> None:
    async with house(valkey_url, tmp_path, hour_of(row)) as zin:
        with capture_logs() as logs:
            first = await zin.post(channel, row)
            again = await zin.post(channel, row)
        assert first[0] == again[0] == row["status"] == 200
        assert any(line["event"] == "bad request" for line in logs) == row.get("unreadable", False)
        posted = await zin.outbox()
        answered = [one for one in messages(row) if not channel.replies_inline(one)]
        assert len(posted) == len({(one.citizen, one.message) for one in answered})
        assert {message["gateway"] for message in posted} == {one.reply_to.gateway for one in answered if one.reply_to}
        assert first[1] == again[1]  # what travels in the response is the same bytes again
        for one in said(row):
            if isinstance(one, OptOut) and one.for_good:
                assert await zin.parts.messaging.post.stopped(one.who)
        lines = str(logs)
        assert not [one.citizen for one in messages(row) if len(one.citizen) > 6 and one.citizen[-6:] in lines]


async def test_a_report_ends_the_message_that_it_is_of(valkey_url: str, tmp_path: Path) -> None:
    reports = next(one for one in MESSAGE_CHANNELS if one.name == "africastalking_reports")
    delivered = next(row for row in table(reports.name) if row["what"] == "it is Success")
    async with house(valkey_url, tmp_path) as zin:
        rooms = zin.parts.messaging
        await rooms.post.send("k", Recipient("sms", "+2290190000001"), "Bonjour")
        (claimed,) = await rooms.outbox.claim("sms", 1)
        await rooms.outbox.sent(claimed, "ATXid_1")
        await zin.post(reports, delivered)
        assert [row["state"] for row in await zin.outbox()] == ["delivered"]


@every_mailbox
class TestEveryMailbox:
    def test_has_a_table_of_real_requests(self, channel: MessageChannel) -> None:
        rows = table(channel.name)
        assert any(row["said"] for row in rows)
        assert any(row.get("unreadable") for row in rows)
        assert all(row["source"] and row["what"] for row in rows)

    async def test_turns_strangers_away_and_keeps_nothing(
        self, channel: MessageChannel, valkey_url: str, tmp_path: Path
    ) -> None:
        row = next(row for row in table(channel.name) if row["said"])
        async with house(valkey_url, tmp_path) as zin:
            path = channel.path.replace("{secret}", "wrong")
            for known in ({}, {TELEGRAM_SECRET: "d\u00e9mo"}, {WHATSAPP_SIGNATURE: "sha256=" + "0" * 64}):
                answer = await zin.client.post(
                    path, data=row["body"], headers={"Content-Type": row["content_type"], **known}
                )
                assert answer.status == 403
            assert await zin.outbox() == []

    async def test_bears_a_body_that_says_nothing(
        self, channel: MessageChannel, valkey_url: str, tmp_path: Path
    ) -> None:
        kind = table(channel.name)[0]["content_type"]
        async with house(valkey_url, tmp_path) as zin:
            for body in (b"", b"\xff\xfe", b"\0", b"&&&", b"=", b"{}", b"[]", b"null", b'"', b"%", b"[" * 5000):
                known = (
                    headers(channel, body.decode("latin-1"))
                    if channel.name != "whatsapp"
                    else {WHATSAPP_SIGNATURE: "sha256=" + hmac.digest(b"demo", body, "sha256").hex()}
                )
                assert (await zin.raw(channel, body, kind, known))[0] == 200, body
            assert await zin.outbox() == []
