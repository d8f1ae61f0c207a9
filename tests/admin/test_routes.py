"""Who comes through the door of the desk: every route for every role, and what strangers, proxies and nonsense get."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData

from admin.app import WAYS
from admin.audit import audit_page
from admin.auth import HEADER
from admin.return_path import sign_in_address
from admin.routes import Route
from channels.contracts.request_body import MAX_BYTES
from tests.support.admin_client import WITHOUT_A_TRACE, address_of, csrf, open_admin_site, send_request, sign_in
from tests.support.route_permissions import MAY, PERMISSIONS

pytestmark = pytest.mark.slow

ROLES = ("importer", "approver", "editor", "translator", "reviewer", "viewer", "admin", "demo")
LET_IN = {200, 303, 400, 404, 409, 422}  # an empty form gets an error page


def routes() -> list[Route]:
    """Signing out comes last: it ends the session."""
    return sorted(WAYS, key=lambda route: route.path == "/deconnexion")


def test_each_route_needs_its_permission() -> None:
    permissions = {(route.method, route.path): route.permission for route in WAYS}
    assert {address: permissions.get(address) for address in PERMISSIONS} == PERMISSIONS


def test_changing_routes_need_more_than_viewing() -> None:
    """What is tried on the simulator changes nothing that a citizen meets."""
    changing = [route for route in WAYS if route.method != "GET" and not route.path.startswith("/essai/")]
    assert [route for route in changing if route.permission == "view"] == []
    assert {route.method for route in WAYS} <= {"GET", "POST"}


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_reaches_its_routes_only(valkey_url: str, tmp_path: Path, role: str) -> None:
    async with open_admin_site(valkey_url, tmp_path, env="demo" if role == "demo" else "production") as client:
        token = await csrf(client) if role == "demo" else await sign_in(client, role)
        got = {}
        for route in routes():
            async with await send_request(client, route, headers={HEADER: token}) as answer:
                got[route.method, route.path] = (answer.status in LET_IN, answer.status == 403)
        allowed = {(route.method, route.path): role in MAY[route.permission] for route in routes()}
        assert allowed
        assert got == {address: (is_allowed, not is_allowed) for address, is_allowed in allowed.items()}


async def test_unknown_cookies_never_pass_the_sign_in(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        assert WAYS
        for route in WAYS:
            for cookie in ({}, {"__Host-zin_desk": "x" * 43}, {"zin_desk": "x"}, {"__Host-zin_desk": "\udc80é"}):
                answer = await send_request(client, route, cookies=cookie)
                assert answer.status == (303 if route.method == "GET" else 403), route
                onward = sign_in_address(answer.request_info.url.path_qs) if route.method == "GET" else None
                assert answer.headers.get("Location") == onward


@pytest.mark.parametrize("path", ["x", "resultats/x/y/z", "%0d%0aLocation:%20x", "../bureau/x"])
async def test_unknown_address_is_answered_in_french(valkey_url: str, tmp_path: Path, path: str) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        answer = await client.get(f"/bureau/{path}", allow_redirects=False)
        page = unescape(await answer.text())
        assert (answer.status, "Cette page n'existe pas." in page) == (404, True)
        assert not WITHOUT_A_TRACE.search(page)
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"


async def test_internal_error_shows_no_details(
    valkey_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> Any:
        raise RuntimeError("secret in zin.py")

    async with open_admin_site(valkey_url, tmp_path) as client:
        await sign_in(client, "viewer")
        monkeypatch.setattr(audit_page, "render", broken)
        answer = await client.get("/bureau/journal")
        page = unescape(await answer.text())
        assert (answer.status, "Zin s'est trompé." in page) == (500, True)
        assert not WITHOUT_A_TRACE.search(page)
        assert "secret" not in page


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"])
async def test_demonstration_is_closed_through_a_proxy(valkey_url: str, tmp_path: Path, header: str) -> None:
    async with open_admin_site(valkey_url, tmp_path, env="demo") as client:
        answer = await client.get("/bureau/journal", headers={header: "192.0.2.7"}, allow_redirects=False)
        assert answer.status == 403


async def test_pages_contain_no_secrets(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        await sign_in(client, "viewer")
        (token,) = [cookie.value for cookie in client.session.cookie_jar]
        pages = {}
        for route in (route for route in WAYS if route.method == "GET"):
            async with await send_request(client, route) as answer:
                if answer.content_type == "text/html":
                    pages[route.path] = await answer.text()
    secret = re.compile(rf"{token}|{'s' * 22}|argon2|\+229\d|<script(?! [^>]*src=)| style=")
    assert pages
    assert [path for path, page in pages.items() if secret.search(page)] == []


async def test_large_forms_are_accepted_for_files_only(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        token = await sign_in(client, "importer")
        forms = [route for route in WAYS if route.method == "POST" and route.max_bytes == MAX_BYTES]
        assert forms
        for route in forms:
            form = FormData({"csrf": token})
            form.add_field("file", b"x" * (2 * MAX_BYTES), filename="x.csv")
            answer = await client.post(address_of(route), data=form, allow_redirects=False)
            assert answer.status == (413 if "importer" in MAY[route.permission] else 403), route
