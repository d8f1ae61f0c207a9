"""The page that somebody asked for before signing in, and what every page says of its reader."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from accounts.accounts import Accounts
from accounts.roles import Role
from admin.permissions import ROLES
from admin.return_path import return_path, sign_in_address
from server import SERVICES
from tests.support.admin_client import PASSWORD, open_admin_site, sign_in

pytestmark = pytest.mark.slow


async def test_page_that_was_asked_for_follows_the_sign_in(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        await Accounts(client.app[SERVICES].database).add("awa", "viewer", PASSWORD, "console:test")
        asked = await client.get("/bureau/journal?verifier=1", allow_redirects=False)
        page = await (await client.get(asked.headers["Location"])).text()
        (onward,) = re.findall(r'name="suite" value="([^"]*)"', page)
        wrong = await client.post("/bureau/connexion", data={"name": "awa", "password": "x", "suite": onward})
        assert f'name="suite" value="{onward}"' in await wrong.text()
        form = {"name": "awa", "password": PASSWORD, "suite": onward}
        answer = await client.post("/bureau/connexion", data=form, allow_redirects=False)
        assert answer.headers["Location"] == "/bureau/journal?verifier=1"


ELSEWHERE = [
    "https://example.com/", "//example.com/bureau/", "/ussd/x", "/bureau", "/bureau/\\example.com",
    "/bureau/%0d\nX: y", "/bureau/<b>", f"/bureau/{'x' * 501}", "", "javascript:alert(1)",
]  # fmt: skip


@pytest.mark.parametrize("given", ELSEWHERE)
def test_sign_in_leads_to_no_other_site(given: str) -> None:
    assert return_path(given) == "/bureau/"
    assert sign_in_address(given) == "/bureau/connexion"


@pytest.mark.parametrize("role", ["importer", "approver", "editor", "viewer"])
async def test_every_page_says_what_its_reader_may(valkey_url: str, tmp_path: Path, role: Role) -> None:
    name, permits = ROLES[role]
    async with open_admin_site(valkey_url, tmp_path) as client:
        await sign_in(client, role)
        page = await (await client.get("/bureau/messages")).text()
        assert f", {name}</summary><p>Vous pouvez : {html.escape(permits)}.</p>" in page


async def test_unknown_page_has_the_links_of_its_reader(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        assert '<nav aria-label="Pages du bureau">' not in await (await client.get("/bureau/x")).text()
        await sign_in(client, "viewer")
        assert '<nav aria-label="Pages du bureau">' in await (await client.get("/bureau/x")).text()
