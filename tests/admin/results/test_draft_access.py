"""Drafts of results: hidden from operators without a part in them, as is their checksum."""

from __future__ import annotations

import pytest

from accounts.accounts import Accounts
from accounts.roles import Role
from tests.support.admin_client import PASSWORD, csrf
from tests.support.results_forms import BAC, SET, TOMORROW, Office

pytestmark = pytest.mark.slow


async def test_approver_never_sees_the_checksum(brought: Office) -> None:
    page = f"/bureau/resultats/{SET}"
    assert brought.handed.sha256 in await (await brought.client.get(page)).text()
    roles: tuple[Role, ...] = ("approver", "viewer", "editor")
    for role in roles:
        await brought.come(role)
        for address in (page, "/bureau/journal", "/bureau/resultats"):
            assert brought.handed.sha256 not in await (await brought.client.get(address)).text()
    await brought.come("approver")
    assert "masquée" in await (await brought.client.get("/bureau/journal")).text()
    await brought.approve()
    assert brought.handed.sha256 in await (await brought.client.get("/bureau/journal")).text()


async def test_discarded_draft_does_not_reveal_the_checksum(brought: Office) -> None:
    await brought.send(f"{SET}/abandonner")
    await brought.bring()
    await brought.come("approver")
    for address in (f"/bureau/resultats/{SET}", f"/bureau/resultats/{BAC}.2", "/bureau/journal", "/bureau/resultats"):
        assert brought.handed.sha256 not in await (await brought.client.get(address)).text(), address


async def test_audit_of_a_refusal_hides_the_draft(brought: Office) -> None:
    await brought.come("approver")
    assert (await brought.send(f"{SET}/publier"))[0] == 422
    assert SET in await (await brought.client.get("/bureau/journal")).text()
    for role in ("viewer", "editor"):
        await brought.come(role)
        assert SET not in await (await brought.client.get("/bureau/journal")).text()


HERE_FOR: list[tuple[Role, bool]] = [("importer", True), ("approver", True), ("viewer", False), ("editor", False)]


@pytest.mark.parametrize(("role", "is_shown"), HERE_FOR)
async def test_only_importers_and_approvers_see_a_draft(brought: Office, role: Role, is_shown: bool) -> None:
    await brought.come(role)
    answer = await brought.client.get(f"/bureau/resultats/{SET}")
    assert answer.status == (200 if is_shown else 404)
    pages = [await (await brought.client.get(f"/bureau/{way}")).text() for way in ("resultats", "journal")]
    assert [SET in page for page in pages] == [is_shown, is_shown]
    assert (" : brouillon</p>" in pages[1]) is not is_shown  # that something was brought stays in the journal


async def test_importers_see_their_own_drafts_only(brought: Office) -> None:
    await Accounts(brought.database).add("ines", "importer", PASSWORD, "console:test")
    form = {"name": "ines", "password": PASSWORD}
    await brought.client.post("/bureau/connexion", data=form, allow_redirects=False)
    for cookie in brought.client.session.cookie_jar:
        cookie["secure"] = ""
    brought.csrf = await csrf(brought.client)
    assert (await brought.client.get(f"/bureau/resultats/{SET}")).status == 404
    assert (await brought.send(f"{SET}/abandonner"))[0] == 404
    assert await brought.state() == "draft"


async def test_import_report_is_open_after_publication(brought: Office) -> None:
    await brought.come("approver")
    await brought.approve()
    await brought.send(f"{SET}/publier", when="hour", at=TOMORROW)
    await brought.come("viewer")
    page = await (await brought.client.get("/bureau/resultats")).text()
    assert ("sera publié le" in page, f'href="/bureau/resultats/{SET}"' in page) == (True, False)
    assert (await brought.client.get(f"/bureau/resultats/{SET}")).status == 404
    await brought.come("approver")
    await brought.send(f"{SET}/publier", when="now")
    await brought.come("viewer")
    assert "40 acceptées" in await (await brought.client.get(f"/bureau/resultats/{SET}")).text()
