"""Entry files: what operators wrote is valid, and each problem is reported with its file, line and column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
import yaml

from catalog.entries import (
    find_problems,
    json_schemas,
    read_exams,
    read_services,
    read_statuses,
)
from catalog.facts import Sourced
from state.errors import InvalidMenu

ROOT = Path(__file__).parents[2]
MENUS = ROOT / "menus"
BROKEN = ROOT / "tests" / "data" / "broken_entries"
SERVICES = read_services(MENUS / "catalogue")
EXAMS = read_exams(MENUS / "exams")
STATUSES = read_statuses(MENUS / "statuses")


def figures() -> Iterator[tuple[str, Sourced]]:
    for name, service in SERVICES.items():
        for key, fact in service.facts():
            yield f"{name} {key}", fact


def words_of(fact: Sourced) -> str:
    return f"{fact.model_dump()['value']} ({fact.note})"


# What operators wrote


def test_every_entry_reads_and_all_are_there() -> None:
    assert find_problems(MENUS) == []
    assert len(SERVICES) == 102
    assert sorted(EXAMS) == ["bac", "bepc", "bts", "cap", "cep", "dt", "licence", "master"]
    assert sorted(STATUSES) == ["checking", "incomplete", "ready", "received", "rejected", "validating"]


def test_figure_names_its_source_and_date() -> None:
    found = list(figures())
    assert len(found) == 317
    for which, figure in found:
        assert {" ", ".", "/"} & set(figure.source), f"{which}: a key is not a source"
        assert "2017" <= figure.as_of[:4] <= "2026", which


def test_old_price_names_its_year() -> None:
    prices = {which: fact for which, fact in figures() if which.endswith((" cost", " rates"))}
    old = {which: fact for which, fact in prices.items() if fact.as_of < "2024" and not words_of(fact).startswith("0 ")}
    assert len(old) == 10
    assert [which for which, fact in old.items() if fact.as_of[:4] not in fact.note] == []


def test_emergency_numbers_are_facts_with_a_source() -> None:
    journey = yaml.safe_load((MENUS / "emergency.yaml").read_text(encoding="utf-8"))
    numbers = re.findall(r"\b\d+\b", journey["screens"]["numbers"]["say"])
    places = " ".join(service.where.value for service in SERVICES.values() if service.where)
    assert numbers == ["117", "166", "118", "136", "114", "7054"]
    assert [number for number in numbers if not re.search(rf"\b{number}\b", places)] == []


@pytest.mark.parametrize("wrong", ["les tribunaux ne le délivrent plus", "*400#", "*155#", "*151#"])
def test_what_was_denied_is_not_said(wrong: str) -> None:
    """Said until July 2025, or codes of 2020 and codes that nobody has dialled since."""
    shown = " ".join(words_of(fact) for _, fact in figures())
    assert wrong not in shown


@pytest.mark.parametrize("entry", sorted(MENUS.glob("*/*.yaml")), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_an_entry_names_its_schema_for_editors(entry: Path) -> None:
    first, _, _ = entry.read_text(encoding="utf-8").partition("\n")
    assert first == "# yaml-language-server: $schema=schema.json"
    assert (entry.parent / "schema.json").is_file()


@pytest.mark.parametrize(("path", "text"), json_schemas().items())
def test_the_committed_schemas_are_those_of_the_shapes(path: str, text: str) -> None:
    assert (MENUS / path).read_text(encoding="utf-8") == text, "written by catalog.entries.json_schemas()"


@pytest.mark.parametrize("exam", ["bepc", "bac"])
def test_admissible_is_said_not_to_be_a_pass(exam: str) -> None:
    advice = EXAMS[exam].verdicts["admissible"].advice
    assert advice.startswith("Ce n’est pas encore l’admission")
    assert ("oral" if exam == "bepc" else "oraux") in advice


def test_only_exams_with_rounds_have_admissible_candidates() -> None:
    assert [name for name, exam in sorted(EXAMS.items()) if "admissible" in exam.verdicts] == ["bac", "bepc"]


# What is broken


@pytest.mark.parametrize("path", sorted(BROKEN.glob("*/*.y*ml")), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_problem_of_a_broken_entry_has_its_place(path: Path) -> None:
    """The first lines of a broken file are what is said of it, in full or by its beginning."""
    expected = [line[2:] for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("# ")]
    reported = [f"{one.line}:{one.column}: {one.what}" for one in find_problems(BROKEN) if one.file == str(path)]
    assert len(reported) == len(expected)
    assert [said for said, wanted in zip(reported, expected, strict=True) if not said.startswith(wanted)] == []


def test_problems_of_all_files_are_reported_together() -> None:
    with pytest.raises(InvalidMenu) as broken:
        read_services(BROKEN / "catalogue")
    assert len({problem.file for problem in broken.value.problems}) == len(list((BROKEN / "catalogue").iterdir())) - 1


@pytest.mark.parametrize("read", [read_services, read_exams, read_statuses])
def test_a_folder_that_is_missing_is_a_problem(read: Callable[[Path], Mapping[str, object]], tmp_path: Path) -> None:
    with pytest.raises(InvalidMenu, match="ce dossier n'existe pas"):
        read(tmp_path / "nowhere")


def test_schemas_and_readmes_are_no_entries(tmp_path: Path) -> None:
    (tmp_path / "schema.json").write_text("{}")
    (tmp_path / "README.md").write_text("Bonjour")
    assert read_services(tmp_path) == {}
