"""Accounts are notified of what they may do next, and not of their own actions, as the start page shows it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape
from pathlib import Path

import pytest

from accounts.accounts import Operator
from admin.context import ADMIN_CONTEXT, AdminContext
from admin.start.task_finder import task_finder
from authoring.drafts.working_copy import content_digest
from channels.contracts.sender import Message
from channels.outbox.repository import Outbox
from database.encryption import Seal
from results.ministries import exam_ministries
from results.publishing import Publishing
from server import SERVICES
from tests.support.admin_client import Client, open_admin_site, sign_in
from tests.support.browser import Making
from tests.support.map_reader import serve
from tests.support.menu_copies import menus_in
from tests.support.results_desk import BAC, IDA, PAUL, SHA, file, rows, seen

pytestmark = pytest.mark.slow
EDO, ELSA = Operator("edo", "editor"), Operator("elsa", "editor")
OWN, TITLE = ("fruits.yaml", "exams/bac.yaml"), b"title: Fruits"


@asynccontextmanager
async def site(url: str, folder: Path, ministry: str = "") -> AsyncIterator[Client]:
    """A client of the admin site where menus need an approval; fruits and the bac are of this ministry."""
    menus = menus_in(folder)
    for path in OWN if ministry else ():
        text = (menus / path).read_text("utf-8")
        (menus / path).write_text(f"ministry: {ministry}\n{text}", "utf-8")
    async with open_admin_site(url, folder / "data", menus=menus, approved_changes="menus") as client:
        yield client


async def kinds(client: Client, account: Operator) -> list[str]:
    return [one.kind for one in await task_finder(client.app[ADMIN_CONTEXT])(account)]


async def propose(desk: AdminContext, by: Operator) -> str:
    drafts = desk.draft.drafts
    before = (await drafts.working_copy()).files["fruits.yaml"]
    await drafts.save(by.name, "fruits.yaml", before.replace(TITLE, TITLE + b" frais"), seen=content_digest(before))
    return (await desk.versions.stage_draft(by.name, await drafts.working_copy(), "essai")).version


def results_of(desk: AdminContext) -> Publishing:
    return Publishing(desk.database, production=True, ministries=exam_ministries(desk.settings.menus))


async def test_results_wait_for_the_second_person(valkey_url: str, tmp_path: Path) -> None:
    async with site(valkey_url, tmp_path) as client:
        publishing = results_of(client.app[ADMIN_CONTEXT])
        named = await publishing.store_draft(IDA, BAC, file())
        assert await kinds(client, PAUL) == ["results"]
        for other in (IDA, Operator("ida", "approver"), Operator("vera", "viewer"), Operator("awa", "admin"), EDO):
            assert await kinds(client, other) == [], other
        (draft,) = await task_finder(client.app[ADMIN_CONTEXT])(PAUL)
        await publishing.approve(PAUL, named, SHA, seen(rows()))
        assert await kinds(client, PAUL) == []  # it is their own action that it has no hour yet
        (approved,) = await task_finder(client.app[ADMIN_CONTEXT])(Operator("pia", "approver"))
        assert approved.digest != draft.digest


async def test_menus_wait_for_another_than_their_writer(valkey_url: str, tmp_path: Path) -> None:
    async with site(valkey_url, tmp_path) as client:
        desk = client.app[ADMIN_CONTEXT]
        version = await propose(desk, EDO)
        assert [await kinds(client, one) for one in (EDO, ELSA, PAUL)] == [[], ["menus"], ["menus"]]
        approvals = desk.versions.approvals
        await approvals.approve("elsa", version, (await approvals.state(version)).instead_of)
        assert [await kinds(client, one) for one in (EDO, ELSA, PAUL)] == [["ready"], [], []]


@pytest.mark.parametrize(("ministry", "notified"), [("justice", True), ("", False)])
async def test_ministry_is_notified_of_what_it_may_do(
    valkey_url: str, tmp_path: Path, ministry: str, notified: bool
) -> None:
    """An account of justice sees what is of the house, and may not approve it."""
    async with site(valkey_url, tmp_path, ministry) as client:
        desk = client.app[ADMIN_CONTEXT]
        await results_of(desk).store_draft(Operator("ida", "importer", ministry), BAC, file())
        await propose(desk, EDO)
        own, foreign = Operator("judith", "approver", "justice"), Operator("sara", "approver", "sante")
        assert await kinds(client, own) == (["results", "menus"] if notified else [])
        assert await kinds(client, foreign) == []
        assert await kinds(client, PAUL) == ["results", "menus"]


async def test_translations_wait_for_reviewers(our_settings: Making) -> None:
    """Of our own menus and languages, whose drafts nobody reviewed."""
    async with serve(our_settings()) as client:
        found = await task_finder(client.app[ADMIN_CONTEXT])(Operator("rita", "reviewer"))
        assert found
        assert {one.kind for one in found} == {"translations"}
        assert all(one.many > 1 for one in found)
        assert await kinds(client, Operator("tola", "translator")) == []


async def test_lack_of_credit_waits_for_who_stops_messages(valkey_url: str, tmp_path: Path) -> None:
    async with site(valkey_url, tmp_path) as client:
        outbox = Outbox(client.app[SERVICES].database, Seal("s" * 22))
        await outbox.enqueue(Message("k1", "sms", "+2290190000001", "BAC : Admis(e)"))
        await outbox.reschedule((await outbox.claim("sms", 1))[0], "InsufficientBalance", 60.0)
        assert await kinds(client, EDO) == ["credit"]
        assert await kinds(client, Operator("sika", "support")) == []


@pytest.mark.parametrize(("name", "role", "own"), [("paul", "approver", True), ("edo", "editor", False)])
async def test_page_and_notification_agree(valkey_url: str, tmp_path: Path, name: str, role: str, own: bool) -> None:
    async with site(valkey_url, tmp_path) as client:
        await sign_in(client, role, name)
        await propose(client.app[ADMIN_CONTEXT], EDO)
        page = unescape(await (await client.get("/bureau/accueil")).text())
        first = page.partition("<h2>Ce qui attend d'autres personnes")[0]
        assert ("Menus à approuver (des menus)" in first) == own
        assert ("menus" in await kinds(client, Operator(name, role))) == own  # type: ignore[arg-type]
