"""The verbs `zin services`: what they print, what they write, and what the audit has of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import main

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
TABLE = (
    "Nom;Nom court;Thème;Situation de vie;Administration;Prix;Source;Date\n"
    "Carte d'exemple;Carte d'exemple;Transport;Voyage;Mairie;1500;exemple;2026-11-29\n"
)


@pytest.fixture
def menus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ZIN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("ZIN_MENUS", str(shutil.copytree(ROOT / "menus", tmp_path / "menus")))
    (tmp_path / "services.csv").write_text(TABLE, encoding="utf-8")
    return tmp_path / "menus"


def zin(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["services", *map(str, arguments)])


def test_import_shows_writes_and_is_recorded(menus: Path, tmp_path: Path) -> None:
    made = menus / "catalogue" / "carte-d-exemple.yaml"
    trial = zin("import", tmp_path / "services.csv", "--dry-run")
    assert trial.exit_code == 0
    assert "service ajouté : « Carte d'exemple » (carte-d-exemple)" in trial.output
    assert "Rien n'est écrit." in trial.output
    assert not made.exists()
    done = zin("import", tmp_path / "services.csv", "--by", "awa")
    assert done.exit_code == 0
    assert "1 fiches écrites" in done.output
    assert made.read_text(encoding="utf-8").startswith(
        "# yaml-language-server: $schema=schema.json\nname: Carte d'exemple\n"
    )
    shown = CliRunner().invoke(main, ["audit", "show"]).output
    assert "services import" in shown
    assert '"by": "awa"' in shown or "awa" in shown
    again = zin("import", tmp_path / "services.csv", "--by", "awa")
    assert "Rien à écrire." in again.output


def test_faulty_import_writes_nothing(menus: Path, tmp_path: Path) -> None:
    before = sorted(path.name for path in (menus / "catalogue").iterdir())
    (tmp_path / "services.csv").write_text(TABLE + "Sans rien;;;;;;;\n", encoding="utf-8")
    refused = zin("import", tmp_path / "services.csv", "--by", "awa")
    assert refused.exit_code == 2
    assert "ligne 3, fiche « sans-rien » : il manque la clé « theme »" in refused.output
    assert "Rien n'est importé" in refused.output
    assert sorted(path.name for path in (menus / "catalogue").iterdir()) == before


@pytest.mark.parametrize("name", ["services.csv", "services.jsonld"])
def test_import_of_an_export_changes_nothing(menus: Path, tmp_path: Path, name: str) -> None:
    assert zin("export", tmp_path / name).exit_code == 0
    again = zin("import", tmp_path / name, "--by", "awa")
    assert again.exit_code == 0, again.output
    many = len(list((menus / "catalogue").glob("*.yaml")))
    assert f"Services : 0 ajoutés, 0 changés, {many} inchangés, 0 que ce fichier ne nomme pas" in again.output


def test_name_is_needed_to_write(menus: Path, tmp_path: Path) -> None:
    asked = zin("import", tmp_path / "services.csv")
    assert asked.exit_code == 2
    assert "il manque --by NOM" in asked.output


def test_export_needs_a_known_suffix(menus: Path, tmp_path: Path) -> None:
    refused = zin("export", tmp_path / "services.xls")
    assert refused.exit_code == 2
    assert "le nom doit finir par .csv, ou par .jsonld" in refused.output
