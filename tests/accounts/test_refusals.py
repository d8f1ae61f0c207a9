"""Every refused action of an operator is in the audit and counted, and nobody can flood the audit with refusals."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from prometheus_client import generate_latest

from accounts.accounts import Accounts
from accounts.audit import Audit, AuditEntry, AuditEvent
from accounts.refusals import MARK, MAX_ENTRIES, WINDOW_SECONDS, Refused, attempt, record, refusals
from admin.app import WAYS
from admin.audit.action_words import ACTIONS
from authoring.replay.fakes import FakeClock
from authoring.versions.errors import MenusRefused
from database.interface import Database
from runtime.gauges import collect_gauges
from runtime.readiness import Readiness
from server import SERVICES
from state.errors import InvalidMenu, SourceUnavailable
from state.store.memory import InMemory
from tests.support import admin_client
from tests.support.database import Registry
from tests.support.refused_actions import refused_actions

# Tests of their own refuse these; an import of services is refused before anybody is asked for, and a backup before
# there are tables for an audit.
ELSEWHERE = {
    *("journeys record", "trial real files", "sign-in", "sign-in locked", "services import", "restore"),
    *("purposes release", "purposes withdraw", "keys add", "keys revoke"),
    *("operators join", "operators factor", "operators recovery", "operators code"),
}


async def refused_entries(database: Database) -> list[AuditEntry]:
    return [entry for entry in await Audit(database).last(200) if entry.action.startswith(MARK)]


async def test_refused_action_of_every_kind_is_recorded(registry: Registry, tmp_path: Path) -> None:
    actions = refused_actions(registry, tmp_path / "menus")
    assert actions.keys() == ACTIONS.keys() - ELSEWHERE
    for action in actions.values():
        with pytest.raises((Refused, InvalidMenu)):
            await action()
    entries = await refused_entries(registry.database)
    assert [entry.action.removeprefix(MARK) for entry in entries] == list(actions)
    assert {entry.operator for entry in entries} == {"vera"}
    assert all(entry.details["why"] for entry in entries)
    assert (await Audit(registry.database).verify()).fault is None
    assert await refusals(registry.database) == dict.fromkeys(actions, 1)


async def test_refusals_of_one_operator_are_limited_and_counted(registry: Registry) -> None:
    clock = FakeClock()
    audit = Audit(registry.database, clock)
    for by in ("awa", "bio"):
        for _ in range(MAX_ENTRIES + 5):
            await record(audit, AuditEvent(by, "menus publish", "x"), "non")
    entries = await refused_entries(registry.database)
    assert [entry.operator for entry in entries] == ["awa"] * MAX_ENTRIES + ["bio"] * MAX_ENTRIES
    assert [number for number, entry in enumerate(entries, 1) if "after" in entry.details] == [20, 40]
    await record(audit, AuditEvent("awa", "menus rollback", "x"), "non")  # another action is not hidden by that
    clock.now += WINDOW_SECONDS + 1
    await record(audit, AuditEvent("awa", "menus publish", "x"), "non")
    assert len(await refused_entries(registry.database)) == 2 * MAX_ENTRIES + 2
    assert (await refusals(registry.database))["menus publish"] == 2 * (MAX_ENTRIES + 5) + 1


async def test_refusals_at_once_are_each_counted(registry: Registry) -> None:
    audit = Audit(registry.database)
    await asyncio.gather(*(record(audit, AuditEvent("awa", "menus publish", "x"), "non") for _ in range(10)))
    assert (await refusals(registry.database), len(await refused_entries(registry.database))) == (
        {"menus publish": 10},
        10,
    )


@pytest.mark.parametrize("subject", ["", "\0", "\ud800", "x" * 5000, "é\n" * 300, "\u202e"])
async def test_any_typed_text_is_recorded_in_valid_form(registry: Registry, subject: str) -> None:
    with pytest.raises(MenusRefused):
        async with attempt(Audit(registry.database), "awa", "menus publish", subject):
            raise MenusRefused(subject)
    (entry,) = await refused_entries(registry.database)
    assert 0 < len(entry.subject) <= 120
    assert entry.subject.isprintable()


async def test_possible_password_is_not_recorded(registry: Registry) -> None:
    with pytest.raises(Refused):
        await Accounts(registry.database).close("Mot de passe !", "console:awa")
    (entry,) = await refused_entries(registry.database)
    assert entry.subject == "?"


async def test_action_is_refused_even_if_not_recorded(registry: Registry) -> None:
    audit = Audit(registry.database)
    await registry.database.close()
    await registry.stop()
    with pytest.raises(MenusRefused):
        async with attempt(audit, "awa", "menus publish", "x"):
            raise MenusRefused("non")
    with pytest.raises(SourceUnavailable):
        async with attempt(audit, "awa", "menus publish", "x"):
            raise SourceUnavailable("gone")


async def test_machines_see_what_was_refused_anywhere_without_names(registry: Registry) -> None:
    await record(Audit(registry.database), AuditEvent("awa", "results approve", "bac-2027.1"), "non")
    readiness = Readiness(InMemory(), registry.database)
    figures = generate_latest(await collect_gauges(readiness, registry.database)).decode()
    assert 'zin_refused_total{action="results approve"} 1.0' in figures
    assert not re.search("awa|bac-2027", figures)


async def test_admin_site_records_missing_rights_and_foreign_forms(valkey_url: str, tmp_path: Path) -> None:
    async with admin_client.open_admin_site(valkey_url, tmp_path) as client:
        csrf = await admin_client.sign_in(client, "viewer", "vera")
        database = client.app[SERVICES].database
        await client.post("/bureau/messages/pause", data={"csrf": csrf, "name": "sms"})
        await client.post("/bureau/deconnexion", data={"csrf": "another"})
        entries = await refused_entries(database)
        assert [(entry.operator, entry.action, entry.subject) for entry in entries] == [
            ("vera", "refused: desk messages", "/bureau/messages/pause"),
            ("vera", "refused: desk enter", "/bureau/deconnexion"),
        ]
        assert "refusé : demande au bureau" in await (await client.get("/bureau/journal")).text()


async def test_a_stranger_writes_nothing_into_the_audit(valkey_url: str, tmp_path: Path) -> None:
    async with admin_client.open_admin_site(valkey_url, tmp_path) as client:
        for way in WAYS:
            await admin_client.send_request(client, way)
        assert await refused_entries(client.app[SERVICES].database) == []
