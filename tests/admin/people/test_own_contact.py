"""« Être prévenu » on the page of one's own account: chosen, refused, switched off, in a browser too."""

from __future__ import annotations

from html import unescape
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect
from pydantic import SecretStr
from sqlalchemy import select

from accounts.accounts import Accounts
from accounts.contacts import ACTION, Contact
from admin.context import ADMIN_CONTEXT
from admin.people.own_contact import contacts_of
from database import tables
from server import SERVICES
from settings import Address
from tests.quality.test_every_page import check_page
from tests.support.admin_client import PASSWORD, Client, open_admin_site, post, sign_in
from tests.support.audit_entries import done
from tests.support.browser import Making, chromium, live_desk

EMAIL, NUMBER, FORM = "awa@exemple.bj", "+2290190000001", "mon-compte/avis"
SERVER: dict[str, Any] = {"smtp_url": "smtps://mail.exemple.bj", "smtp_sender": "zin@exemple.bj"}


async def own_page(client: Client, path: str = "mon-compte") -> str:
    return unescape(await (await client.get(f"/bureau/{path}")).text())


@pytest.mark.slow
async def test_choice_is_saved_and_switched_off_with_one_press(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path, **SERVER) as client:
        token = await sign_in(client, "viewer")
        page = await own_page(client)
        assert 'value="email" checked' in page
        assert "Ne plus me prévenir" not in page
        assert (await post(client, FORM, token, way="sms", email="", number="01 90 00 00 01"))[0] == 303
        contacts = contacts_of(client.app[ADMIN_CONTEXT])
        assert await contacts.find("awa") == Contact("sms", "", NUMBER)
        page = await own_page(client, "mon-compte?fait=avis")
        assert ('value="sms" checked' in page, f'value="{NUMBER}"' in page) == (True, True)
        assert "vous serez prévenu" in page
        assert "Ne plus me prévenir" in page
        assert (await post(client, FORM, token, way=""))[0] == 303
        assert await contacts.find("awa") is None
        assert "ne serez plus prévenu" in await own_page(client, "mon-compte?fait=sans-avis")
        found = [
            (one.operator, one.subject) for one in await done(client.app[SERVICES].database) if one.action == ACTION
        ]
        assert found == [("awa", "awa")] * 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"way": "email", "email": "awa"}, "Cette adresse e-mail n’est pas possible"),
        ({"way": "email", "email": ""}, "Donnez une adresse e-mail"),
        ({"way": "sms", "number": ""}, "Donnez un numéro de téléphone"),
        ({"way": "sms", "number": "12"}, "Ce numéro de téléphone n’est pas possible"),
        ({"way": "sms", "number": "9" * 5000}, "Ce numéro de téléphone n’est pas possible"),
    ],
)
async def test_refused_contact_stays_in_the_form(
    valkey_url: str, tmp_path: Path, fields: dict[str, str], said: str
) -> None:
    async with open_admin_site(valkey_url, tmp_path, **SERVER) as client:
        token = await sign_in(client, "viewer")
        status, page = await post(client, FORM, token, **{"email": "", "number": "", **fields})
        assert (status, said in page) == (422, True)
        assert f'value="{fields["way"]}" checked' in page
        assert await contacts_of(client.app[ADMIN_CONTEXT]).find("awa") is None


@pytest.mark.slow
async def test_without_a_mail_server_there_is_no_email(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        token = await sign_in(client, "viewer")
        page = await own_page(client)
        assert ("Par e-mail" in page, "Ce serveur n’envoie pas d’e-mail" in page) == (False, True)
        assert 'value="" checked' in page
        status, page = await post(client, FORM, token, way="email", email=EMAIL)
        assert (status, "choisissez le SMS" in page) == (422, True)


@pytest.mark.slow
async def test_address_of_another_key_is_asked_for_anew(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path, **SERVER) as client:
        await sign_in(client, "viewer")
        lost = {"key": "awa", "way": "email", "sealed": "00000000.x", "look_at": 0}
        await client.app[SERVICES].database.upsert(tables.contacts, lost)
        assert 'value="email" checked' in await own_page(client)


@pytest.mark.slow
async def test_failing_mail_server_is_on_the_start_page_of_administrators(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path, **SERVER) as client:
        await sign_in(client, "admin")
        row = {"key": "paul:1", "name": "paul", "content": "{}", "tries": 1, "due_at": 0, "expires_at": 0}
        for number, (state, why) in enumerate([("queued", "login"), ("failed", "address")]):
            await client.app[SERVICES].database.upsert(
                tables.notifications, {**row, "key": f"paul:{number}", "state": state, "why": why}
            )
        page = (await own_page(client, "accueil")).partition("<h2>Ce qui attend d'autres personnes")[0]
        assert "1 avis attend : le serveur de courrier refuse l’utilisateur ou le mot de passe de Zin" in page
        assert "1 avis est perdu : le serveur de courrier refuse une adresse" in page
        assert "zin notifications try" in page


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
async def test_choice_in_a_browser(our_settings: Making, width: int) -> None:
    made = our_settings(
        smtp_url=Address("smtp://127.0.0.1:1"), smtp_sender="zin@exemple.bj", secret=SecretStr("s" * 22)
    )
    async with chromium() as browser, live_desk(made, browser, width) as desk:
        await Accounts(desk.parts.database).add("awa", "approver", PASSWORD, "console:test")
        await desk.sign_in("awa", PASSWORD)
        await desk.page.get_by_role("link", name="Mon compte").click()
        await desk.page.get_by_label("Mon adresse e-mail").fill(EMAIL)
        await desk.page.get_by_label("Mon adresse e-mail").press("Enter")
        await expect(desk.page.get_by_role("status")).to_contain_text("vous serez prévenu")
        await expect(desk.page.get_by_role("radio", name="Par e-mail")).to_be_checked()
        await check_page(desk, "/mon-compte")
        await desk.page.get_by_role("button", name="Ne plus me prévenir").press("Enter")
        await expect(desk.page.get_by_role("status")).to_contain_text("ne serez plus prévenu")
        assert await desk.parts.database.rows(select(tables.contacts)) == []
