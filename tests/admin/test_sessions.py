"""Sessions of operators: how one begins, how long it lasts, and what ends it."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from pathlib import Path

import pytest

from accounts.accounts import Accounts
from admin.login_sessions import MAX_IDLE_SECONDS, MAX_LOGIN_SECONDS, TOUCH_SECONDS, VISIT
from authoring.replay.fakes import FakeClock
from server import SERVICES
from tests.support.admin_client import PASSWORD, open_admin_site, sign_in

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("record", [b'["ida","p","c",1.0]', b'{"name":"ida"}', b"7", b"\xff", b'["i","p","c","x",{}]'])
async def test_sessions_of_another_version_sign_in_again(valkey_url: str, tmp_path: Path, record: bytes) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        await sign_in(client, "viewer")
        store = client.app[SERVICES].store
        token = next(cookie.value for cookie in client.session.cookie_jar if "zin_desk" in cookie.key)
        key = f"desk:{VISIT}:{sha256(token.encode()).hexdigest()}"
        assert await store.compare_and_set(key, await store.get(key), record, 60)
        answer = await client.get("/bureau/journal", allow_redirects=False)
        assert (answer.status, answer.headers["Location"].partition("?")[0]) == (303, "/bureau/connexion")


FROM_ELSEWHERE = [
    {"Origin": "https://example.org"},
    {"Origin": "null"},
    {"Origin": "http://[::1"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


@pytest.mark.parametrize("headers", FROM_ELSEWHERE)
async def test_cross_site_sign_in_is_refused(valkey_url: str, tmp_path: Path, headers: dict[str, str]) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        await Accounts(client.app[SERVICES].database).add("awa", "viewer", PASSWORD, "console:test")
        form = {"name": "awa", "password": PASSWORD}
        answer = await client.post("/bureau/connexion", data=form, headers=headers, allow_redirects=False)
        assert (answer.status, answer.headers.get("Set-Cookie")) == (403, None)


async def test_signing_in_replaces_the_session(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        await sign_in(client, "viewer")
        (before,) = [cookie.value for cookie in client.session.cookie_jar]
        await client.post("/bureau/connexion", data={"name": "awa", "password": PASSWORD}, allow_redirects=False)
        (after,) = [cookie.value for cookie in client.session.cookie_jar]
        assert before != after
        client.session.cookie_jar.clear()
        for token, status in ((before, 303), (after, 200), ("chosen-by-somebody-else", 303)):
            cookies = {"Cookie": f"__Host-zin_desk={token}"}
            answer = await client.get("/bureau/journal", headers=cookies, allow_redirects=False)
            assert answer.status == status


async def test_planted_session_token_is_never_used(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        await Accounts(client.app[SERVICES].database).add("awa", "viewer", PASSWORD, "console:test")
        form = {"name": "awa", "password": PASSWORD}
        planted = {"Cookie": "__Host-zin_desk=planted"}
        await client.post("/bureau/connexion", data=form, headers=planted, allow_redirects=False)
        client.session.cookie_jar.clear()
        assert (await client.get("/bureau/journal", headers=planted, allow_redirects=False)).status == 303


async def test_new_password_ends_all_sessions(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        await sign_in(client, "viewer")
        assert (await client.get("/bureau/journal", allow_redirects=False)).status == 200
        await Accounts(client.app[SERVICES].database).change_password("awa", "huit-mangues-vertes", "console:test")
        assert (await client.get("/bureau/journal", allow_redirects=False)).status == 303


async def test_sign_out_wins_over_simultaneous_requests(valkey_url: str, tmp_path: Path) -> None:
    clock = FakeClock()
    async with open_admin_site(valkey_url, tmp_path, clock=clock) as client:
        for turn in range(5):
            token = await sign_in(client, "viewer", name=f"awa{turn}")
            (value,) = [cookie.value for cookie in client.session.cookie_jar]
            cookies = {"Cookie": f"__Host-zin_desk={value}"}
            clock.now += TOUCH_SECONDS + 1
            looks = (client.get("/bureau/journal", headers=cookies, allow_redirects=False) for _ in range(5))
            await asyncio.gather(*looks, client.post("/bureau/deconnexion", data={"csrf": token}, headers=cookies))
            client.session.cookie_jar.clear()
            assert (await client.get("/bureau/journal", headers=cookies, allow_redirects=False)).status == 303


async def test_session_in_use_lasts_one_day(valkey_url: str, tmp_path: Path) -> None:
    clock = FakeClock()
    async with open_admin_site(valkey_url, tmp_path, clock=clock) as client:
        await sign_in(client, "viewer")
        began = clock.now
        while clock.now + MAX_IDLE_SECONDS / 2 - began <= MAX_LOGIN_SECONDS:
            clock.now += MAX_IDLE_SECONDS / 2
            assert (await client.get("/bureau/journal", allow_redirects=False)).status == 200
        clock.now = began + MAX_LOGIN_SECONDS + 1
        assert (await client.get("/bureau/journal", allow_redirects=False)).status == 303


async def test_session_survives_a_clock_set_back(valkey_url: str, tmp_path: Path) -> None:
    clock = FakeClock()
    async with open_admin_site(valkey_url, tmp_path, clock=clock) as client:
        await sign_in(client, "viewer")
        store, token = client.app[SERVICES].store, next(iter(client.session.cookie_jar)).value
        key = f"desk:{VISIT}:{sha256(token.encode()).hexdigest()}"
        before = await store.get(key)
        clock.now -= 3600
        assert (await client.get("/bureau/journal", allow_redirects=False)).status == 200
        assert await store.get(key) != before  # noted, and so stored while in use


async def test_idle_session_ends(valkey_url: str, tmp_path: Path) -> None:
    clock = FakeClock()
    async with open_admin_site(valkey_url, tmp_path, clock=clock) as client:
        await sign_in(client, "viewer")
        clock.now += MAX_IDLE_SECONDS + 1
        assert (await client.get("/bureau/journal", allow_redirects=False)).status == 303


async def test_production_cookie_is_strict(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        await Accounts(client.app[SERVICES].database).add("awa", "viewer", PASSWORD, "console:test")
        form = {"name": "awa", "password": PASSWORD}
        answer = await client.post("/bureau/connexion", data=form, allow_redirects=False)
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-zin_desk=")
        for attribute in ("HttpOnly", "SameSite=Strict", "Secure", "Path=/"):
            assert attribute in cookie


async def test_ten_wrong_passwords_lock_a_name(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        await Accounts(client.app[SERVICES].database).add("awa", "viewer", PASSWORD, "console:test")
        for _ in range(10):
            answer = await client.post("/bureau/connexion", data={"name": "awa", "password": "wrong"})
            assert answer.status == 403
            assert "Nom ou mot de passe incorrect." in await answer.text()
        answer = await client.post("/bureau/connexion", data={"name": "awa", "password": PASSWORD})
        assert answer.status == 403
        assert "Trop de mots de passe incorrects" in await answer.text()


async def test_session_ends_with_account_sign_out_or_age(valkey_url: str, tmp_path: Path) -> None:
    clock = FakeClock()
    async with open_admin_site(valkey_url, tmp_path, clock=clock) as client:
        token = await sign_in(client, "viewer")
        assert (await client.get("/bureau/journal", allow_redirects=False)).status == 200
        clock.now += MAX_LOGIN_SECONDS + 1
        assert (await client.get("/bureau/journal", allow_redirects=False)).status == 303
        clock.now -= MAX_LOGIN_SECONDS + 1
        await Accounts(client.app[SERVICES].database).close("awa", "console:test")
        assert (await client.get("/bureau/journal", allow_redirects=False)).status == 303
        token = await sign_in(client, "viewer", name="bio")
        out = await client.post("/bureau/deconnexion", data={"csrf": token}, allow_redirects=False)
        assert out.headers["Location"] == "/bureau/connexion"
        assert (await client.get("/bureau/journal", allow_redirects=False)).status == 303
