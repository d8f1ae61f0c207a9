"""Every status that a gateway reports ends its message in the right state, through the whole server."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlencode

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from channels.contracts.message_channel import MessageChannel
from channels.contracts.sender import ClaimedMessage
from channels.whatsapp.events import reference
from database.interface import Row as Stored
from state.identity import Pseudonyms
from state.interfaces import Recipient
from tests.support.gateway_tables import Row, each_row, rows
from tests.support.message_server import MESSAGE_CHANNELS, House, headers, house
from tests.support.payloads import table

pytestmark = pytest.mark.slow

ADDRESS = {"sms": "+2290190000071", "whatsapp": "2290190000071"}
NAMED = {"sms": "ATXid_essai2", "whatsapp": "wamid.essai2"}
CHANNEL = {"sms": "africastalking_reports", "whatsapp": "whatsapp"}


def channel_of(row: Row) -> MessageChannel:
    return next(one for one in MESSAGE_CHANNELS if one.name == CHANNEL[row["gateway"]])


def body_of(row: Row, status: str) -> tuple[str, str]:
    """One report as its gateway sends it, and its content type."""
    gateway = row["gateway"]
    if gateway == "sms":
        form = {"id": NAMED["sms"], "status": status, "phoneNumber": ADDRESS["sms"], "networkCode": "61603"}
        form |= {"failureReason": row["reason"]} if "reason" in row else {}
        return urlencode(form), "application/x-www-form-urlencoded"
    good = next(one for one in table("whatsapp") if one["what"] == "a message was sent")
    payload = json.loads(good["body"])
    (one,) = payload["entry"][0]["changes"][0]["value"]["statuses"]
    one |= {"id": NAMED["whatsapp"], "status": status, "recipient_id": ADDRESS["whatsapp"]}
    return json.dumps(payload), "application/json"


async def report(zin: House, row: Row) -> None:
    channel = channel_of(row)
    for status in row["reported"]:
        body, kind = body_of(row, status)
        answer, _ = await zin.raw(channel, body.encode(), kind, headers(channel, body))
        assert answer == 200


async def taken(zin: House, claimed: ClaimedMessage, gateway: str) -> None:
    """What the delivery does when the gateway takes the message."""
    own = NAMED["sms"] if gateway == "sms" else reference(NAMED["whatsapp"])
    named = Pseudonyms(zin.settings.secrets.pepper).reference(gateway, own)
    await zin.parts.messaging.outbox.sent(claimed, named)


def counted_unknown(row: Row) -> float:
    labels = {"channel": CHANNEL[row["gateway"]], "why": "unknown_status"}
    return REGISTRY.get_sample_value("zin_turned_away_total", labels) or 0.0


@each_row("reports", "gateway", "reported")
async def test_reports_end_the_message_in_the_right_state(row: Row, valkey_url: str, tmp_path: Path) -> None:
    gateway, counted = row["gateway"], counted_unknown(row)
    to = Recipient(gateway, ADDRESS[gateway])
    async with house(valkey_url, tmp_path) as zin:
        messaging = zin.parts.messaging
        await messaging.post.send("k", to, "Bonjour")
        (claimed,) = await messaging.outbox.claim(gateway, 1)
        if row.get("before"):
            await report(zin, row)
            await taken(zin, claimed, gateway)
        else:
            await taken(zin, claimed, gateway)
            await report(zin, row)
        (stored,) = await zin.outbox()
        assert ends(stored) == (row["ends"], row["ends"] == "failed")
        assert await messaging.post.stopped(to) == row.get("stops", False)
    assert counted_unknown(row) - counted == row.get("unknown", 0)


def ends(stored: Stored) -> tuple[str, bool]:
    """The state, and whether there is a reason."""
    return stored["state"], bool(stored["why"])


@pytest.mark.parametrize(("status", "logged"), [("Borked", "Borked"), ("+2290190000071", ""), ("x" * 41, "")])
async def test_unknown_status_is_logged_without_numbers(
    status: str, logged: str, valkey_url: str, tmp_path: Path
) -> None:
    async with house(valkey_url, tmp_path) as zin:
        with capture_logs() as logs:
            await report(zin, {"gateway": "sms", "reported": [status]})
    assert [line["status"] for line in logs if line["event"] == "unknown status in a report"] == [logged]


def test_table_has_both_gateways_and_every_state() -> None:
    assert {(row["gateway"], row["ends"]) for row in rows("reports")} == {
        (gateway, state) for gateway in CHANNEL for state in ("delivered", "failed", "sent")
    }
