"""Access to the admin site: sign-in, roles, form tokens, and the headers of every answer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import structlog
import structlog.testing

from accounts.roles import ROLES
from admin.app import WAYS
from admin.audit.action_words import ACTIONS
from admin.auth import HEADER
from admin.permissions import PERMITS
from tests.support.admin_client import open_admin_site, send_request, sign_in

pytestmark = pytest.mark.slow


async def test_production_requires_signing_in(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        assert WAYS
        for route in WAYS:
            answer = await send_request(client, route)
            onward = answer.headers.get("Location", "").partition("?")[0]
            assert (answer.status, onward) in ((303, "/bureau/connexion"), (403, "")), route


@pytest.mark.parametrize("role", ROLES)
async def test_roles_are_limited_to_their_permissions(valkey_url: str, tmp_path: Path, role: str) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        token = await sign_in(client, role)
        assert WAYS
        for route in WAYS:
            if route.permission != "enter" and role not in PERMITS[route.permission]:
                assert (await send_request(client, route, headers={HEADER: token})).status == 403, route


async def test_changes_need_the_form_token(valkey_url: str, tmp_path: Path) -> None:
    changing = [route for route in WAYS if route.method != "GET"]
    assert changing
    async with open_admin_site(valkey_url, tmp_path) as client:
        for role in ROLES:
            token = await sign_in(client, role, name=f"awa.{role}")
            for route in changing:
                other = {HEADER: token, "Origin": "https://example.org"}
                for headers in ({}, {HEADER: "x" * 43}, {HEADER: token, "Sec-Fetch-Site": "cross-site"}, other):
                    assert (await send_request(client, route, headers=headers)).status == 403, route


async def test_changed_host_names_its_cause(valkey_url: str, tmp_path: Path) -> None:
    """A proxy that sends its own name as Host makes every sign-in look like that of another site."""
    async with open_admin_site(valkey_url, tmp_path) as client:
        headers = {"Origin": "https://zin.example.org", "Host": "127.0.0.1:8080"}
        with structlog.testing.capture_logs() as lines:
            answer = await client.post("/bureau/connexion", data={"name": "a", "password": "b"}, headers=headers)
        assert answer.status == 403
        assert "proxy_set_header Host $http_host;" in await answer.text()
        assert [line["let"] for line in lines if "Origin" in line["event"]] == [
            "the proxy forward the Host header unchanged"
        ]


async def test_answers_carry_security_headers(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        for path in ("/bureau/connexion", "/bureau/journal", "/bureau/static/desk.css"):
            answer = await client.get(path, allow_redirects=False)
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert "unsafe" not in answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_demonstration_is_open_on_localhost_only(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path, env="demo") as client:
        assert (await client.get("/bureau/journal")).status == 200
        for host in ("zin.example.org", "192.168.1.7:8080", ""):
            answer = await client.get("/bureau/journal", headers={"Host": host}, allow_redirects=False)
            assert answer.status == 403
            assert (await client.get("/bureau/connexion", headers={"Host": host})).status == 403


async def test_root_redirects_to_the_admin_site(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path, env="demo") as client:
        assert (await client.get("/", allow_redirects=False)).headers["Location"] == "/bureau/"


async def test_publishing_results_and_menus_needs_separate_roles() -> None:
    assert "editor" not in PERMITS["results"]
    assert "demo" not in PERMITS["results"]
    assert PERMITS["menus"] == {"editor", "demo"}


def test_every_audited_action_has_a_label() -> None:
    subjects = "operators|menus|results|outbox|journeys|registers|services|draft|translation|purposes|keys"
    written = re.compile(rf'"((?:{subjects}) [a-z]+|messages look up|trial real files|restore)"')
    recorded = ("accounts/*.py", "results/*.py", "authoring/**/*.py", "channels/**/*.py", "admin/**/re*.py",
                "registers/*.py", "api/*.py", "backups/*.py", "cli/services.py")  # fmt: skip
    found = {
        action for names in recorded for path in Path().glob(names) for action in written.findall(path.read_text())
    }
    assert found == ACTIONS.keys() - {"sign-in", "sign-in locked"}  # only ever refused: accounts/sign_in.py
