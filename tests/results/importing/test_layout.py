"""Layout files: what operators describe of an exam's files is read, and a mistake is reported with its line."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from results.importing.layout import FOLDER, Layout, find_layout, read_layout
from spreadsheets.sheet import FileBroken
from state.errors import InvalidMenu
from tests.support.result_files import EXAMS, as_csv, read_bytes

LAYOUTS = Path(__file__).parents[2] / "data" / "results" / "layouts"


def test_a_layout_is_read_whole() -> None:
    layout = read_layout(LAYOUTS / "bac.yaml", EXAMS["bac"])
    assert layout.columns == {"Code jury": "seat", "Avis": "verdict"}
    assert layout.verdicts == {"ADM": "admitted", "Oral": "admissible"}
    assert (layout.seat, layout.pass_mark, layout.series) == ("[0-9]{6}", Decimal("9.5"), ("A1", "A2", "NO"))
    assert layout.least_marks() == [("Passable", Decimal("9.5")), ("Assez bien", Decimal(12))]


def test_layout_has_the_name_of_its_exam(tmp_path: Path) -> None:
    assert find_layout(tmp_path, "bac", EXAMS["bac"]) == Layout()
    (tmp_path / FOLDER).mkdir(parents=True)
    (tmp_path / FOLDER / "bac.yaml").write_text("pass_mark: 10", encoding="utf-8")
    assert find_layout(tmp_path, "bac", EXAMS["bac"]).pass_mark == 10
    assert find_layout(tmp_path, "cep", EXAMS["cep"]).pass_mark is None


@pytest.mark.parametrize("path", sorted(LAYOUTS.glob("broken-*.yaml")), ids=lambda path: path.stem)
def test_problem_of_a_broken_layout_has_its_place(path: Path) -> None:
    """The first lines of a broken file are what is said of it."""
    expected = [line[2:] for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("# ")]
    with pytest.raises(InvalidMenu) as broken:
        read_layout(path, EXAMS["cep"])
    assert [f"{one.line}:{one.column}: {one.what}" for one in broken.value.problems] == expected


def test_missing_layout_is_reported(tmp_path: Path) -> None:
    with pytest.raises(InvalidMenu, match="lecture impossible"):
        read_layout(tmp_path / "nowhere.yaml", EXAMS["cep"])


def test_file_without_a_required_column_is_refused(tmp_path: Path) -> None:
    raw = as_csv([("Table", "Verdict"), ("10001", "ADMIS")])
    with pytest.raises(
        FileBroken, match=r"1:1: la colonne « Rang », annoncée dans le fichier de colonnes, n'est pas ici"
    ):
        read_bytes(tmp_path, raw, layout=Layout(columns={"Rang": "mark"}))
    with pytest.raises(FileBroken, match=r"1:1: pas de colonne « Avis » parmi les titres"):
        read_bytes(tmp_path, raw, layout=Layout(columns={"Avis": "verdict"}))
