"""Who comes through the door of the desk: every way for every role, and what strangers, proxies and nonsense get."""

from __future__ import annotations

import asyncio
import re
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData

from accounts.accounts import Accounts
from admin import audit_page
from admin.app import WAYS
from admin.auth import HEADER, MAX_IDLE_SECONDS, MAX_LOGIN_SECONDS, TOUCH_SECONDS, VISIT
from admin.permissions import Permission
from admin.routes import SIGN_IN, Route
from authoring.replay.fakes import FakeClock
from channels.contracts.request_body import MOST_BYTES
from server import SERVICES
from tests.admin.test_access import PASSWORD, asked, csrf, desk, signed_in, some

# Written here once more, by hand: who may do what is not to change by a slip in one place.
MAY: dict[Permission, set[str]] = {
    "enter": {"importer", "approver", "editor", "viewer", "demo"},
    "view": {"importer", "approver", "editor", "viewer", "demo"},
    "menus": {"editor", "demo"},
    "messages": {"editor", "approver", "demo"},
    "results": {"importer", "approver"},
    "import": {"importer"},
    "approve": {"approver"},
    "personal": {"importer", "editor"},
}
DEEDS: dict[tuple[str, str], Permission] = {
    ("POST", "/deconnexion"): "enter",
    ("GET", "/journal"): "view",
    ("GET", "/resultats"): "view",
    ("GET", "/resultats/{named}"): "view",
    ("POST", "/resultats/importer"): "import",
    ("POST", "/resultats/retirer"): "approve",
    ("POST", "/resultats/fermer"): "approve",
    ("POST", "/resultats/{named}/approuver"): "approve",
    ("POST", "/resultats/{named}/publier"): "approve",
    ("POST", "/resultats/{named}/abandonner"): "results",
    ("GET", "/messages"): "view",
    ("POST", "/essai/dossiers"): "personal",
    ("POST", "/messages/pause"): "messages",
    ("POST", "/messages/reprise"): "messages",
}
ROLES = ("importer", "approver", "editor", "viewer", "demo")
LET_IN = {200, 303, 400, 404, 409, 422}  # an empty form is told what it lacks
WITHOUT_A_TRACE = re.compile(r"Traceback|File \"|\.py\b|Error\b|aiohttp|/(home|root|tmp)/")


def ways() -> list[Route]:
    """Leaving last: it ends the visit."""
    return sorted(WAYS, key=lambda way: way.path == "/deconnexion")


def test_each_way_asks_for_the_deed_that_it_should() -> None:
    assert {(way.method, way.path): way.permission for way in WAYS if (way.method, way.path) in DEEDS} == DEEDS


def test_every_way_that_changes_something_asks_for_more_than_to_look() -> None:
    """What is tried on the simulator changes nothing that a citizen meets."""
    changing = [way for way in WAYS if way.method != "GET" and not way.path.startswith("/essai/")]
    assert [way for way in changing if way.permission == "view"] == []
    assert {way.method for way in WAYS} <= {"GET", "POST"}


@pytest.mark.parametrize("role", ROLES)
async def test_every_role_gets_where_it_may_and_nowhere_else(valkey_url: str, tmp_path: Path, role: str) -> None:
    async with desk(valkey_url, tmp_path, env="demo" if role == "demo" else "production") as client:
        token = await csrf(client) if role == "demo" else await signed_in(client, role)
        got = {}
        for way in ways():
            async with await asked(client, way, headers={HEADER: token}) as answer:
                got[way.method, way.path] = (answer.status in LET_IN, answer.status == 403)
        assert got == {
            (way.method, way.path): (role in MAY[way.permission], role not in MAY[way.permission]) for way in ways()
        }


async def test_by_no_way_does_a_stranger_get_further_than_to_the_door(valkey_url: str, tmp_path: Path) -> None:
    async with desk(valkey_url, tmp_path) as client:
        for way in WAYS:
            for cookie in ({}, {"__Host-zin_desk": "x" * 43}, {"zin_desk": "x"}, {"__Host-zin_desk": "\udc80é"}):
                answer = await asked(client, way, cookies=cookie)
                assert answer.status == (303 if way.method == "GET" else 403), way
                assert answer.headers.get("Location") == (SIGN_IN if way.method == "GET" else None)


@pytest.mark.parametrize("path", ["x", "resultats/x/y/z", "%0d%0aLocation:%20x", "../bureau/x"])
async def test_an_address_that_is_none_is_answered_in_french(valkey_url: str, tmp_path: Path, path: str) -> None:
    async with desk(valkey_url, tmp_path) as client:
        answer = await client.get(f"/bureau/{path}", allow_redirects=False)
        said = unescape(await answer.text())
        assert (answer.status, "Cette page n'existe pas." in said) == (404, True)
        assert not WITHOUT_A_TRACE.search(said)
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"


async def test_a_mistake_of_ours_shows_nothing_of_itself(
    valkey_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> Any:
        raise RuntimeError("secret in zin.py")

    async with desk(valkey_url, tmp_path) as client:
        await signed_in(client, "viewer")
        monkeypatch.setattr(audit_page, "render", broken)
        answer = await client.get("/bureau/journal")
        said = unescape(await answer.text())
        assert (answer.status, "Zin s'est trompé." in said) == (500, True)
        assert not WITHOUT_A_TRACE.search(said)
        assert "secret" not in said


@pytest.mark.parametrize("record", [b'["ida","p","c",1.0]', b'{"name":"ida"}', b"7", b"\xff", b'["i","p","c","x",{}]'])
async def test_a_visit_that_another_version_wrote_is_signed_in_anew(
    valkey_url: str, tmp_path: Path, record: bytes
) -> None:
    async with desk(valkey_url, tmp_path) as client:
        await signed_in(client, "viewer")
        store = client.app[SERVICES].store
        token = next(cookie.value for cookie in client.session.cookie_jar if "zin_desk" in cookie.key)
        key = f"desk:{VISIT}:{sha256(token.encode()).hexdigest()}"
        assert await store.compare_and_set(key, await store.get(key), record, 60)
        answer = await client.get("/bureau/journal", allow_redirects=False)
        assert (answer.status, answer.headers["Location"].partition("?")[0]) == (303, "/bureau/connexion")


NO_FORMS = [
    ("too long", {"data": {"csrf": "x" * MOST_BYTES}}, 413),
    ("no boundary", {"data": b"x", "headers": {"Content-Type": "multipart/form-data"}}, 400),
    (
        "another boundary",
        {"data": b"--b\r\n\r\nx", "headers": {"Content-Type": "multipart/form-data; boundary=a"}},
        400,
    ),
    ("no charset", {"data": b"a=b", "headers": {"Content-Type": "application/x-www-form-urlencoded; charset=x"}}, 400),
    ("no UTF-8", {"data": b"csrf=\xff", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}, 400),
    ("no form", {"data": b"{}", "headers": {"Content-Type": "application/json"}}, 403),
]


@pytest.mark.parametrize(("what", "said", "status"), NO_FORMS, ids=[row[0] for row in NO_FORMS])
async def test_what_is_no_form_is_refused_in_a_sentence(
    valkey_url: str, tmp_path: Path, what: str, said: dict[str, Any], status: int
) -> None:
    async with desk(valkey_url, tmp_path) as client:
        await signed_in(client, "importer")
        for path in ("deconnexion", "resultats/x/abandonner", "connexion"):
            answer = await client.post(f"/bureau/{path}", allow_redirects=False, **said)
            page = await answer.text()
            assert answer.status == status, page
            assert 'lang="fr"' in page
            assert not WITHOUT_A_TRACE.search(page)


FROM_ELSEWHERE = [
    {"Origin": "https://example.org"},
    {"Origin": "null"},
    {"Origin": "http://[::1"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


@pytest.mark.parametrize("headers", FROM_ELSEWHERE)
async def test_no_other_site_can_sign_somebody_in(valkey_url: str, tmp_path: Path, headers: dict[str, str]) -> None:
    async with desk(valkey_url, tmp_path) as client:
        await Accounts(client.app[SERVICES].database).add("awa", "viewer", PASSWORD, "console:test")
        form = {"name": "awa", "password": PASSWORD}
        answer = await client.post("/bureau/connexion", data=form, headers=headers, allow_redirects=False)
        assert (answer.status, answer.headers.get("Set-Cookie")) == (403, None)


async def test_signing_in_gives_a_new_visit_and_ends_the_one_before(valkey_url: str, tmp_path: Path) -> None:
    async with desk(valkey_url, tmp_path) as client:
        await signed_in(client, "viewer")
        (before,) = [cookie.value for cookie in client.session.cookie_jar]
        await client.post("/bureau/connexion", data={"name": "awa", "password": PASSWORD}, allow_redirects=False)
        (after,) = [cookie.value for cookie in client.session.cookie_jar]
        assert before != after
        client.session.cookie_jar.clear()
        for token, status in ((before, 303), (after, 200), ("chosen-by-somebody-else", 303)):
            cookies = {"Cookie": f"__Host-zin_desk={token}"}
            answer = await client.get("/bureau/journal", headers=cookies, allow_redirects=False)
            assert answer.status == status


async def test_a_visit_that_somebody_chose_a_name_for_never_begins(valkey_url: str, tmp_path: Path) -> None:
    async with desk(valkey_url, tmp_path) as client:
        await Accounts(client.app[SERVICES].database).add("awa", "viewer", PASSWORD, "console:test")
        form = {"name": "awa", "password": PASSWORD}
        planted = {"Cookie": "__Host-zin_desk=planted"}
        await client.post("/bureau/connexion", data=form, headers=planted, allow_redirects=False)
        client.session.cookie_jar.clear()
        assert (await client.get("/bureau/journal", headers=planted, allow_redirects=False)).status == 303


async def test_a_new_password_ends_every_visit_of_that_account(valkey_url: str, tmp_path: Path) -> None:
    async with desk(valkey_url, tmp_path) as client:
        await signed_in(client, "viewer")
        assert (await client.get("/bureau/journal", allow_redirects=False)).status == 200
        await Accounts(client.app[SERVICES].database).change_password("awa", "huit-mangues-vertes", "console:test")
        assert (await client.get("/bureau/journal", allow_redirects=False)).status == 303


async def test_leaving_ends_the_visit_although_another_request_notes_it_at_that_moment(
    valkey_url: str, tmp_path: Path
) -> None:
    clock = FakeClock()
    async with desk(valkey_url, tmp_path, clock=clock) as client:
        for turn in range(5):
            token = await signed_in(client, "viewer", name=f"awa{turn}")
            (kept,) = [cookie.value for cookie in client.session.cookie_jar]
            cookies = {"Cookie": f"__Host-zin_desk={kept}"}
            clock.now += TOUCH_SECONDS + 1
            looks = (client.get("/bureau/journal", headers=cookies, allow_redirects=False) for _ in range(5))
            await asyncio.gather(*looks, client.post("/bureau/deconnexion", data={"csrf": token}, headers=cookies))
            client.session.cookie_jar.clear()
            assert (await client.get("/bureau/journal", headers=cookies, allow_redirects=False)).status == 303


async def test_a_visit_in_use_lasts_a_day_and_not_longer(valkey_url: str, tmp_path: Path) -> None:
    clock = FakeClock()
    async with desk(valkey_url, tmp_path, clock=clock) as client:
        await signed_in(client, "viewer")
        began = clock.now
        while clock.now + MAX_IDLE_SECONDS / 2 - began <= MAX_LOGIN_SECONDS:
            clock.now += MAX_IDLE_SECONDS / 2
            assert (await client.get("/bureau/journal", allow_redirects=False)).status == 200
        clock.now = began + MAX_LOGIN_SECONDS + 1
        assert (await client.get("/bureau/journal", allow_redirects=False)).status == 303


async def test_a_visit_in_use_goes_on_after_the_clock_was_put_back(valkey_url: str, tmp_path: Path) -> None:
    clock = FakeClock()
    async with desk(valkey_url, tmp_path, clock=clock) as client:
        await signed_in(client, "viewer")
        store, token = client.app[SERVICES].store, next(iter(client.session.cookie_jar)).value
        key = f"desk:{VISIT}:{sha256(token.encode()).hexdigest()}"
        before = await store.get(key)
        clock.now -= 3600
        assert (await client.get("/bureau/journal", allow_redirects=False)).status == 200
        assert await store.get(key) != before  # noted, and so kept for as long as it is in use


async def test_a_visit_that_nobody_uses_ends(valkey_url: str, tmp_path: Path) -> None:
    clock = FakeClock()
    async with desk(valkey_url, tmp_path, clock=clock) as client:
        await signed_in(client, "viewer")
        clock.now += MAX_IDLE_SECONDS + 1
        assert (await client.get("/bureau/journal", allow_redirects=False)).status == 303


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"])
async def test_a_demonstration_is_not_open_through_a_proxy(valkey_url: str, tmp_path: Path, header: str) -> None:
    async with desk(valkey_url, tmp_path, env="demo") as client:
        answer = await client.get("/bureau/journal", headers={header: "192.0.2.7"}, allow_redirects=False)
        assert answer.status == 403


async def test_a_page_says_nothing_that_only_the_server_knows(valkey_url: str, tmp_path: Path) -> None:
    async with desk(valkey_url, tmp_path) as client:
        await signed_in(client, "viewer")
        (token,) = [cookie.value for cookie in client.session.cookie_jar]
        for way in WAYS:
            if way.method == "GET":
                async with await asked(client, way) as answer:
                    if answer.content_type == "text/html":
                        page = await answer.text()
                        assert not re.search(
                            rf"{token}|{'s' * 22}|argon2|\+229\d|<script(?! [^>]*src=)| style=", page
                        ), way


async def test_a_form_of_a_hundred_megabytes_is_taken_nowhere_but_where_files_come(
    valkey_url: str, tmp_path: Path
) -> None:
    async with desk(valkey_url, tmp_path) as client:
        token = await signed_in(client, "importer")
        for way in (way for way in WAYS if way.method == "POST" and way.max_bytes == MOST_BYTES):
            form = FormData({"csrf": token})
            form.add_field("file", b"x" * (2 * MOST_BYTES), filename="x.csv")
            answer = await client.post(some(way), data=form, allow_redirects=False)
            assert answer.status == (413 if "importer" in MAY[way.permission] else 403), way
