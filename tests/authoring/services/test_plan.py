"""What an import does to the files of the catalogue: what changes, what stays, and what is refused."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from authoring.services.entry_text import entry_text, merged
from authoring.services.plan import Plan, plan_import, write_files
from authoring.services.record import Record, Records
from authoring.services.short_names import shortened
from catalog.entries import read_services
from state.yaml_files.loader import read

ROOT = Path(__file__).parents[3]
CATALOGUE = ROOT / "menus" / "catalogue"
FILES = sorted(CATALOGUE.glob("*.yaml"))
SAID = {"source": "exemple", "as_of": "2026-11-29"}
NEW: Mapping[str, Any] = {
    "name": "Autorisation d'exemple pour tout le monde",
    "theme": "Transport",
    "life_event": "Avoir un véhicule",
    "administration": "Agence d'exemple",
    "cost": {"value": "1500", **SAID},
    "documents": {"value": ["photo", "acte : naissance"], **SAID},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CATALOGUE, tmp_path / "catalogue"))


def plan(folder: Path, *fields: Mapping[str, Any], entry: str = "") -> Plan:
    records = (Record(f"ligne {number}", one, entry) for number, one in enumerate(fields, 2))
    return plan_import(folder, Records("", tuple(records)))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_unchanged_entry_is_written_as_it_was(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert entry_text(text, read(path).data) == text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_new_entry_is_read_as_it_was_meant(path: Path, tmp_path: Path) -> None:
    fields = read(path).data
    made = tmp_path / path.name
    made.write_text(entry_text("", fields), encoding="utf-8")
    again = read(made)
    assert again.problems == []
    assert again.data == fields


WRITTEN = """# yaml-language-server: $schema=schema.json
# Une note de la main de l'opérateur.
name: "Carte d'exemple"
short: Carte d'exemple
theme: Transport   # sa place
life_event: Avoir un véhicule
administration: Mairie
words: [carte]
delay: {value: 3 jours, source: exemple, as_of: 2026-01-01}
# Vu au guichet.
where:
  value: à la mairie
  source: exemple
  as_of: 2026-01-01
  note: le matin
"""


def changed(**said: Any) -> str:
    path = Path("carte.yaml")
    fields = merged(read_text(path), said)
    return entry_text(WRITTEN, fields)


def read_text(path: Path) -> Mapping[str, Any]:
    from state.yaml_files.loader import parse

    data: Mapping[str, Any] = parse(WRITTEN.encode(), str(path)).data
    return data


def test_only_what_differs_is_touched() -> None:
    text = changed(theme="Transport", delay={"value": "4 jours", "source": "exemple", "as_of": "2026-02-01"})
    assert text == WRITTEN.replace("3 jours", "4 jours").replace("as_of: 2026-01-01}", "as_of: 2026-02-01}")


def test_new_fact_stands_at_its_place() -> None:
    text = changed(cost={"value": "1500", **SAID})
    before, _, after = text.partition("cost:\n  value: 1500\n  source: exemple\n  as_of: 2026-11-29\n")
    assert before + after == WRITTEN
    assert before.endswith("words: [carte]\n")


def test_note_goes_with_the_value_that_it_was_about() -> None:
    text = changed(where={"value": "à la préfecture", **SAID})
    assert "le matin" not in text
    assert "# Vu au guichet." in text
    assert "le matin" in changed(where={"value": "à la mairie", **SAID})


def test_price_in_words_replaces_a_price() -> None:
    priced = merged(read_text(Path("carte.yaml")), {"cost": {"value": "1500", **SAID}})
    after = merged(priced, {"rates": {"value": "selon l'âge", **SAID}})
    assert "cost" not in after
    assert after["rates"]["value"] == "selon l'âge"


def test_new_service_gets_a_file_and_a_short_name(folder: Path) -> None:
    found = plan(folder, NEW)
    assert (found.refused, found.added, len(found.written)) == ((), 1, 1)
    write_files(found.written)
    services = read_services(folder)
    assert services["autorisation-d-exemple-pour-tout-le-mond"].short == "Autorisation d'exemple pour"[
        :27
    ].removesuffix(" pour")
    assert any("nom court à relire" in line for line in found.lines())
    assert not list(folder.glob(".*"))


def test_service_is_known_by_code_name_or_entry(folder: Path) -> None:
    by_code = plan(folder, {"name": "Un autre nom", "code": "PS00373"})
    by_name = plan(folder, {"name": "EXTRAIT du casier judiciaire (bulletin n° 3, remis à vous seul)", "words": ["b3"]})
    by_entry = plan(folder, {"name": "Encore un autre"}, entry="casier-judiciaire-b3")
    for found in (by_code, by_name, by_entry):
        assert [one.path.stem for one in found.written] == ["casier-judiciaire-b3"]


def test_second_import_changes_nothing(folder: Path) -> None:
    write_files(plan(folder, NEW).written)
    again = plan(folder, NEW)
    assert (again.written, again.unchanged, again.changes) == ((), 1, ())


def test_what_the_file_does_not_say_stays(folder: Path) -> None:
    before = read_services(folder)["casier-judiciaire-b3"]
    write_files(plan(folder, {"name": before.name, "code": "PS00373", "asked": "4"}).written)
    assert read_services(folder)["casier-judiciaire-b3"] == before.model_copy(update={"asked": "4"})


def test_existing_spelling_of_a_theme_is_taken(folder: Path) -> None:
    found = plan(folder, {**NEW, "theme": "TRANSPORT", "life_event": "avoir un vehicule"})
    assert found.refused == ()
    assert "theme: Transport\n" in found.written[0].text


REFUSED = [
    ({"name": "Sans thème"}, "ligne 2, fiche « sans-theme » : il manque la clé « theme »"),
    (
        {**NEW, "cost": {"value": "1500"}},
        "fiche « autorisation-d-exemple-pour-tout-le-mond » : il manque la clé « source »",
    ),
    ({**NEW, "cost": {"value": "1 500 F", **SAID}}, "« 1 500 F » n'est pas un prix"),
    ({**NEW, "short": "Passeport"}, "« Passeport » est déjà dans passeport-ordinaire.yaml"),
    ({**NEW, "name": "Prix d'exemple ☃"}, "« ☃ » (U+2603) ne s'affiche pas"),
    ({**NEW, "name": "???"}, "n'est pas un nom de fiche"),
]


@pytest.mark.parametrize(("fields", "what"), REFUSED)
def test_faulty_service_is_refused_with_its_place(folder: Path, fields: Mapping[str, Any], what: str) -> None:
    found = plan(folder, fields)
    assert [line for line in found.refused if what in line]
    assert all(line.startswith("ligne 2") for line in found.refused)
    assert found.changes == ()


def test_two_lines_for_one_service_are_refused(folder: Path) -> None:
    found = plan(folder, NEW, NEW)
    assert found.refused == ("ligne 3 : c'est la fiche « autorisation-d-exemple-pour-tout-le-mond », comme ligne 2",)


def test_path_in_an_entry_is_no_file_elsewhere(folder: Path) -> None:
    found = plan(folder, NEW, entry="../../passwd")
    assert found.written == ()
    assert "n'est pas un nom de fiche" in found.refused[0]


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Passeport", "Passeport"),
        ("Demande de certificat de nationalité béninoise", "Demande de certificat"),
        ("Anticonstitutionnellementdanslalongueur", "Anticonstitutionnellementdansl"),
        ("Carte, pour les personnes de plus de", "Carte, pour les personnes"),
    ],
)
def test_short_name_is_whole_words(name: str, short: str) -> None:
    assert shortened(name) == short
