"""The messages on the desk: a gateway is paused and goes on, and no number is on the page."""

from __future__ import annotations

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
from tests.admin.test_access import csrf, desk, signed_in
from tests.support.audit_entries import done
from tests.support.browser import Making, chromium, live_desk

BAC = "exams.result:bac-2027"
NUMBER = "+2290190000001"


async def wait_in(parts: Services, *gateways: str) -> None:
    """One message by each of these gateways, of an announcement; one that failed before, too."""
    outbox = Outbox(parts.database, Seal("demo"))
    await outbox.enqueue(Message("failed", "sms", NUMBER, "BAC : Admis(e)"))
    await outbox.failed((await outbox.claim(1))[0], "InsufficientBalance 22990000001")
    await outbox.enqueue(Message("left", "sms", NUMBER, "BAC : Admis(e)"))
    await outbox.sent((await outbox.claim(1))[0], "ATXid_1")
    for gateway in gateways:
        await outbox.enqueue(Message(f"to-{gateway}", gateway, NUMBER, "BAC : Admis(e)", topic=BAC))


@pytest.mark.browser
@pytest.mark.parametrize("width", [1200, 390])
async def test_a_gateway_and_an_announcement_are_paused_and_go_on_and_no_number_is_shown(
    our_settings: Making, width: int
) -> None:
    async with chromium() as browser, live_desk(our_settings(), browser, width) as live:
        await wait_in(live.parts, "sms", "whatsapp")
        await live.go("/bureau/messages")
        await live.sound()
        page = live.page
        for name in ("sms", BAC):
            await page.get_by_role("button", name=f"Mettre en pause : {name}").click()
            await expect(page.locator("[role=status]")).to_contain_text("En pause")
            await expect(page.get_by_text("par demo.")).to_have_count(1)
            assert [one.name for one in await Pauses(live.parts.database).known()] == [name]
            await live.sound()
            await page.get_by_role("button", name=f"Reprendre : {name}").click()
            await expect(page.locator("[role=status]")).to_contain_text("C'est reparti.")
            assert await Pauses(live.parts.database).known() == []
        shown = await page.content()
        assert "plus de crédit" not in shown  # a reason that bears a number is not the one that is known
        assert "InsufficientBalance …" in shown
        assert "0190000001" not in shown
        assert "Admis" not in shown
        told = [(entry.operator, entry.action, entry.subject) for entry in await done(live.parts.database, 4)]
        assert told == [("demo", f"outbox {deed}", name) for name in ("sms", BAC) for deed in ("pause", "resume")]


@pytest.mark.parametrize(("role", "status"), [("approver", 303), ("editor", 303), ("importer", 403), ("viewer", 403)])
async def test_who_may_pause_is_named_in_the_audit_and_who_may_not_changes_nothing(
    valkey_url: str, tmp_path: Path, role: str, status: int
) -> None:
    async with desk(valkey_url, tmp_path) as client:
        form = {"csrf": await signed_in(client, role), "name": "sms"}
        answer = await client.post("/bureau/messages/pause", data=form, allow_redirects=False)
        assert answer.status == status
        gateways = (await outbox_statistics(client.app[SERVICES].database)).gateways
        assert [one.paused.paused_by for one in gateways if one.paused] == (["awa"] if status == 303 else [])


@pytest.mark.parametrize("name", ["", "smz", "x" * 4000, "\x00", "<script>", "sms\n"])
async def test_what_cannot_be_paused_is_told_in_a_sentence(valkey_url: str, tmp_path: Path, name: str) -> None:
    """400 for what no column can hold, 409 for what is not there or not paused."""
    async with desk(valkey_url, tmp_path, env="demo") as client:
        headers = {HEADER: await csrf(client)}
        for deed in ("pause", "reprise"):
            answer = await client.post(f"/bureau/messages/{deed}", data={"name": name}, headers=headers)
            page = await answer.text()
            assert answer.status in ((400, 409) if name in ("x" * 4000, "\x00") else (409,)), page
            assert 'role="alert"' in page
            assert "<script>" not in page
