"""Which sessions citizens may choose: those that two people let be announced, under a name that the menus know."""

from __future__ import annotations

import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from prometheus_client import REGISTRY, generate_latest

from accounts.accounts import Operator
from results.approval import ExamSession
from results.importing.report import SMALL, report_lines
from results.importing.service import REPORTS, InvalidInput, read_file, store_report
from results.published import FRESH_SECONDS
from results.refusals import PublicationRefused
from runtime.gauges import collect_gauges
from runtime.readiness import Readiness
from settings import Settings
from sources.exam_results import Exams
from state.store.memory import InMemory
from tests.support.database import MENUS, Registry
from tests.support.results_desk import BAC, IDA, LIST, PAUL, SHA, Desk, file

YEAR = 2026  # of the clock of these tests
HEADINGS = "Numéro de table;Décision;Série;Centre"


@pytest.fixture
async def desk(registry: Registry) -> AsyncIterator[Desk]:
    desk = Desk(registry)
    yield desk
    await desk.board.close()


async def listed(desk: Desk) -> list[str]:
    desk.clock.now += FRESH_SECONDS
    return [one.code for one in await desk.board.sessions()]


async def test_session_is_listed_once_it_has_an_hour(desk: Desk) -> None:
    named = await desk.publishing.store_draft(IDA, BAC, file())
    assert await listed(desk) == []
    await desk.publishing.approve(PAUL, named, SHA, LIST)
    assert await listed(desk) == []
    await desk.publishing.publish(PAUL, named, desk.clock.now + 3600)
    assert await listed(desk) == [BAC.code]
    await desk.publishing.withdraw(PAUL, BAC.code, "", "une erreur")
    assert await listed(desk) == [BAC.code]  # who waits for it can still choose it


async def test_draft_is_answered_like_an_unknown_session(desk: Desk) -> None:
    asked = [{"exam": session, "seat": seat} for session in (BAC.code, "bac-2025") for seat in ("105", "999")]
    exams = Exams(desk.registry.database, {}, desk.clock)
    before = [await exams.ask("exams.result", one) for one in asked]
    await desk.publishing.store_draft(IDA, BAC, file())
    again = Exams(desk.registry.database, {}, desk.clock)
    assert [await again.ask("exams.result", one) for one in asked] == before
    assert {one.trigger for one in before} == {"unpublished"}
    assert await again.ask("exams.open", {}) == await exams.ask("exams.open", {})
    for one in (exams, again):
        await one.published.close()


async def test_fifty_drafts_push_nothing_off_the_list(desk: Desk) -> None:
    await desk.published()
    for number in range(50):
        await desk.publishing.store_draft(IDA, ExamSession("bac", YEAR + 1, f"s{number}"), file([]))
    assert await listed(desk) == [BAC.code]


@pytest.mark.parametrize("year", [YEAR - 2, YEAR + 2, 2099, 0])
async def test_session_of_a_distant_year_is_refused(desk: Desk, year: int) -> None:
    with pytest.raises(PublicationRefused, match="de la précédente ou de la suivante"):
        await desk.publishing.store_draft(IDA, ExamSession("bac", year), file())
    for near in (YEAR - 1, YEAR, YEAR + 1):
        await desk.publishing.store_draft(IDA, ExamSession("cep", near), file())


async def test_closed_session_is_unlisted_until_published_again(desk: Desk) -> None:
    named = await desk.published()
    with pytest.raises(PublicationRefused):
        await desk.publishing.close_session(IDA, BAC.code, "fini")
    with pytest.raises(PublicationRefused, match="pourquoi"):
        await desk.publishing.close_session(PAUL, BAC.code, " ")
    await desk.publishing.close_session(PAUL, BAC.code, "fini")
    assert (await listed(desk), await desk.answer()) == ([], "unpublished")
    await desk.publishing.publish(PAUL, named, desk.clock.now + 60, why="encore")
    assert await listed(desk) == [BAC.code]
    with pytest.raises(PublicationRefused, match="heure est donnée"):
        await desk.publishing.close_session(PAUL, BAC.code, "fini")


async def test_an_importer_lets_go_of_own_drafts_only(desk: Desk) -> None:
    named = await desk.publishing.store_draft(IDA, BAC, file())
    with pytest.raises(PublicationRefused) as refused:
        await desk.publishing.discard(Operator("ines", "importer"), named)
    with pytest.raises(PublicationRefused) as none:
        await desk.publishing.discard(Operator("ines", "importer"), "bac-2027.9")
    assert str(refused.value).replace(named, "X") == str(none.value).replace("bac-2027.9", "X")
    await desk.publishing.discard(PAUL, named)


async def test_no_metric_tells_of_a_draft(desk: Desk) -> None:
    await desk.publishing.store_draft(IDA, BAC, file())
    figures = generate_latest(REGISTRY) + generate_latest(
        await collect_gauges(Readiness(InMemory(), desk.registry.database), desk.registry.database)
    )
    assert b"bac-2027" not in figures


def settings(folder: Path) -> Settings:
    return Settings(env="demo", data=folder, menus=MENUS)


def written(folder: Path, lines: list[str]) -> Path:
    path = folder / "bac.csv"
    path.write_text("\n".join([HEADINGS, *lines]) + "\n", encoding="utf-8")
    return path


def test_session_name_must_be_in_the_exam_file(tmp_path: Path) -> None:
    path = written(tmp_path, ["100;ADMIS;D;Centre"])
    for name in ("", "remplacement"):
        assert read_file(settings(tmp_path), path, ExamSession("bac", YEAR, name)).report.is_sound
    for exam, name in (("bac", "votezpourdupont"), ("cep", "remplacement")):
        with pytest.raises(InvalidInput, match="ne nomme pas la session"):
            read_file(settings(tmp_path), path, ExamSession(exam, YEAR, name))


def test_few_verdicts_stay_hidden_before_the_hour(tmp_path: Path) -> None:
    small = [f"{100 + n};REFUSE;D;Petit centre" for n in range(SMALL - 1)]
    large = [f"{200 + n};ADMIS;C;Grand centre" for n in range(SMALL)]
    report = read_file(settings(tmp_path), written(tmp_path, small + large), ExamSession("bac", YEAR)).report
    before, after = "\n".join(report_lines(report)), "\n".join(report_lines(report, is_public=True))
    assert "centre Petit centre : moins de 10 candidats" in before
    assert "centre Grand centre : Admis(e) 10" in before
    assert "centre Petit centre : Refusé(e) 9" in after
    alone = read_file(settings(tmp_path), written(tmp_path, small), ExamSession("bac", YEAR)).report
    assert "Ensemble : moins de 10 candidats" in "\n".join(report_lines(alone))


def test_report_file_is_for_its_user_only(tmp_path: Path) -> None:
    report = read_file(settings(tmp_path), written(tmp_path, ["100;ADMIS;D;Centre"]), ExamSession("bac", YEAR)).report
    (tmp_path / REPORTS).mkdir(mode=0o755)
    for _ in range(2):
        kept = store_report(settings(tmp_path), report, "bac-2026")
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
        kept.chmod(0o644)
