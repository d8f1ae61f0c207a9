"""Results of an exam are those of its ministry: other accounts of a ministry neither change them nor see them."""

from __future__ import annotations

from pathlib import Path

import pytest

from accounts.accounts import Operator
from database import tables
from results.ministries import exam_ministries
from results.overview import NoSuchSet, load_overview
from results.publishing import Publishing
from results.refusals import PublicationRefused
from results.visibility import find_visible_set, load_visibility
from tests.support.results_desk import BAC, SHA, Desk, file, rows, seen

MINISTRIES = {"bac": "enseignement-superieur", "cep": ""}
REFUSED = "pas à votre ministère"
IDA, PAUL = (Operator(*one, "enseignement-superieur") for one in (("ida", "importer"), ("paul", "approver")))
EVA, OLAF = (Operator(*one, "sante") for one in (("eva", "approver"), ("olaf", "importer")))
ALL = Operator("tous", "approver")


@pytest.fixture
def publishing(desk: Desk) -> Publishing:
    return Publishing(desk.registry.database, production=True, clock=desk.clock, ministries=MINISTRIES)


async def test_results_are_brought_and_approved_within_the_ministry(desk: Desk, publishing: Publishing) -> None:
    with pytest.raises(PublicationRefused, match=REFUSED):
        await publishing.store_draft(OLAF, BAC, file())
    named = await publishing.store_draft(IDA, BAC, file())
    for refused in (
        publishing.draw_seats(EVA, named),
        publishing.approve(EVA, named, SHA, seen(rows())),
        publishing.discard(OLAF, named),
    ):
        with pytest.raises(PublicationRefused, match=REFUSED):
            await refused
    await publishing.approve(PAUL, named, SHA, seen(rows()))
    with pytest.raises(PublicationRefused, match=REFUSED):
        await publishing.publish(EVA, named, desk.clock.now)
    await publishing.publish(PAUL, named, desk.clock.now)
    with pytest.raises(PublicationRefused, match=REFUSED):
        await publishing.withdraw(EVA, BAC.code, "", "une erreur")
    with pytest.raises(PublicationRefused, match=REFUSED):
        await publishing.close_session(EVA, BAC.code, "une erreur")
    assert await publishing.withdraw(ALL, BAC.code, "", "une erreur") == named
    assert await desk.count(tables.result_sets) == 1


async def test_unknown_exam_is_of_no_ministry(desk: Desk) -> None:
    """Without the ministries of the exams nothing is of a ministry, so that a forgotten argument opens nothing."""
    with pytest.raises(PublicationRefused, match=REFUSED):
        await desk.publishing.store_draft(IDA, BAC, file())


async def test_results_of_another_ministry_are_not_seen(desk: Desk, publishing: Publishing) -> None:
    named = await publishing.store_draft(IDA, BAC, file())
    database, now = desk.registry.database, desk.clock.now
    shown = {by: await load_visibility(database, by, now, MINISTRIES) for by in (PAUL, EVA, ALL)}
    listed = {by.name: [one.code for one in found.filter_sessions(await load_overview(database))]
              for by, found in shown.items()}  # fmt: skip
    assert listed == {"paul": [BAC.code], "eva": [], "tous": [BAC.code]}
    assert (await find_visible_set(database, named, shown[PAUL]))[0].id == named
    with pytest.raises(NoSuchSet):
        await find_visible_set(database, named, shown[EVA])


def test_ministries_of_exams_are_those_of_their_files(tmp_path: Path) -> None:
    (tmp_path / "exams").mkdir()
    text = Path("menus/exams/bac.yaml").read_text("utf-8")
    (tmp_path / "exams" / "bac.yaml").write_text(f"ministry: justice\n{text}", "utf-8")
    (tmp_path / "exams" / "cep.yaml").write_text(text.replace("name: BAC", "name: CEP"), "utf-8")
    assert exam_ministries(tmp_path) == {"bac": "justice", "cep": ""}
