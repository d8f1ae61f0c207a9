"""Journeys played on two folders of menus: those that differ are found, and nothing but them is touched."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import pytest
import structlog
from prometheus_client import REGISTRY
from pydantic import SecretStr

from authoring.replay.regression import ReplayDifference, find_replay_differences
from logs.pipeline import configure_logs
from logs.suppression import drop_replay_logs
from settings import Settings
from state.errors import InvalidMenu
from state.transcript import read
from tests.support.browser import menus_copy

pytestmark = pytest.mark.slow

JOURNEYS, MENUS = Path("tests/journeys"), Path("menus")
DOWN = "Les résultats ne peuvent pas être lus pour le moment."
TRANSCRIPTS = {path.stem: path.read_text(encoding="utf-8") for path in JOURNEYS.glob("*.txt")}
NOWHERE = Settings(
    database_url=SecretStr("postgresql://nobody@127.0.0.1:1/none"),
    redis_url="redis://127.0.0.1:1",
    requests_url="http://127.0.0.1:1",
)  # addresses at which nobody answers: none is tried


def edited(menus: Path, file: str, old: str, new: str) -> None:
    """Write this in place of that, which stands once in the file."""
    text = (menus / file).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{file}: {old}"
    (menus / file).write_text(text.replace(old, new), encoding="utf-8")


def found(after: Path, journeys: Path = JOURNEYS) -> dict[str, ReplayDifference]:
    """What differs, by its name, when these menus take the place of ours."""
    return {one.name: one for one in asyncio.run(find_replay_differences(journeys, MENUS, after, NOWHERE))}


def showing(text: str) -> set[str]:
    return {name for name, transcript in TRANSCRIPTS.items() if text in transcript}


def wrote(journeys: Path, **transcripts: str) -> Path:
    journeys.mkdir()
    for name, text in transcripts.items():
        (journeys / f"{name}.txt").write_text(text, encoding="utf-8")
    return journeys


@pytest.fixture
def menus(tmp_path: Path) -> Path:
    return menus_copy(tmp_path)


def test_same_menus_give_no_difference(menus: Path) -> None:
    assert found(menus) == {}


def test_changed_text_affects_the_transcripts_showing_it(menus: Path) -> None:
    edited(menus, "exams.yaml", DOWN, "Patience.")
    differ = found(menus)
    folded = DOWN.replace("ê", "e")
    assert differ.keys() == showing(folded) != set()
    for name, one in differ.items():
        assert one.before == TRANSCRIPTS[name]
        assert one.after == TRANSCRIPTS[name].replace(folded, "Patience.")
        assert (one.title, one.problem) == (read(TRANSCRIPTS[name])[0], "")


def test_removed_screen_affects_calls_that_offered_it(menus: Path) -> None:
    edited(menus, "exams.yaml", "      - {label: Série et centre, to: details, needs: [series, centre]}\n", "")
    screen = (
        (menus / "exams.yaml").read_text(encoding="utf-8").partition("  details:")[2].partition("  unknown_seat:")[0]
    )
    edited(menus, "exams.yaml", f"  details:{screen}", "")
    assert found(menus).keys() >= showing("\n2 Série ") != set()


def test_entries_come_from_each_folder(menus: Path) -> None:
    edited(menus, "catalogue/permis-conduire.yaml", "short: Permis de conduire", "short: Permis pour conduire")
    text = (menus / "catalogue" / "permis-conduire.yaml").read_text(encoding="utf-8")
    (menus / "catalogue" / "abattage.yaml").write_text(
        text.replace("Permis pour conduire", "Abattage"), encoding="utf-8"
    )
    differ = found(menus).keys()
    assert differ >= showing("Permis de conduire") != set()
    assert differ & showing("Demande d'exemple.") == set()


def test_communes_come_from_each_folder(menus: Path) -> None:
    for file in (menus / "communes.csv", menus / "centres" / "kandi.yaml"):
        file.write_text(file.read_text(encoding="utf-8").replace("Kandi", "Kandy"), encoding="utf-8")
    assert found(menus).keys() == showing("Kandi")


def test_unreadable_transcript_is_reported_without_stopping_others(menus: Path, tmp_path: Path) -> None:
    journeys = wrote(
        tmp_path / "journeys",
        a_whale="# La baleine\n\n> (appel)\n! une baleine passe\n",
        a_source="# La source\n\n> (appel)\n! source baleines en panne\n",
        empty="",
        home="# L'accueil\n\n> (appel)\n",
        refused="# La panne\n\n> (appel) 3*1\n! source exams en panne\n> 12345\n",
    )
    (journeys / "latin.txt").write_bytes("# Été\n\n> (appel)\n".encode("latin-1"))
    (journeys / "folder.txt").mkdir()
    edited(menus, "exams.yaml", DOWN, "Patience.")
    differ = found(menus, journeys)
    assert {name: one.problem for name, one in differ.items()} == {
        "a_source": "on ne sait pas comment arrive « source baleines en panne »",
        "a_whale": "on ne sait pas comment arrive « une baleine passe »",
        "empty": "aucune ligne ne commence par « > » après le titre et une ligne vide : rien à jouer",
        "folder": "lecture impossible : Is a directory",
        "latin": "lecture impossible : enregistrez ce fichier en UTF-8",
        "refused": "",
    }
    assert differ["a_whale"].title == "La baleine"
    assert "Patience." in differ["refused"].after


@pytest.mark.parametrize(
    "turns",
    ["> 1\n> 2\n", "> (appel) 3*1*12345\n> 00\n> 00\n> 9999\n", "! 200 secondes plus tard\n", "> (appel)\n> \n> *\n"],
    ids=["typed before the call", "after the end", "nobody calls", "nothing typed"],
)
def test_unusual_transcripts_are_replayed(turns: str, menus: Path, tmp_path: Path) -> None:
    assert found(menus, wrote(tmp_path / "journeys", odd=f"# Drôle d'appel\n\n{turns}")) == {}


def test_invalid_menus_are_reported_with_their_lines(menus: Path) -> None:
    edited(menus, "home.yaml", "to: services}", "to: servicess}")
    with pytest.raises(InvalidMenu, match=r"home\.yaml:12:\d+: "):
        found(menus)
    edited(menus, "exams/bac.yaml", "name:", "nom:")
    with pytest.raises(InvalidMenu, match=r"bac\.yaml:\d+:\d+: "):
        found(menus)


def test_missing_transcript_folder_gives_no_difference(menus: Path, tmp_path: Path) -> None:
    edited(menus, "exams.yaml", DOWN, "Patience.")
    assert found(menus, tmp_path / "nowhere") == {}


async def test_simultaneous_replays_are_independent(menus: Path, tmp_path: Path) -> None:
    other = menus_copy(tmp_path / "other")
    edited(menus, "exams.yaml", DOWN, "Patience.")
    edited(other, "careers.yaml", "Tapez votre date de naissance", "Donnez votre date de naissance")
    runs = asyncio.gather(
        *(find_replay_differences(JOURNEYS, MENUS, after, NOWHERE) for after in (menus, other, menus))
    )
    turns = 0
    while not runs.done():
        await asyncio.sleep(0.01)
        turns += 1
    first, second, third = await runs
    assert first == third
    assert {one.name for one in first} == showing(DOWN.replace("ê", "e"))
    assert {one.name for one in second} == showing("Tapez votre date de naissance")
    assert turns > 20


def test_command_line_logs_nothing_of_a_replay(menus: Path, capfd: pytest.CaptureFixture[str]) -> None:
    structlog.reset_defaults()
    found(menus)
    assert capfd.readouterr() == ("", "")
    structlog.get_logger().info("heard")
    assert "heard" in capfd.readouterr().out
    structlog.reset_defaults()


@pytest.mark.parametrize("env", ["demo", "production"])
def test_server_log_leaves_out_replays(env: str) -> None:
    configure_logs(Settings(env=env, secret="s" * 22))
    first = structlog.get_config()["processors"][0]
    structlog.reset_defaults()
    assert first is drop_replay_logs


def test_replay_leaves_no_files_or_metrics(menus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sample = "zin_source_seconds_count", {"question": "exams.result", "outcome": "late"}
    before = REGISTRY.get_sample_value(*sample)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    found(menus)
    assert not any((tmp_path / "temporary").iterdir())
    assert REGISTRY.get_sample_value(*sample) == before
