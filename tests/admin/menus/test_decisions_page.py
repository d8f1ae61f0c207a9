"""What is decided about a version on the admin site: why, who else read it, now or at an hour, and taken back."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from playwright.async_api import expect

from accounts.accounts import Accounts
from admin.auth import HEADER
from reporting.time_zone import zone
from server import SERVICES
from tests.support.admin_client import PASSWORD, Client, open_admin_site, sign_in
from tests.support.browser import LiveDesk, Making, chromium, live_desk
from tests.support.menu_copies import menus_in

pytestmark = pytest.mark.slow
PRICE = "catalogue/casier-judiciaire-b3.yaml"


async def stage(client: Client, folder: Path, by: str = "awa") -> str:
    """Stage menus with another price, as somebody did elsewhere."""
    menus = menus_in(folder)
    file = menus / PRICE
    file.write_text(file.read_text("utf-8").replace("value: 1900", "value: 2100"), "utf-8")
    return str((await client.app[SERVICES].versions.stage(by, menus)).version)


async def send(client: Client, address: str, token: str, **fields: str) -> tuple[int, str]:
    answer = await client.post(f"/bureau/menus/{address}", headers={HEADER: token}, data=fields, allow_redirects=False)
    return answer.status, unescape(await answer.text())


async def shown(client: Client, version: str) -> str:
    return unescape(await (await client.get(f"/bureau/menus/{version}")).text())


def at(hours: float) -> str:
    return (datetime.now(zone()) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")


async def test_price_is_published_once_another_account_approved(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        version, mine = await stage(client, tmp_path / "x"), await sign_in(client, "editor", "awa")
        page = await shown(client, version)
        assert "Elle change des prix : une autre personne la lit et l'approuve avant sa publication." in page
        assert "J'ai lu, j'approuve" not in page
        assert re.search(r'<button class="big" disabled>Publier cette version', page)
        status, text = await send(client, f"{version}/publier", mine, instead_of="1")
        assert (status, "une autre personne l'approuve d'abord" in text) == (409, True)
        status, text = await send(client, f"{version}/approuver", mine, instead_of="1")
        assert (status, "Vous avez écrit ou proposé cette version" in text) == (409, True)
        theirs = await sign_in(client, "approver", "bio")
        assert "J'ai lu, j'approuve" in await shown(client, version)
        assert (await send(client, f"{version}/approuver", theirs, instead_of="1"))[0] == 303
        assert "Approuvée par bio" in await shown(client, version)
        assert (await send(client, f"{version}/publier", theirs, instead_of="1"))[0] == 403
        await Accounts(client.app[SERVICES].database).close("awa", "console:test")
        again = await sign_in(client, "editor", "cossi")
        assert (await send(client, f"{version}/publier", again, instead_of="1"))[0] == 303


async def test_hour_is_given_and_taken_away(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        version, token = await stage(client, tmp_path / "x", "bio"), await sign_in(client, "editor")
        assert (await send(client, f"{version}/approuver", token, instead_of="1"))[0] == 303
        for wrong in ("", "demain", at(-1), "2026-12-01T08:00:00.000001", "9999-12-31T23:59"):
            assert (await send(client, f"{version}/heure", token, instead_of="1", heure=wrong))[0] == 409, wrong
        assert (await send(client, f"{version}/heure", token, instead_of="1", heure=at(2), why="tarif"))[0] == 303
        assert "Elle sera publiée le" in await shown(client, version)
        assert "sera publiée le" in unescape(await (await client.get("/bureau/menus")).text())
        assert (await send(client, f"{version}/sans-heure", token))[0] == 303
        assert "Elle sera publiée le" not in await shown(client, version)
        assert (await send(client, f"{version}/sans-heure", token))[0] == 409


@pytest.mark.parametrize(("role", "address"), [("viewer", "approuver"), ("importer", "approuver"),
                                               ("approver", "heure"), ("approver", "sans-heure")])  # fmt: skip
async def test_roles_decide_what_is_theirs(valkey_url: str, tmp_path: Path, role: str, address: str) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        token = await sign_in(client, role)
        assert (await send(client, f"00000000000000000000/{address}", token, instead_of="1"))[0] == 403


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
async def test_draft_is_proposed_scheduled_and_published(our_settings: Making, width: int) -> None:
    settings = our_settings()
    async with chromium() as browser, live_desk(settings, browser, width) as live:
        await Accounts(live.parts.database).add("awa", "editor", PASSWORD, "console:test")
        await live.sign_in("awa", PASSWORD)
        await _write(live)
        await live.go("/bureau/brouillon")
        await live.page.get_by_label("Pourquoi").fill("plus clair")
        await live.page.get_by_role("button", name="Préparer ce brouillon").click()
        await expect(live.page.get_by_text("« plus clair ».")).to_be_visible()
        first = live.page.get_by_role("region", name="Ce qu'un citoyen remarque d'abord").get_by_role("listitem")
        await expect(first).to_have_count(1)
        await expect(first).to_contain_text("help.topics : le texte change")
        await _sound(live, width)
        await live.page.get_by_text("Ou à une heure").click()
        await live.page.get_by_label("Jour et heure de la publication").fill(at(2))
        await live.page.get_by_role("button", name="Publier à cette heure").click()
        await expect(live.page.get_by_text(re.compile("Elle sera publiée le .* comme awa l'a demandé"))).to_be_visible()
        await _sound(live, width)
        await live.page.get_by_role("button", name="Retirer l'heure").click()
        await live.page.get_by_role("link", name="Comparer et publier").first.click()
        await live.page.get_by_role("button", name="Publier cette version").press("Enter")
        await expect(live.page.get_by_text("C'est fait")).to_be_visible()
        await _sound(live, width)


async def _write(live: LiveDesk) -> None:
    await live.go("/bureau/ecran/help.topics")
    await live.page.fill("textarea[name='texte.say']", "De l'aide ?")
    await live.page.get_by_role("button", name="Enregistrer dans le brouillon").click()
    await expect(live.page.get_by_role("status")).to_contain_text("C'est dans le brouillon")


async def _sound(live: LiveDesk, width: int) -> None:
    await live.sound()
    assert await live.page.evaluate("document.documentElement.scrollWidth") <= width
