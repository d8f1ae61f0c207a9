"""Accounts on the admin site: a person is invited, joins, and is changed; one's own password and visits."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from aiohttp import ClientSession, DummyCookieJar

from accounts.accounts import Accounts
from admin.app import WAYS
from admin.login_sessions import digest
from server import SERVICES
from tests.support.admin_client import PASSWORD, Client, open_admin_site, post, send_request, sign_in
from tests.support.audit_entries import done

pytestmark = pytest.mark.slow
NEW = "huit-mangues-vertes"


def link_in(page: str) -> str:
    """The path of the link that a page shows, below /bureau/."""
    found = re.search(r"https://[^/]+/bureau/(invitation/[\w-]{43})", page)
    assert found, page
    return found[1]


def cookie(client: Client) -> str:
    (value,) = [one.value for one in client.session.cookie_jar]
    return value


async def look(client: Client, token: str, path: str = "journal") -> int:
    """The status of a page for another browser, with this cookie."""
    headers, address = {"Cookie": f"__Host-zin_desk={token}"}, client.make_url(f"/bureau/{path}")
    async with (
        ClientSession(cookie_jar=DummyCookieJar(), headers=headers) as browser,
        browser.get(address, allow_redirects=False) as answer,
    ):
        return answer.status


async def test_person_is_invited_joins_and_signs_in(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        token = await sign_in(client, "admin")
        status, page = await post(client, "comptes", token, name="bio", role="editor")
        assert (status, "n’est montré que cette fois" in page) == (200, True)
        client.session.cookie_jar.clear()
        link = link_in(page)
        for _ in range(2):  # a messenger opens a link before its reader
            asked = await client.get(f"/bureau/{link}")
            assert (asked.status, "bio" in await asked.text()) == (200, True)
        assert (await post(client, link, "", new=NEW, again="autre"))[0] == 422
        assert (await post(client, link, "", new="court", again="court"))[0] == 422
        status, page = await post(client, link, "", new=NEW, again=NEW)
        assert (status, "connectez-vous" in page) == (200, True)
        assert (await client.get(f"/bureau/{link}")).status == 404
        assert (await post(client, link, "", new=NEW, again=NEW))[0] == 404
        form = {"name": "bio", "password": NEW}
        assert (await client.post("/bureau/connexion", data=form, allow_redirects=False)).status == 303


async def test_link_of_another_site_is_refused(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        token = await sign_in(client, "admin")
        link = link_in((await post(client, "comptes", token, name="bio", role="editor"))[1])
        form, headers = {"new": NEW, "again": NEW}, {"Origin": "https://example.org"}
        assert (await client.post(f"/bureau/{link}", data=form, headers=headers)).status == 403
        assert (await client.get("/bureau/invitation/" + "x" * 43)).status == 404


async def test_list_shows_roles_and_last_sign_in(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        token = await sign_in(client, "admin")
        await post(client, "comptes", token, name="bio", role="editor")
        await Accounts(client.app[SERVICES].database).add("zoe", "viewer", PASSWORD, "console:test")
        await post(client, "comptes/zoe/fermer", token)
        page = unescape(await (await client.get("/bureau/comptes")).text())
        row = r'<th scope="row"><a href="[^"]+">(\w+)</a></th><td>([^<]+)</td><td>tous</td><td>([^<]+)'
        rows = re.findall(row, page)
        assert [(name, role) for name, role, _ in rows] == [("awa", "administrateur"), ("bio", "éditeur")]
        assert re.fullmatch(r"\d\d/\d\d/20\d\d à \d\d:\d\d", rows[0][2])
        assert rows[1][2] == "invitation pas encore acceptée"
        assert "zoe (lecteur), fermé le" in page


async def test_administrator_changes_another_account(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        await sign_in(client, "viewer", name="bio")
        theirs = cookie(client)
        client.session.cookie_jar.clear()
        token = await sign_in(client, "admin")
        assert await look(client, theirs, "journal") == 200
        assert (await post(client, "comptes/bio/role", token, role="editor"))[0] == 303
        assert (await post(client, "comptes/bio/role", token, role="minister"))[0] == 409
        page = unescape(await (await client.get("/bureau/comptes/bio?fait=role")).text())
        assert "Rôle changé" in page
        assert (await post(client, "comptes/bio/visites", token))[0] == 303
        assert await look(client, theirs, "journal") == 303
        assert link_in((await post(client, "comptes/bio/lien", token))[1])
        assert (await post(client, "comptes/bio/fermer", token))[0] == 303
        assert (await post(client, "comptes/bio/lien", token))[0] == 409
        assert (await client.get("/bureau/comptes/nobody")).status == 404
        entries = [(one.operator, one.action, dict(one.details)) for one in await done(client.app[SERVICES].database)]
        assert entries[-4:] == [
            ("awa", "operators role", {"before": "viewer", "after": "editor"}),
            ("awa", "operators visits", {}),
            ("awa", "operators link", {}),
            ("awa", "operators close", {"role": "editor"}),
        ]


async def test_own_account_is_not_administered_alone(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        token = await sign_in(client, "admin")
        own = [way for way in WAYS if way.permission == "people" and way.path.startswith("/comptes/{name}/")]
        assert own
        for way in own:
            status, page = await post(client, way.path.removeprefix("/").format(name="awa"), token, role="viewer")
            assert (status, "autre personne qui administre Zin" in page) == (409, True), way
        assert "C’est votre compte" in unescape(await (await client.get("/bureau/comptes/awa")).text())


async def test_own_password_asks_for_the_present_one(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        token = await sign_in(client, "viewer")
        first = cookie(client)
        client.session.cookie_jar.clear()
        await client.post("/bureau/connexion", data={"name": "awa", "password": PASSWORD}, allow_redirects=False)
        for one in client.session.cookie_jar:
            one["secure"] = ""
        token = re.findall(r'name="csrf" value="([^"]+)"', await (await client.get("/bureau/messages")).text())[0]
        change = "mon-compte/mot-de-passe"
        assert (await post(client, change, token, present="faux", new=NEW, again=NEW))[0] == 422
        assert (await post(client, change, token, present=PASSWORD, new=NEW, again="autre"))[0] == 422
        assert (await post(client, change, token, present=PASSWORD, new="awa-awa-awa", again="awa-awa-awa"))[0] == 422
        assert await look(client, first) == 200
        assert (await post(client, change, token, present=PASSWORD, new=NEW, again=NEW))[0] == 303
        assert await look(client, first) == 303
        assert await look(client, cookie(client), "mon-compte") == 200
        actions = [(one.operator, one.action, one.subject) for one in await done(client.app[SERVICES].database)]
        assert actions[-1:] == [("awa", "operators password", "awa")]


async def test_own_visits_are_listed_and_ended(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        token = await sign_in(client, "viewer")
        mine = cookie(client)
        others = []
        for agent in ("Mozilla/5.0 (Linux; Android 14) Firefox/130.0", "x"):
            client.session.cookie_jar.clear()
            form, headers = {"name": "awa", "password": PASSWORD}, {"User-Agent": agent}
            await client.post("/bureau/connexion", data=form, headers=headers, allow_redirects=False)
            others.append(cookie(client))
        client.session.cookie_jar.clear()
        headers = {"Cookie": f"__Host-zin_desk={mine}"}
        page = unescape(await (await client.get("/bureau/mon-compte", headers=headers)).text())
        assert page.count("Terminer la visite commencée") == 2
        assert "Firefox, Android" in page
        form = {"csrf": token, "visit": digest(others[0])}
        await client.post("/bureau/mon-compte/visites", data=form, headers=headers, allow_redirects=False)
        assert [await look(client, one) for one in (mine, *others)] == [200, 303, 200]
        form = {"csrf": token, "visit": "autres"}
        await client.post("/bureau/mon-compte/visites", data=form, headers=headers, allow_redirects=False)
        assert [await look(client, one) for one in (mine, *others)] == [200, 303, 303]
        entries = [(one.action, dict(one.details)) for one in await done(client.app[SERVICES].database)]
        assert entries[-2:] == [("operators visits", {"ended": "1"}), ("operators visits", {"ended": "1"})]


async def test_visit_of_another_account_is_not_ended(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        await sign_in(client, "viewer", name="bio")
        theirs = cookie(client)
        client.session.cookie_jar.clear()
        token = await sign_in(client, "viewer")
        await post(client, "mon-compte/visites", token, visit=digest(theirs))
        assert await look(client, theirs) == 200


async def test_demonstration_has_no_accounts(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path, env="demo") as client:
        await client.get("/bureau/messages")
        own = [way for way in WAYS if way.permission in ("factor", "own", "people")]
        assert own
        assert {(await send_request(client, way)).status for way in own} == {403}
