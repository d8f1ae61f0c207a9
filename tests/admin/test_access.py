"""The desk's door: who is let in, who is not, by page or by request, and what every answer carries."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from accounts.accounts import ROLES, Accounts
from admin.app import WAYS
from admin.audit_page import ACTION_LABELS
from admin.auth import HEADER, MAX_LOGIN_SECONDS
from admin.permissions import PERMITS
from admin.routes import Route
from authoring.replay.fakes import FakeClock
from server import SERVICES, build
from settings import Settings
from tests.support.conversation import FRENCH_ONLY, shared_menus

PASSWORD = "sept-ananas-bleus"
Client = TestClient[Any, Any]


@asynccontextmanager
async def desk(
    url: str, folder: Path, env: str = "production", clock: FakeClock | None = None
) -> AsyncIterator[Client]:
    secrets = {"secret": "s" * 22} if env == "production" else {}
    folders = {"data": folder, "menus": shared_menus(), "locales": FRENCH_ONLY}
    settings = Settings.model_validate({"redis_url": url, "env": env, **folders, **secrets})
    built: dict[str, Any] = {"clock": clock} if clock else {}
    async with TestClient(TestServer(build(settings, opened=no_sources, **built))) as client:
        yield client


async def no_sources(*_: object) -> Any:
    from authoring.replay.fakes import FakePreferences
    from sources import Sources
    from tests.support.conversation import Market

    return Sources([Market()], preferences=FakePreferences())


async def signed_in(client: Client, role: str, name: str = "awa") -> str:
    """An operator of this role at the desk; gives what their forms say back."""
    parts = client.app[SERVICES]
    await Accounts(parts.database).add(name, role, PASSWORD, "console:test")  # type: ignore[arg-type]
    answer = await client.post("/bureau/connexion", data={"name": name, "password": PASSWORD}, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/bureau/")
    for cookie in client.session.cookie_jar:
        cookie["secure"] = ""  # the test speaks plain HTTP to what a browser reaches by HTTPS
    return await csrf(client)


async def csrf(client: Client) -> str:
    page = await (await client.get("/bureau/messages")).text()
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found
    return found[1]


def some(way: Route) -> str:
    """An address of this way."""
    return "/bureau" + re.sub(r"\{[^}]+\}", "x", way.path)


async def asked(client: Client, way: Route, **said: Any) -> ClientResponse:
    return await client.request(way.method, some(way), allow_redirects=False, **said)


async def test_in_production_nobody_comes_in_without_signing_in(valkey_url: str, tmp_path: Path) -> None:
    async with desk(valkey_url, tmp_path) as client:
        for way in WAYS:
            answer = await asked(client, way)
            assert (answer.status, answer.headers.get("Location")) in ((303, "/bureau/connexion"), (403, None)), way


@pytest.mark.parametrize("role", ROLES)
async def test_no_role_does_what_it_is_not_permitted_to(valkey_url: str, tmp_path: Path, role: str) -> None:
    async with desk(valkey_url, tmp_path) as client:
        token = await signed_in(client, role)
        for way in WAYS:
            if way.permission != "enter" and role not in PERMITS[way.permission]:
                assert (await asked(client, way, headers={HEADER: token})).status == 403, way


async def test_what_changes_something_is_refused_without_the_word_of_the_form(valkey_url: str, tmp_path: Path) -> None:
    async with desk(valkey_url, tmp_path) as client:
        for role in ROLES:
            token = await signed_in(client, role, name=f"awa.{role}")
            for way in (way for way in WAYS if way.method != "GET"):
                other = {HEADER: token, "Origin": "https://example.org"}
                for headers in ({}, {HEADER: "x" * 43}, {HEADER: token, "Sec-Fetch-Site": "cross-site"}, other):
                    assert (await asked(client, way, headers=headers)).status == 403, way


async def test_every_answer_of_the_desk_carries_its_headers(valkey_url: str, tmp_path: Path) -> None:
    async with desk(valkey_url, tmp_path) as client:
        for path in ("/bureau/connexion", "/bureau/journal", "/bureau/static/desk.css"):
            answer = await client.get(path, allow_redirects=False)
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert "unsafe" not in answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_the_cookie_of_production_goes_nowhere_else(valkey_url: str, tmp_path: Path) -> None:
    async with desk(valkey_url, tmp_path) as client:
        await Accounts(client.app[SERVICES].database).add("awa", "viewer", PASSWORD, "console:test")
        form = {"name": "awa", "password": PASSWORD}
        answer = await client.post("/bureau/connexion", data=form, allow_redirects=False)
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-zin_desk=")
        for told in ("HttpOnly", "SameSite=Strict", "Secure", "Path=/"):
            assert told in cookie


async def test_ten_wrong_passwords_lock_a_name_out(valkey_url: str, tmp_path: Path) -> None:
    async with desk(valkey_url, tmp_path) as client:
        await Accounts(client.app[SERVICES].database).add("awa", "viewer", PASSWORD, "console:test")
        for _ in range(10):
            answer = await client.post("/bureau/connexion", data={"name": "awa", "password": "wrong"})
            assert answer.status == 403
            assert "Nom ou mot de passe incorrect." in await answer.text()
        answer = await client.post("/bureau/connexion", data={"name": "awa", "password": PASSWORD})
        assert answer.status == 403
        assert "Trop de mots de passe incorrects" in await answer.text()


async def test_a_visit_ends_when_it_is_left_with_its_account_and_after_a_day(valkey_url: str, tmp_path: Path) -> None:
    clock = FakeClock()
    async with desk(valkey_url, tmp_path, clock=clock) as client:
        token = await signed_in(client, "viewer")
        assert (await client.get("/bureau/journal", allow_redirects=False)).status == 200
        clock.now += MAX_LOGIN_SECONDS + 1
        assert (await client.get("/bureau/journal", allow_redirects=False)).status == 303
        clock.now -= MAX_LOGIN_SECONDS + 1
        await Accounts(client.app[SERVICES].database).close("awa", "console:test")
        assert (await client.get("/bureau/journal", allow_redirects=False)).status == 303
        token = await signed_in(client, "viewer", name="bio")
        out = await client.post("/bureau/deconnexion", data={"csrf": token}, allow_redirects=False)
        assert out.headers["Location"] == "/bureau/connexion"
        assert (await client.get("/bureau/journal", allow_redirects=False)).status == 303


async def test_a_demonstration_is_open_on_the_machine_itself_only(valkey_url: str, tmp_path: Path) -> None:
    async with desk(valkey_url, tmp_path, env="demo") as client:
        assert (await client.get("/bureau/journal")).status == 200
        for host in ("zin.example.org", "192.168.1.7:8080", ""):
            answer = await client.get("/bureau/journal", headers={"Host": host}, allow_redirects=False)
            assert answer.status == 403
            assert (await client.get("/bureau/connexion", headers={"Host": host})).status == 403


async def test_the_home_page_leads_to_the_desk(valkey_url: str, tmp_path: Path) -> None:
    async with desk(valkey_url, tmp_path, env="demo") as client:
        assert (await client.get("/", allow_redirects=False)).headers["Location"] == "/bureau/"


async def test_an_editor_may_not_publish_results_nor_a_viewer_menus() -> None:
    assert "editor" not in PERMITS["results"]
    assert "demo" not in PERMITS["results"]
    assert PERMITS["menus"] == {"editor", "demo"}


def test_every_deed_of_the_audit_has_its_words_in_the_journal() -> None:
    written = re.compile(r'"((?:operators|menus|results|outbox|journeys) [a-z]+|trial real files)"')
    recorded = ("accounts/*.py", "results/*.py", "authoring/**/*.py", "channels/**/*.py", "admin/**/re*.py")
    found = {deed for names in recorded for path in Path().glob(names) for deed in written.findall(path.read_text())}
    assert found == ACTION_LABELS.keys() - {"sign-in", "sign-in locked"}  # only ever refused: accounts/sign_in.py
