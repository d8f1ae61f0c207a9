"""The messages on the desk: a gateway is paused and goes on, and no number is on the page."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pytest
from playwright.async_api import expect

from admin.auth import HEADER
from channels.contracts.sender import Message
from channels.outbox.pauses import Pauses
from channels.outbox.repository import Outbox
from channels.outbox.statistics import outbox_statistics
from database.encryption import Seal
from runtime.services import Services
from server import SERVICES
from tests.support.admin_client import csrf, open_admin_site, post, sign_in
from tests.support.audit_entries import done
from tests.support.browser import Making, chromium, live_desk
from tests.support.ministry_desk import house

pytestmark = pytest.mark.slow

BAC = "exams.result:bac-2027"
NUMBER = "+2290190000001"


async def wait_in(parts: Services, *gateways: str) -> None:
    """One message by each of these gateways, of an announcement; one that failed before, too."""
    outbox = Outbox(parts.database, Seal("demo"))
    await outbox.enqueue(Message("failed", "sms", NUMBER, "BAC : Admis(e)"))
    await outbox.failed((await outbox.claim("sms", 1))[0], "InsufficientBalance 22990000001")
    await outbox.enqueue(Message("left", "sms", NUMBER, "BAC : Admis(e)"))
    await outbox.sent((await outbox.claim("sms", 1))[0], "ATXid_1")
    for gateway in gateways:
        await outbox.enqueue(Message(f"to-{gateway}", gateway, NUMBER, "BAC : Admis(e)", topic=BAC))


@pytest.mark.browser
@pytest.mark.parametrize("width", [1200, 390])
async def test_pauses_work_and_show_no_phone_number(our_settings: Making, width: int) -> None:
    async with chromium() as browser, live_desk(our_settings(), browser, width) as live:
        await wait_in(live.parts, "sms", "whatsapp")
        await live.go("/bureau/messages")
        await live.sound()
        page = live.page
        for name in ("sms", BAC):
            await page.get_by_label(f"Mettre en pause : {name}", exact=True).click()
            await page.locator("details[open]").get_by_label("Pourquoi").fill("essai du soir")
            await page.get_by_role("button", name="Oui, rien ne doit partir").click()
            await expect(page.locator("[role=status]")).to_contain_text("En pause")
            await expect(page.get_by_text("par demo.")).to_have_count(1)
            assert [one.name for one in await Pauses(live.parts.database).known()] == [name]
            await live.sound()
            await page.get_by_role("button", name=f"Reprendre : {name}").click()
            await expect(page.locator("[role=status]")).to_contain_text("C'est reparti.")
            assert await Pauses(live.parts.database).known() == []
        shown = await page.content()
        assert "plus de crédit chez la passerelle <code>InsufficientBalance …</code>" in shown
        assert "Créditer le compte chez la passerelle." in shown
        assert "0190000001" not in shown
        assert "Admis" not in shown
        entries = await done(live.parts.database, 4)
        audited = [(entry.operator, entry.action, entry.subject, dict(entry.details)) for entry in entries]
        actions: tuple[tuple[str, dict[str, str]], ...] = (
            ("outbox pause", {"why": "essai du soir"}),
            ("outbox resume", {}),
        )
        assert audited == [("demo", action, name, details) for name in ("sms", BAC) for action, details in actions]


@pytest.mark.parametrize(("role", "status"), [("approver", 303), ("editor", 303), ("importer", 403), ("viewer", 403)])
async def test_only_approvers_and_editors_pause_gateways(
    valkey_url: str, tmp_path: Path, role: str, status: int
) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        form = {"csrf": await sign_in(client, role), "name": "sms", "why": "essai"}
        answer = await client.post("/bureau/messages/pause", data=form, allow_redirects=False)
        assert answer.status == status
        gateways = (await outbox_statistics(client.app[SERVICES].database)).gateways
        assert [one.paused.paused_by for one in gateways if one.paused] == (["awa"] if status == 303 else [])


@pytest.mark.parametrize("name", ["", "smz", "x" * 4000, "\x00", "<script>", "sms\n"])
async def test_unknown_gateway_is_refused_in_a_sentence(valkey_url: str, tmp_path: Path, name: str) -> None:
    """400 for what no column can hold, 409 for what is not there or not paused."""
    async with open_admin_site(valkey_url, tmp_path, env="demo") as client:
        headers = {HEADER: await csrf(client)}
        for action in ("pause", "reprise"):
            answer = await client.post(
                f"/bureau/messages/{action}", data={"name": name, "why": "essai"}, headers=headers
            )
            page = await answer.text()
            assert answer.status in ((400, 409) if name in ("x" * 4000, "\x00") else (409,)), page
            assert 'role="alert"' in page
            assert "<script>" not in page


@pytest.mark.parametrize("why", ["", "   ", "x" * 161])
async def test_pause_without_a_short_reason_is_refused(valkey_url: str, tmp_path: Path, why: str) -> None:
    async with open_admin_site(valkey_url, tmp_path, env="demo") as client:
        form = {"csrf": await csrf(client), "name": "sms", "why": why}
        answer = await client.post("/bureau/messages/pause", data=form)
        assert answer.status == 409
        assert 'role="alert"' in await answer.text()
        assert await Pauses(client.app[SERVICES].database).known() == []


async def test_account_of_a_ministry_pauses_announcements_of_its_exams_only(valkey_url: str, tmp_path: Path) -> None:
    async with house(valkey_url, tmp_path) as found:
        token, pauses = await sign_in(found.client, "editor", ministry="justice"), Pauses(found.database)
        await wait_in(found.client.app[SERVICES], "sms")
        shown = unescape(await (await found.client.get("/bureau/messages")).text())
        assert "Mettre en pause : sms" not in shown
        assert f"Mettre en pause : {BAC}" in shown
        assert "une personne sans ministère peut les mettre en pause" in shown
        status, page = await post(found.client, "messages/pause", token, name="sms", why="essai")
        assert (status, "une personne sans ministère peut l'arrêter et le reprendre" in page) == (403, True)
        assert await pauses.known() == []
        assert (await post(found.client, "messages/pause", token, name=BAC, why="essai"))[0] == 303
        await pauses.pause("zoe", "sms", "essai")
        assert (await post(found.client, "messages/reprise", token, name="sms"))[0] == 403
        assert {one.name for one in await pauses.known()} == {"sms", BAC}


async def test_announcements_of_another_ministry_are_unlisted_and_stay(valkey_url: str, tmp_path: Path) -> None:
    async with house(valkey_url, tmp_path) as found:
        token, pauses = await sign_in(found.client, "editor", ministry="sante"), Pauses(found.database)
        await wait_in(found.client.app[SERVICES], "sms")
        await pauses.pause("zoe", BAC, "essai")
        for path in ("messages", "accueil"):
            assert "bac-2027" not in await (await found.client.get(f"/bureau/{path}")).text(), path
        assert (await post(found.client, "messages/reprise", token, name=BAC))[0] == 403
        assert [one.name for one in await pauses.known()] == [BAC]
