"""What an account of one ministry meets of another: no page, no row, and no change, whatever its role."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest

from accounts.accounts import Accounts, Operator
from accounts.administration import GIVE_ROLE
from accounts.roles import ROLES
from admin.app import WAYS
from admin.auth import HEADER
from admin.context import ADMIN_CONTEXT, AdminContext
from admin.routes import Route
from admin.visible_files import FILES, OTHER_PARTS
from authoring.drafts.working_copy import content_digest
from authoring.translating.texts import texts_of
from results.ministries import exam_ministries
from results.publishing import Publishing
from server import SERVICES
from tests.support.admin_client import PASSWORD, Client, open_admin_site, sign_in
from tests.support.menu_copies import menus_in
from tests.support.results_desk import BAC, file

pytestmark = pytest.mark.slow
SERVICE = "casier-judiciaire-b3"
OWN = ("fruits.yaml", "exams/bac.yaml", f"catalogue/{SERVICE}.yaml")  # of justice
TELLING = ("Les fruits de la Justice", "Extrait de la Justice", "bac-2027", "greffe.k", "fruits.yaml")
# What citizens may dial, they may too; and a stream that says when menus change, which has no end.
SEARCHED = "services?q=justice"
NO_PAGES = ("/essai", "/suivi")


@dataclass(frozen=True)
class House:
    """A client of the admin site, and what justice has there."""

    client: Client
    things: dict[str, str]


@asynccontextmanager
async def house(url: str, folder: Path) -> AsyncIterator[House]:
    """Justice has a journey, a service and an exam, a staged version, a draft of results and an account, juste."""
    menus = menus_in(folder)
    for path in OWN:
        text = (menus / path).read_text("utf-8")
        text = re.sub(r"(?m)^title: Fruits$", "title: Les fruits de la Justice", text)
        text = re.sub(r"(?m)^short: .*$", "short: Extrait de la Justice", text)
        (menus / path).write_text(f"ministry: justice\n{text}", "utf-8")
    async with open_admin_site(url, folder / "data", menus=menus) as client:
        await Accounts(client.app[SERVICES].database).add(
            "greffe.k", "editor", PASSWORD, "console:test", ministry="justice"
        )
        yield House(client, await _things(client.app[ADMIN_CONTEXT], menus))


async def _things(desk: AdminContext, menus: Path) -> dict[str, str]:
    drafts, versions = desk.draft.drafts, desk.versions
    before = await drafts.working_copy()
    changed = before.files["fruits.yaml"].replace(b"Justice", b"Justice, bien")
    await drafts.save("greffe.k", "fruits.yaml", changed, seen=content_digest(before.files["fruits.yaml"]))
    staged = await versions.stage_draft("greffe.k", await drafts.working_copy(), "essai")
    publishing = Publishing(desk.database, production=True, ministries=exam_ministries(menus))
    named = await publishing.store_draft(Operator("ida", "importer", "justice"), BAC, file())
    text = next(one for one in texts_of(before.files).values() if {p.file for p in one.places} == {"fruits.yaml"})
    things = {"path": "fruits.yaml", "journey": "fruits", "screen": "fruits.which", "service": SERVICE, "named": named}
    return things | {"version": staged.version, "text": text.id, "name": "greffe.k"}


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
