"""Single rows of one feed: added, replaced and removed by key, the same twice without a change."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from registers.imports import Order
from registers.register import DEFAULT_FEED, RegisterRefused
from registers.writes import MAX_WRITTEN, Batch, RegisterWrites, RowsRefused, Written
from tests.support.audit_entries import done
from tests.support.database import Registry
from tests.support.register_files import Office, request, requests

pytestmark = pytest.mark.slow


def row(reference: str = "CJ-1000", **changed: str) -> Mapping[str, str]:
    usual = {"service": "Casier judiciaire", "status": "ready", "updated": "2026-09-28", "phone": "0001"}
    return {"reference": reference, **usual, **changed}


class Pusher:
    """An administration that pushes rows into one database."""

    def __init__(self, registry: Registry, folder: Path) -> None:
        self.office = Office(registry, folder)
        self.writes = RegisterWrites(registry.database, self.office.names)

    async def push(self, *rows: Mapping[str, str], removed: tuple[str, ...] = (), feed: str = DEFAULT_FEED) -> Written:
        return await self.writes.write(f"api:{feed}", requests(feed), Batch(rows, removed))


@pytest.fixture
def pusher(registry: Registry, tmp_path: Path) -> Pusher:
    return Pusher(registry, tmp_path)


async def test_rows_are_added_changed_and_removed(pusher: Pusher) -> None:
    assert await pusher.push(row("CJ-1000"), row("CJ-2000")) == Written(added=("CJ1000", "CJ2000"))
    found = await pusher.push(row("CJ-1000", status="rejected"), removed=("cj 2000",))
    assert found == Written(changed=("CJ1000",), removed=("CJ2000",))
    assert await pusher.office.stored() == {"CJ1000": "principal:rejected"}


async def test_same_rows_twice_change_nothing(pusher: Pusher) -> None:
    await pusher.push(row(), removed=("CJ-9999",))
    assert await pusher.push(row(), removed=("CJ-9999",)) == Written()
    assert len(await done(pusher.office.registry.database)) == 1


async def test_same_row_twice_at_once_is_added_once(pusher: Pusher) -> None:
    found = await asyncio.gather(pusher.push(row()), pusher.push(row()))
    assert sorted(one.added for one in found) == [(), ("CJ1000",)]


async def test_row_of_another_feed_is_refused(pusher: Pusher) -> None:
    await pusher.push(row(), feed="justice")
    for change in (pusher.push(row("CJ-2000"), row(status="rejected")), pusher.push(removed=("CJ1000",))):
        with pytest.raises(RowsRefused) as refused:
            await change
        assert "autre administration" in refused.value.rows[0].wrong[0].reason
    assert await pusher.office.stored() == {"CJ1000": "justice:ready"}


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"status": "bientôt"}, "étape : mot inconnu"),
        ({"phone": ""}, "ligne que personne ne pourrait lire"),
        ({"statu": "ready"}, "colonne inconnue"),
        ({"reference": ""}, "case vide : numéro de la demande"),
    ],
)
async def test_wrong_row_refuses_the_batch(pusher: Pusher, changed: dict[str, str], what: str) -> None:
    with pytest.raises(RowsRefused) as refused:
        await pusher.push(row("CJ-2000"), {**row(), **changed})
    (found,) = refused.value.rows
    assert (found.place, found.wrong[0].reason) == (1, what)
    assert await pusher.office.stored() == {}


async def test_too_many_rows_are_refused(pusher: Pusher) -> None:
    with pytest.raises(RegisterRefused, match="importez un fichier"):
        await pusher.push(removed=tuple(map(str, range(MAX_WRITTEN + 1))))


async def test_audit_counts_what_was_written(pusher: Pusher) -> None:
    await pusher.push(row())
    (entry,) = await done(pusher.office.registry.database)
    assert (entry.operator, entry.action, entry.subject) == (
        "api:principal",
        "registers write",
        "requests/principal",
    )
    assert entry.details == {"added": "1", "changed": "0", "removed": "0"}


async def test_undo_leaves_what_was_pushed_later(pusher: Pusher) -> None:
    await pusher.office.bring(request("CJ1000"), request("CJ2000"))
    await pusher.office.bring(request("CJ1000", status="Prêt"), request("CJ2000", status="Prêt"), order=Order())
    await pusher.push(row("CJ1000", status="rejected"))
    await pusher.office.undo()
    assert await pusher.office.stored() == {"CJ1000": "principal:rejected", "CJ2000": "principal:checking"}
