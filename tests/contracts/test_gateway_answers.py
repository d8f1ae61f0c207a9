"""Whatever a gateway answers to a message, one that it took is never sent again, and a refused one waits within bounds.

The real senders deliver to a server on this machine that answers with the bytes of the table.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import select

from authoring.replay.fakes import FakeClock
from channels.africastalking import sender as africastalking
from channels.contracts.sender import Message
from channels.outbox.repository import Outbox
from channels.telegram import sender as telegram
from channels.whatsapp import sender as whatsapp
from database import tables
from database.encryption import Seal
from database.interface import Row as Stored
from database.migrations import migrate
from state.interfaces import Recipient
from tests.support.byte_server import ByteServer, http
from tests.support.database import opened
from tests.support.delivery_rounds import RoundWorker, no_pace
from tests.support.gateway_senders import sender_at
from tests.support.gateway_tables import Row, each_row, rows

pytestmark = pytest.mark.slow

ADDRESS = {"sms": "+2290190000001", "telegram": "2290190000001", "whatsapp": "2290190000001"}
QUARTER_HOUR = 900.0


@pytest.fixture
async def gateway() -> AsyncIterator[ByteServer]:
    server = ByteServer()
    async with server.listening():
        yield server


def answer_of(row: Row) -> bytes:
    """The bytes of an answer, with its last byte missing if the row says so."""
    if row.get("silent") or row.get("closed"):
        return b""
    body = json.dumps(row["json"]) if "json" in row else row["body"]
    status = f"{row.get('status', 201 if row['gateway'] == 'sms' else 200)} Said"
    wait = [f"Retry-After: {row['retry_after']}"] if "retry_after" in row else []
    whole = http(body.encode(), status, *wait, content_type=row.get("type", "application/json"))
    if row.get("latin"):
        whole = whole.decode().encode("latin-1")
    return whole[:-1] if row.get("breaks") or row.get("slow") else whole


@each_row("gateway_answers", "gateway", "status", "json", "body", "retry_after")
async def test_message_that_was_taken_is_never_sent_again(
    row: Row, gateway: ByteServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if row.get("slow") or row.get("silent"):
        hurry(monkeypatch)
    gateway.answer, gateway.cuts = answer_of(row), bool(row.get("breaks") or row.get("closed"))
    database, clock = opened(tmp_path).database, FakeClock()
    await migrate(database)
    outbox, sender = Outbox(database, Seal("a secret"), clock), sender_at(row["gateway"], gateway.url)
    delivery = RoundWorker(outbox, [sender], no_pace, nobody_stopped, lambda: 0.5)
    await outbox.enqueue(Message("k", row["gateway"], ADDRESS[row["gateway"]], "Bonjour"))
    unclear = counted(row["gateway"], "unclear")
    began = clock()
    await delivery.round()
    (stored,) = await database.rows(select(tables.outbox))
    assert stored["state"] == row["ends"], stored["why"]
    assert bool(stored["reference"]) == (row["ends"] == "sent" and row.get("named", True))
    assert counted(row["gateway"], "unclear") - unclear == (not row.get("named", True))
    if row["ends"] == "queued":
        assert wait_of(stored, began) == pytest.approx(row["again_in"])
    clock.now += QUARTER_HOUR
    await delivery.round()
    assert len(gateway.requests) == (2 if row["ends"] == "queued" else 1)
    await sender.close()
    await database.close()


def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the senders wait for an answer for a moment only."""
    monkeypatch.setattr(africastalking, "LIMITS", replace(africastalking.LIMITS, seconds=0.2))
    for module in (telegram, whatsapp):
        monkeypatch.setattr(module, "SECONDS", 0.2)


def wait_of(stored: Stored, began: float) -> float:
    """The seconds until the next try."""
    return float(stored["due_at"]) / 1000 - began


def counted(gateway: str, how: str) -> float:
    return REGISTRY.get_sample_value("zin_messages_tried_total", {"gateway": gateway, "how": how}) or 0.0


async def nobody_stopped(who: Recipient) -> bool:
    return False


def test_table_has_every_gateway_and_every_end() -> None:
    assert {(row["gateway"], row["ends"]) for row in rows("gateway_answers")} == {
        (gateway, end) for gateway in ADDRESS for end in ("sent", "failed", "queued")
    }
