"""What an account of one ministry meets of another: no page, no row, and no change, whatever its role."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from accounts.administration import GIVE_ROLE
from accounts.roles import ROLES
from admin.app import WAYS
from admin.auth import HEADER
from admin.context import ADMIN_CONTEXT
from admin.routes import Route
from admin.visible_files import FILES, OTHER_PARTS
from authoring.drafts.working_copy import content_digest
from server import SERVICES
from tests.support.admin_client import sign_in
from tests.support.ministry_desk import House, house

pytestmark = pytest.mark.slow
TELLING = ("Les fruits de la Justice", "Extrait de la Justice", "bac-2027", "greffe.k", "fruits.yaml")
# What citizens may dial, they may too; and a stream that says when menus change, which has no end.
SEARCHED = "services?q=justice"
NO_PAGES = ("/essai", "/suivi")


PART = re.compile(r"\{(\w+)[^}]*\}")


def parts_of(route: Route) -> list[str]:
    return PART.findall(route.path)


def addressed(route: Route, things: dict[str, str]) -> str:
    return "/bureau" + PART.sub(lambda part: things.get(part[1], "fr"), route.path)


def test_each_part_of_an_address_has_its_check() -> None:
    parts = {part for route in WAYS for part in parts_of(route)}
    assert parts == FILES.keys() | OTHER_PARTS


async def reached(found: House, token: str) -> dict[tuple[str, str], int]:
    """What its account gets at each address of a thing of justice."""
    got = {}
    for route in WAYS:
        if not found.things.keys().isdisjoint(parts_of(route)):
            address = addressed(route, found.things)
            async with found.client.request(route.method, address, headers={HEADER: token}) as answer:
                got[route.method, route.path] = answer.status
    return got


async def listed(found: House) -> dict[str, str]:
    """The pages without a name in their address, as their reader gets them."""
    plain = (one.path for one in WAYS if one.method == "GET" and "{" not in one.path)
    pages = {}
    for path in (*plain, f"/{SEARCHED}"):
        if not path.startswith(NO_PAGES):
            async with found.client.get(f"/bureau{path}") as answer:
                pages[path] = unescape(await answer.text()) if answer.status == 200 else ""
    return pages


async def test_things_of_another_ministry_are_unlisted_and_unknown(valkey_url: str, tmp_path: Path) -> None:
    """First the lists: the journal of an account has each address of others' things that it then tries."""
    async with house(valkey_url, tmp_path) as found:
        token, database = await sign_in(found.client, "viewer", ministry="sante"), found.client.app[SERVICES].database
        for role in ("approver", "editor", "admin"):
            await database.write(GIVE_ROLE, called="awa", to=role)
            pages = await listed(found)
            assert pages["/services"]
            assert {(path, word) for path, text in pages.items() for word in TELLING if word in text} == set(), role
        assert ROLES
        for role in ROLES:
            await database.write(GIVE_ROLE, called="awa", to=role)
            got = await reached(found, token)
            assert len(got) > 20
            assert {address: status for address, status in got.items() if status not in (403, 404)} == {}, role


async def test_pages_of_the_own_ministry_have_these_rows(valkey_url: str, tmp_path: Path) -> None:
    """The words of the test above are there to be found."""
    async with house(valkey_url, tmp_path) as found:
        await sign_in(found.client, "approver", ministry="justice")
        pages = {}
        for path in ("plan", SEARCHED, "resultats", "journal", "brouillon"):
            pages[path] = unescape(await (await found.client.get(f"/bureau/{path}")).text())
        assert {word for word in TELLING if any(word in text for text in pages.values())} == set(TELLING)
        assert all("approbateur, Ministère de la Justice" in text for text in pages.values())


async def test_draft_of_another_ministry_stays_as_it_is(valkey_url: str, tmp_path: Path) -> None:
    async with house(valkey_url, tmp_path) as found:
        token = await sign_in(found.client, "editor", ministry="sante")
        drafts = found.client.app[ADMIN_CONTEXT].draft.drafts
        before = await drafts.working_copy()
        form = {"path": "fruits.yaml", "seen": content_digest(before.files["fruits.yaml"]), "csrf": token}
        async with found.client.post("/bureau/brouillon/abandonner", data=form) as answer:
            assert answer.status == 409
            assert "Ce n'est pas à votre ministère : fruits.yaml." in unescape(await answer.text())
        assert (await drafts.working_copy()).version == before.version
