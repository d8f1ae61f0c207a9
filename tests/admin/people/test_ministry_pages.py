"""The ministry of an account on the admin site: given at the invitation, changed, and who administers whom."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pytest

from accounts.accounts import Accounts
from server import SERVICES
from tests.support.admin_client import PASSWORD, open_admin_site, post, sign_in

pytestmark = pytest.mark.slow


async def test_person_is_invited_into_a_ministry_and_moved(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        token = await sign_in(client, "admin")
        await post(client, "comptes", token, name="bio", role="editor", ministry="justice")
        page = unescape(await (await client.get("/bureau/comptes/bio")).text())
        assert "<dt>Ministère</dt><dd>Ministère de la Justice</dd>" in page
        assert (await post(client, "comptes/bio/ministere", token, ministry="sante"))[0] == 303
        assert (await post(client, "comptes/bio/ministere", token, ministry="marine"))[0] == 409
        assert "Ministère de la Santé" in unescape(await (await client.get("/bureau/comptes")).text())


async def test_administrator_of_a_ministry_sees_its_accounts_only(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        await Accounts(client.app[SERVICES].database).add("vera", "viewer", PASSWORD, "console:test")
        token = await sign_in(client, "admin", ministry="justice")
        status, page = await post(client, "comptes", token, name="bio", role="editor")
        assert (status, "n’est montré que cette fois" in page) == (200, True)
        page = unescape(await (await client.get("/bureau/comptes")).text())
        assert ("/comptes/bio" in page, "vera" in page, "Tous les ministères" in page) == (True, False, False)
        assert (await post(client, "comptes/vera/fermer", token))[0] == 404
