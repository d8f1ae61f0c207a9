"""The desk says before the hour what an announcement takes at the pace of SMS, and what messages that wait take."""

from __future__ import annotations

import asyncio
from html import unescape

import pytest

from channels.contracts.sender import Message
from channels.deferred.repository import DeferredRepository, NewDeferred
from channels.outbox.repository import Outbox
from database.encryption import Seal
from results.announcer import TOPIC
from tests.support.results_forms import BAC, SET, Office

PEOPLE = 30
ANNOUNCEMENT = f"{PEOPLE} personnes attendent cette annonce. À 20 SMS par seconde"


async def page(office: Office, path: str) -> str:
    return unescape(await (await office.client.get(f"/bureau/{path}")).text())


async def wait(office: Office) -> None:
    """Citizens who wait for the results, and one who waits for an SMS."""
    waiting = DeferredRepository(office.database, Seal("demo"))
    for number in range(PEOPLE):
        later = NewDeferred(f"p{number}", "changes", f"c{number}", b"{}", topic=f"{TOPIC}:{BAC}", due_in=3600)
        await waiting.add(later)
    await Outbox(office.database, Seal("demo")).enqueue(Message("k1", "sms", "+2290190000001", "Bonjour"))


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """An hour that is over in no time: every announcement takes longer."""
    monkeypatch.setattr("reporting.sending_time.GOAL_SECONDS", 0.001)


@pytest.mark.usefixtures("hurried")
async def test_who_approves_and_publishes_reads_what_the_announcement_takes(brought: Office) -> None:
    assert "attendent cette annonce" not in await page(brought, f"resultats/{SET}")  # nobody waits
    await wait(brought)
    await brought.come("approver")
    assert ANNOUNCEMENT in await page(brought, f"resultats/{SET}")
    assert await brought.approve() == (303, f"/bureau/resultats/{SET}?fait=approuve")
    assert ANNOUNCEMENT in await page(brought, f"resultats/{SET}")


async def test_short_announcement_is_not_worth_a_word(brought: Office) -> None:
    await wait(brought)
    await brought.come("approver")
    assert "attendent" not in await page(brought, f"resultats/{SET}")


@pytest.mark.usefixtures("hurried")
async def test_page_of_messages_says_what_waits_too_long(brought: Office) -> None:
    await asyncio.gather(wait(brought), brought.come("approver"))
    shown = await page(brought, "messages")
    assert ANNOUNCEMENT in shown
    assert "SMS attendent. À 20 SMS par seconde" in shown
