"""The code on the phone, on the admin site: set up, asked for at sign-in, required of a role, lost and renewed."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from accounts import totp
from accounts.accounts import Accounts
from accounts.roles import ROLES
from admin.app import WAYS
from admin.permissions import BEFORE_FACTOR
from authoring.replay.fakes import FakeClock
from server import SERVICES
from settings.accounts import ROLE
from tests.support.admin_client import PASSWORD, Client, open_admin_site, send_request

pytestmark = pytest.mark.slow
PHONE = "mon-compte/telephone"


async def come(client: Client, name: str = "awa") -> str:
    """Type name and password, and return where this leads."""
    form = {"name": name, "password": PASSWORD, "suite": "/bureau/journal?verifier=1"}
    answer = await client.post("/bureau/connexion", data=form, allow_redirects=False)
    for cookie in client.session.cookie_jar:
        cookie["secure"] = ""
    return answer.headers.get("Location", str(answer.status))


async def post(client: Client, path: str, token: str = "", **fields: str) -> tuple[int, str, str]:
    answer = await client.post(f"/bureau/{path}", data={"csrf": token, **fields}, allow_redirects=False)
    return answer.status, unescape(await answer.text()), answer.headers.get("Location", "")


async def token_of(client: Client) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', await (await client.get(f"/bureau/{PHONE}")).text())
    assert found
    return found[1]


def shown(secret: bytes, clock: FakeClock) -> str:
    return totp.code(secret, int(clock.now // totp.STEP_SECONDS))


async def set_up(client: Client, clock: FakeClock) -> tuple[bytes, list[str]]:
    """Set the code up on the pages: its secret, and the recovery codes that they show."""
    token = await token_of(client)
    _, page, _ = await post(client, PHONE, token, present=PASSWORD)
    assert "<svg" in page
    typed = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert typed
    secret = totp.read(typed[1].replace(" ", ""))
    assert (await post(client, f"{PHONE}/code", token, code="12345"))[0] == 422
    status, page, _ = await post(client, f"{PHONE}/code", token, code=shown(secret, clock))
    codes = re.findall(r"<li>((?:[a-z2-7]{4}-){3}[a-z2-7]{4})</li>", page)
    assert (status, len(codes)) == (200, 10)
    clock.now += totp.STEP_SECONDS
    return secret, codes


async def add(client: Client, role: str, name: str = "awa") -> None:
    await Accounts(client.app[SERVICES].database).add(name, role, PASSWORD, "console:test")  # type: ignore[arg-type]


async def test_code_is_asked_for_after_the_password(valkey_url: str, tmp_path: Path) -> None:
    clock = FakeClock()
    async with open_admin_site(valkey_url, tmp_path, clock=clock) as client:
        await add(client, "viewer")
        assert await come(client) == "/bureau/journal?verifier=1"
        secret, codes = await set_up(client, clock)
        client.session.cookie_jar.clear()
        onward = "/bureau/connexion/code?suite=%2Fbureau%2Fjournal%3Fverifier%3D1"
        assert await come(client) == onward
        assert (await client.get("/bureau/journal", allow_redirects=False)).status == 303
        assert "Code à six chiffres" in unescape(await (await client.get(onward)).text())
        assert (await post(client, "connexion/code", code="000 000"))[0] == 403
        code = {"code": shown(secret, clock), "suite": "/bureau/journal?verifier=1"}
        status, _, where = await post(client, "connexion/code", **code)
        assert (status, where) == (303, "/bureau/journal?verifier=1")
        for cookie in client.session.cookie_jar:
            cookie["secure"] = ""
        assert (await client.get("/bureau/journal", allow_redirects=False)).status == 200
        client.session.cookie_jar.clear()
        await come(client)
        assert (await post(client, "connexion/code", **code))[0] == 403  # that code was used
        assert (await post(client, "connexion/code", code=codes[0]))[0] == 303


async def test_code_without_a_password_signs_nobody_in(valkey_url: str, tmp_path: Path) -> None:
    clock = FakeClock()
    async with open_admin_site(valkey_url, tmp_path, clock=clock) as client:
        await add(client, "viewer")
        await come(client)
        secret, _ = await set_up(client, clock)
        client.session.cookie_jar.clear()
        assert (await post(client, "connexion/code", code=shown(secret, clock)))[2] == "/bureau/connexion"
        await come(client)
        await Accounts(client.app[SERVICES].database).close("awa", "console:test")
        assert (await post(client, "connexion/code", code=shown(secret, clock)))[2] == "/bureau/connexion"
        headers = {"Origin": "https://example.org"}
        form = {"code": shown(secret, clock)}
        assert (await client.post("/bureau/connexion/code", data=form, headers=headers)).status == 403


async def test_role_without_its_code_reaches_nothing_else(valkey_url: str, tmp_path: Path) -> None:
    clock = FakeClock()
    async with open_admin_site(valkey_url, tmp_path, clock=clock, second_factor_roles="approver") as client:
        await add(client, "approver")
        await come(client)
        headers = {"X-Zin-Csrf": await token_of(client)}
        closed = [way for way in WAYS if way.permission not in BEFORE_FACTOR]
        assert closed
        for way in closed:
            answer = await send_request(client, way, headers=headers)
            wanted = (303, f"/bureau/{PHONE}") if way.method == "GET" else (403, None)
            assert (answer.status, answer.headers.get("Location")) == wanted, way
        await set_up(client, clock)
        assert (await client.get("/bureau/resultats", allow_redirects=False)).status == 200


async def test_other_roles_may_do_without(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path, second_factor_roles="approver") as client:
        await add(client, "editor")
        await come(client)
        assert (await client.get("/bureau/journal", allow_redirects=False)).status == 200


async def test_new_code_asks_for_the_password(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        await add(client, "viewer")
        await come(client)
        status, page, _ = await post(client, PHONE, await token_of(client), present="faux")
        assert (status, "n’est pas le bon" in page, "<svg" in page) == (422, True, False)


async def test_administrator_renews_a_lost_phone(valkey_url: str, tmp_path: Path) -> None:
    clock = FakeClock()
    async with open_admin_site(valkey_url, tmp_path, clock=clock) as client:
        await add(client, "viewer", "zoe")
        await come(client, "zoe")
        await set_up(client, clock)
        client.session.cookie_jar.clear()
        await add(client, "admin")
        await come(client)
        page = unescape(await (await client.get("/bureau/comptes/zoe")).text())
        assert "<dt>Code sur le téléphone</dt><dd>oui</dd>" in page
        _, page, _ = await post(client, "comptes/zoe/lien", await token_of(client), lost="telephone")
        link = re.findall(r"/bureau/(invitation/[\w-]{43})", page)[0]
        client.session.cookie_jar.clear()
        assert (await post(client, link, new=PASSWORD, again=PASSWORD))[0] == 200
        assert await come(client, "zoe") == "/bureau/journal?verifier=1"


def test_setting_knows_every_role() -> None:
    assert ROLE.strip("()").split("|") == list(ROLES)
