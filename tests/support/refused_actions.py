"""An action of each kind that the audit has a name for, each refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from accounts.accounts import Accounts, Operator
from accounts.administration import Administration
from accounts.contacts import Contact, Contacts
from authoring.drafts.files_in_service import FolderFiles
from authoring.drafts.repository import MenuDrafts
from authoring.translating.remarks import TranslationRemarks
from authoring.versions.folders import Folders
from authoring.versions.schedules import MenuSchedules, Schedule
from channels.outbox.number_lookup import NumberLookup
from channels.outbox.pauses import Pauses
from database.encryption import Seal
from database.interface import Database
from registers.imports import Order, RegisterImports
from registers.writes import Batch, RegisterWrites
from results.publishing import Publishing
from state.identity import Pseudonyms
from tests.support.database import Registry
from tests.support.menu_versions import Bench
from tests.support.register_files import ROW, read_rows, requests
from tests.support.results_desk import BAC, SHA, file

VERA = Operator("vera", "viewer")
PASSWORD = "sept-ananas-bleus"
Actions = dict[str, Callable[[], Awaitable[object]]]


def refused_actions(registry: Registry, folder: Path) -> Actions:
    """An action of each kind that is refused."""
    database, by = registry.database, VERA.name
    accounts, results, pauses = Accounts(database), Publishing(database, production=True), Pauses(database)
    names = Pseudonyms("secret")
    lookup = NumberLookup(database, Seal("demo"), names)
    imports, writes = RegisterImports(database, names), RegisterWrites(database, names)
    return {
        **_refused_to_administrators(database),
        **_refused_with_menus(registry, folder),
        "operators add": lambda: accounts.add("Awa", "viewer", PASSWORD, by),
        "operators contact": lambda: Contacts(database, Seal("demo")).change(by, Contact("email")),
        "operators close": lambda: accounts.close("awa", by),
        "operators password": lambda: accounts.change_password("awa", PASSWORD, by),
        "results import": lambda: results.store_draft(VERA, BAC, file()),
        "results approve": lambda: results.approve(VERA, "bac-2027.1", SHA, {}),
        "results publish": lambda: results.publish(VERA, "bac-2027.1", 0),
        "results withdraw": lambda: results.withdraw(VERA, "bac-2027", "", "parce que"),
        "results close": lambda: results.close_session(VERA, "bac-2027", "fini"),
        "results discard": lambda: results.discard(VERA, "bac-2027.1"),
        "registers import": lambda: imports.import_rows(VERA, requests(), read_rows(folder.parent, ROW), Order()),
        "registers undo": lambda: imports.undo(VERA, requests()),
        "registers write": lambda: writes.write(by, requests(), Batch(({},))),
        "outbox pause": lambda: pauses.pause(by, "smz"),
        "outbox resume": lambda: pauses.resume(by, "sms"),
        "outbox cancel": lambda: pauses.cancel(by, "smz"),
        "messages look up": lambda: lookup.find(by, "12", ""),
    }


def _refused_to_administrators(database: Database) -> Actions:
    administration, by = Administration(database), VERA.name
    return {
        "operators invite": lambda: administration.invite(by, "bio", "viewer"),
        "operators link": lambda: administration.renew_link(by, "bio"),
        "operators role": lambda: administration.change_role(by, "bio", "viewer"),
        "operators ministry": lambda: administration.change_ministry(by, "bio", "sante"),
        "operators visits": lambda: administration.end_visits(by, "bio"),
    }


def _refused_with_menus(registry: Registry, folder: Path) -> Actions:
    database, by, bench = registry.database, VERA.name, Bench(registry, folder)
    drafts = MenuDrafts(database, FolderFiles(Folders(folder, folder)))
    hours = MenuSchedules(bench.versions, bench.clock)
    return {
        "menus stage": lambda: bench.versions.stage(by, folder / "nowhere"),
        "menus publish": lambda: bench.versions.publish(by, "x"),
        "menus rollback": lambda: bench.versions.rollback(by),
        "menus approve": lambda: bench.versions.approvals.approve(by, "x", 0),
        "menus schedule": lambda: hours.set(Schedule("x", 0, 0, by, "")),
        "menus unschedule": lambda: hours.remove(by, "x"),
        "draft save": lambda: drafts.save(by, "../x.yaml", b"", seen=""),
        "draft discard": lambda: drafts.discard(by, "x.yaml", seen="0"),
        "draft resolve": lambda: drafts.resolve(by, "x.yaml", {}, seen=""),
        "translation remark": lambda: TranslationRemarks(database).add(by, "fon", "x", ""),
    }
