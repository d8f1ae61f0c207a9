"""The start page: what waits for its reader comes first, what waits for others after it, and nothing twice."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from playwright.async_api import expect

from admin.start.waiting import DAYS, FEW
from analytics.counters import Figure, day_of
from analytics.repository import UsageRepository
from channels.contracts.sender import Message
from channels.outbox.pauses import Pauses
from channels.outbox.repository import Outbox
from database.encryption import Seal
from runtime.services import Services
from server import SERVICES
from tests.support.admin_client import open_admin_site, sign_in
from tests.support.browser import Making, chromium, live_desk

pytestmark = pytest.mark.slow

PAGE, NUMBER = "/bureau/accueil", "+2290190000001"


async def trouble(parts: Services) -> None:
    """Messages without credit, a paused gateway, and a screen where most people give up."""
    outbox = Outbox(parts.database, Seal("demo"))
    await outbox.enqueue(Message("k1", "sms", NUMBER, "BAC : Admis(e)"))
    await outbox.reschedule((await outbox.claim("sms", 1))[0], "InsufficientBalance", 60.0)
    await Pauses(parts.database).pause("awa", "whatsapp", "essai")
    today = day_of(time.time())
    counted = [Figure(today, 8, "arrived", "home.welcome", FEW), Figure(today, 8, "went_on", "home.welcome", 1)]
    await UsageRepository(parts.database).add(counted)


async def test_trouble_is_listed_with_what_to_do(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path, env="demo") as client:
        await trouble(client.app[SERVICES])
        page = await (await client.get(PAGE)).text()
        assert "1 message attend : plus de crédit chez la passerelle" in page
        assert "Créditer le compte chez la passerelle." in page
        assert "« WhatsApp » est en pause" in page
        assert f"depuis {DAYS} jours" in page
        assert NUMBER[-8:] not in page
        assert "Admis" not in page


@pytest.mark.parametrize(("role", "heading"), [("editor", "Ce qui vous attend"), ("viewer", "d'autres personnes")])
async def test_reader_sees_own_tasks_first(valkey_url: str, tmp_path: Path, role: str, heading: str) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        await sign_in(client, role)
        await Pauses(client.app[SERVICES].database).pause("bio", "sms", "essai")
        page = await (await client.get(PAGE)).text()
        assert page.count("« SMS » est en pause") == 1
        assert page.index(heading) < page.index("« SMS » est en pause")
        assert ("Ce qui attend d'autres personnes" in page) == (role == "viewer")


@pytest.mark.parametrize(("role", "offered"), [("editor", 4), ("viewer", 1)])
async def test_reader_is_offered_to_begin_what_may_be_done(
    valkey_url: str, tmp_path: Path, role: str, offered: int
) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        await sign_in(client, role)
        page = await (await client.get(PAGE)).text()
        begun = page.partition("<h2>Pour commencer</h2>")[2].partition("</ul>")[0]
        addresses = re.findall(r'href="([^"]+)"', begun)
        assert (len(addresses), addresses[-1]) == (offered, "/bureau/")
        assert [(await client.get(one)).status for one in addresses] == [200] * offered


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
async def test_task_leads_to_its_page(our_settings: Making, width: int) -> None:
    async with chromium() as browser, live_desk(our_settings(), browser, width) as live:
        await trouble(live.parts)
        await live.go(PAGE)
        await live.sound()
        await live.page.get_by_role("link", name="« WhatsApp » est en pause").press("Enter")
        await expect(live.page.get_by_role("heading", name="Messages", exact=True)).to_be_visible()
