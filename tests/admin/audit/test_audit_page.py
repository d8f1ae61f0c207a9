"""The journal in the browser: found by person, kind and day, page by page, exported, and verified by a noted hash."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from playwright.async_api import expect

from accounts.audit import Audit, AuditEvent
from admin.audit.audit_page import PAGE
from admin.audit.audit_query import AuditQuery, NoQuery, parse_query
from server import SERVICES
from tests.support.admin_client import open_admin_site, sign_in
from tests.support.browser import Making, chromium, live_desk

pytestmark = pytest.mark.slow

HERE = "/bureau/journal"


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"quoi": "tout"}, "Choisissez dans la liste"),
        ({"qui": "x" * 81}, "Écrivez un nom"),
        ({"qui": "a\0b"}, "Écrivez un nom"),
        ({"du": "hier"}, "Écrivez un jour"),
        ({"au": "0001-01-01"}, "Écrivez un jour"),
        ({"du": "2026-12-02", "au": "2026-12-01"}, "échangez-les"),
        ({"avant": "-1"}, "Cette page n'existe pas"),
        ({"avant": "9" * 30}, "Cette page n'existe pas"),
    ],
)
def test_impossible_query_is_said_in_a_sentence(given: dict[str, str], wrong: str) -> None:
    with pytest.raises(NoQuery, match=wrong):
        parse_query(given)


def test_query_is_the_same_after_its_address() -> None:
    asked = AuditQuery("awa b", "menus", date(2026, 12, 1), date(2026, 12, 2))
    assert asked.query == "qui=awa+b&quoi=menus&du=2026-12-01&au=2026-12-02"
    assert asked.filter.until - asked.filter.since == 2 * 24 * 3600 * 1000


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
async def test_clerk_finds_who_did_what(our_settings: Making, width: int) -> None:
    async with chromium() as browser, live_desk(our_settings(), browser, width) as live:
        audit = Audit(live.parts.database)
        for number in range(PAGE + 5):
            await audit.add(AuditEvent("awa", "menus publish", f"v{number}", {"why": "prix de 2027"}))
        await audit.add(AuditEvent("bio", "outbox pause", "sms", {"why": "essai"}))
        page = live.page
        await live.go(HERE)
        await live.sound()
        await expect(page.get_by_text("envoi mis en pause")).to_have_count(1)
        await page.get_by_label("Qui", exact=True).focus()
        await page.keyboard.type("awa")
        await page.keyboard.press("Tab")
        await page.keyboard.type("Menus")
        await page.get_by_role("button", name="Chercher").press("Enter")
        await expect(page.get_by_text("envoi mis en pause")).to_have_count(0)
        await expect(page.get_by_text("pourquoi : prix de 2027")).to_have_count(PAGE)
        await page.get_by_role("link", name="Plus ancien").click()
        await expect(page.locator("li.entry")).to_have_count(5)
        await live.sound()


async def test_noted_hash_is_found_or_missed(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        await sign_in(client, "viewer")
        audit = Audit(client.app[SERVICES].database)
        noted = (await audit.add(AuditEvent("awa", "menus publish", "v1"))).hash
        right = await (await client.get(f"{HERE}?verifier=1&notee={noted.upper()}")).text()
        assert "L'empreinte notée est celle de la ligne " in right
        missed = await (await client.get(f"{HERE}?verifier=1&notee={'a' * 64}")).text()
        assert "la fin a été coupée, ou tout a été réécrit" in missed
        short = await client.get(f"{HERE}?verifier=1&notee=abc")
        assert short.status == 400
        assert "Une empreinte a 64 signes" in await short.text()


async def test_export_has_french_headings_and_no_formula(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        await sign_in(client, "viewer")
        await Audit(client.app[SERVICES].database).add(AuditEvent("awa", "menus publish", "=1+1", {"why": "a;b"}))
        answer = await client.get(f"{HERE}.csv?quoi=menus&qui=awa")
        heading, row, *rest = (await answer.text()).removeprefix("\ufeff").split("\r\n")
        assert heading == "N°;Quand;Qui;Quoi;Sur quoi;Détails;Empreinte"
        assert ';awa;menus publiés;\'=1+1;"pourquoi : a;b";' in row
        assert rest == [""]
        assert (await client.get(f"{HERE}.csv?quoi=x")).status == 400
