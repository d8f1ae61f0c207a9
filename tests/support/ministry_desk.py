"""An admin site where one ministry has things of each kind, which accounts of another do not meet."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from accounts.accounts import Accounts, Operator
from admin.context import ADMIN_CONTEXT, AdminContext
from authoring.drafts.working_copy import content_digest
from authoring.translating.texts import texts_of
from database.interface import Database
from results.ministries import exam_ministries
from results.publishing import Publishing
from server import SERVICES
from tests.support.admin_client import PASSWORD, Client, open_admin_site
from tests.support.menu_copies import menus_in
from tests.support.results_desk import BAC, file

SERVICE = "casier-judiciaire-b3"
OWN = ("fruits.yaml", "exams/bac.yaml", f"catalogue/{SERVICE}.yaml")  # of justice
HEALTH = "long.yaml"


@dataclass(frozen=True)
class House:
    """A client of the admin site, and what justice has there."""

    client: Client
    things: dict[str, str]

    @property
    def database(self) -> Database:
        database: Database = self.client.app[SERVICES].database
        return database


@asynccontextmanager
async def house(url: str, folder: Path) -> AsyncIterator[House]:
    """Justice has a journey, a service and an exam, a staged version, a draft of results and an account, greffe.k.

    Health has a journey.
    """
    menus = menus_in(folder)
    (menus / HEALTH).write_text(f"ministry: sante\n{(menus / HEALTH).read_text('utf-8')}", "utf-8")
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
