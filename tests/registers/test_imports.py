"""Imports into registers: whole or nothing, said before, of one feed only, recorded, and undone."""

from __future__ import annotations

import asyncio
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from accounts.audit import Audit
from database import tables
from registers.imports import Order
from registers.register import RegisterRefused
from tests.support.audit_entries import done
from tests.support.database import Registry, opened
from tests.support.register_files import PAUL, Office, counts, request

pytestmark = pytest.mark.slow

FOLDERS = count()
UPDATE, TRIAL = Order(is_update=True), Order(is_trial=True)
TWENTY = [request(f"CJ{number:04}") for number in range(20)]


@pytest.fixture
def office(registry: Registry, tmp_path: Path) -> Office:
    return Office(registry, tmp_path)


async def test_first_import_adds_every_row(office: Office) -> None:
    found = await office.bring(request("CJ1000"), request("CJ2000"))
    assert (found.done, counts(found)) == ("stored", (2, 0, 0, 0))
    assert await office.stored() == {"CJ1000": "principal:checking", "CJ2000": "principal:checking"}


async def test_second_import_adds_changes_and_removes(office: Office) -> None:
    await office.bring(*TWENTY)
    found = await office.bring(*TWENTY[1:19], request("CJ0019", status="Prêt"), request("CJ0020"))
    assert (found.done, counts(found)) == ("stored", (1, 1, 1, 18))
    stored = await office.stored()
    assert "CJ0000" not in stored
    assert (stored["CJ0019"], stored["CJ0020"]) == ("principal:ready", "principal:checking")


async def test_same_file_twice_changes_nothing(office: Office) -> None:
    await office.bring(*TWENTY)
    found = await office.bring(*TWENTY)
    assert (found.done, counts(found)) == ("unchanged", (0, 0, 0, 20))
    rows = await office.registry.database.rows(select(tables.register_imports.c.number))
    assert [row["number"] for row in rows] == [1]


async def test_update_leaves_what_it_lacks(office: Office) -> None:
    await office.bring(*TWENTY)
    found = await office.bring(request("CJ0003", status="Prêt"), order=UPDATE)
    assert counts(found) == (0, 1, 0, 0)
    assert len(await office.stored()) == 20


async def test_trial_says_what_would_change_only(office: Office) -> None:
    await office.bring(*TWENTY)
    found = await office.bring(*TWENTY[:5], order=TRIAL)
    assert (found.done, counts(found)) == ("tried", (0, 0, 15, 5))
    assert len(await office.stored()) == 20


@pytest.mark.parametrize("removals", [None, 14, 16])
async def test_many_removals_need_their_very_number(office: Office, removals: int | None) -> None:
    await office.bring(*TWENTY)
    found = await office.bring(*TWENTY[:5], order=Order(removals=removals))
    assert found.done == "refused"
    assert "supprimerait 15 lignes" in found.why
    assert len(await office.stored()) == 20


async def test_removals_that_were_agreed_to_are_made(office: Office) -> None:
    await office.bring(*TWENTY)
    assert (await office.bring(*TWENTY[:5], order=Order(removals=15))).done == "stored"
    assert len(await office.stored()) == 5


async def test_one_wrong_row_stores_nothing(office: Office) -> None:
    found = await office.bring(request("CJ1000"), request("CJ2000", status="bientôt"))
    assert (found.done, await office.stored()) == ("refused", {})


async def test_row_of_another_feed_refuses_the_file(office: Office) -> None:
    await office.bring(request("CJ1000"), feed="justice")
    found = await office.bring(request("PP1000"), request("CJ1000", status="Prêt"), feed="passeports")
    assert (found.done, found.report.differences and found.report.differences.foreign) == ("refused", (3,))
    assert await office.stored() == {"CJ1000": "justice:checking"}


async def test_feeds_are_replaced_apart(office: Office) -> None:
    await office.bring(request("CJ1000"), feed="justice")
    await office.bring(request("PP1000"), feed="passeports")
    await office.bring(request("CJ2000"), feed="justice", order=Order(removals=1))
    assert await office.stored() == {"CJ2000": "justice:checking", "PP1000": "passeports:checking"}


async def test_undo_restores_what_was_before(office: Office) -> None:
    await office.bring(*TWENTY)
    before = await office.stored()
    await office.bring(*TWENTY[1:19], request("CJ0019", status="Prêt"), request("CJ0020"))
    await office.undo()
    assert await office.stored() == before


async def test_undone_import_is_not_undone_again(office: Office) -> None:
    await office.bring(*TWENTY)
    await office.undo()
    assert await office.stored() == {}
    with pytest.raises(RegisterRefused, match="déjà annulé"):
        await office.undo()


async def test_undo_needs_an_import_of_the_feed(office: Office) -> None:
    await office.bring(*TWENTY)
    with pytest.raises(RegisterRefused, match=r"Rien n'a été importé pour requests/justice"):
        await office.undo("justice")


async def test_undo_leaves_a_key_that_moved(office: Office) -> None:
    await office.bring(*TWENTY)
    await office.bring(*TWENTY[1:])
    await office.bring(TWENTY[0], feed="justice")
    await office.undo()
    assert (await office.stored())["CJ0000"] == "justice:checking"


async def test_only_importers_import_and_undo(office: Office) -> None:
    with pytest.raises(RegisterRefused, match="rôle d'importateur"):
        await office.bring(*TWENTY, by=PAUL)
    await office.bring(*TWENTY)
    with pytest.raises(RegisterRefused, match="rôle d'importateur"):
        await office.undo(by=PAUL)


async def test_audit_has_imports_refusals_and_undoing(office: Office) -> None:
    found = await office.bring(*TWENTY)
    await office.bring(*TWENTY[:5])
    await office.undo()
    entries = await Audit(office.registry.database).last(10)
    assert [(one.operator, one.action, one.subject) for one in entries] == [
        ("ida", "registers import", "requests/principal"),
        ("ida", "refused: registers import", "requests/principal"),
        ("ida", "registers undo", "requests/principal"),
    ]
    counted = {"rows": "20", "added": "20", "changed": "0", "removed": "0"}
    assert entries[0].details == {"sha256": found.report.sha256, **counted}


async def test_two_imports_at_once_follow_one_another(office: Office) -> None:
    one = office.bring(*TWENTY[:10], order=UPDATE)
    other = office.bring(*TWENTY[5:], order=UPDATE)
    assert {found.done for found in await asyncio.gather(one, other)} == {"stored"}
    assert len(await office.stored()) == 20
    assert len(await done(office.registry.database)) == 2


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    files=st.lists(
        st.tuples(
            st.sampled_from(["justice", "passeports"]),
            st.sets(st.integers(100, 112), min_size=1),
            st.sampled_from(["En cours", "Prêt"]),
            st.booleans(),
        ),
        max_size=6,
    )
)
async def test_no_file_reaches_rows_of_another_feed(
    tmp_path: Path, files: list[tuple[str, set[int], str, bool]]
) -> None:
    registry = opened(tmp_path / str(next(FOLDERS)))
    await registry.fill()
    office = Office(registry, tmp_path)
    for feed, numbers, status, is_update in files:
        before = await office.stored()
        rows = [request(f"{number}", status=status) for number in sorted(numbers)]
        await office.bring(*rows, feed=feed, order=Order(is_update=is_update, removals=None))
        after = await office.stored()
        others = {key: one for key, one in before.items() if not one.startswith(f"{feed}:")}
        assert others.items() <= after.items()
    await registry.database.close()
