"""Files of ministries' messages: what is wrong is reported at its place, and the texts are counted and translated."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from authoring.validation import validate
from catalog.entries import MESSAGES
from catalog.message_files import MessageFile, problems
from catalog.message_texts import measure, message_text, most_parts
from settings import Settings
from state.rendering.size_check import MESSAGE

HEAD = "title: Prêt\nministry: justice\npurposes: [retrait]\n"
SOUND = f'{HEAD}text: "Prêt : {{what}}."\nvalues:\n  what: {{form: text, longest: Casier}}\n'
MENUS = Path(__file__).parents[2] / "menus"


def written(folder: Path, text: str) -> list[str]:
    """The problems of one file, as place and text."""
    (folder / "messages").mkdir(exist_ok=True)
    (folder / "messages" / "pret.yaml").write_text(text, encoding="utf-8")
    files, found = MESSAGES.read(folder / "messages")
    found += problems(folder, files, {"requests.status": None})
    return [str(one).partition("messages/pret.yaml:")[2] for one in found]


def test_sound_file_has_no_problem(tmp_path: Path) -> None:
    assert written(tmp_path, SOUND) == []


BROKEN = [
    (SOUND.replace("{what}.", "{wath}."), "4:7: rien ne remplit {wath} (vouliez-vous dire « what » ?)"),
    (SOUND.replace("{what}.", "{What}."), "4:7: « {What} » : entre accolades il faut un nom en minuscules"),
    (SOUND.replace(": {what}", ""), "6:9: le texte n'emploie pas {what} : enlevez cette valeur"),
    (SOUND.replace(", longest: Casier", ""), "il manque la clé « longest »"),
    (SOUND.replace("form: text", "form: date"), "une date a toujours la même longueur"),
    (SOUND.replace("form: text", "form: money"), "« Casier » : écrivez un nombre en chiffres seulement"),
    (SOUND.replace("form: text", "form: list"), "n'est pas prévu ici"),
    (SOUND.replace("ministry: justice", "ministry: La Justice"), "2:11: « La Justice » : il faut ici un nom en"),
    (SOUND.replace("purposes: [retrait]", "purposes: []"), "il en faut au moins 1"),
    (SOUND + "asked: [requests.stauts]\n", "7:9: aucune source ne répond à « requests.stauts » (vouliez-vous dire"),
    (SOUND + "txt: x\n", "7:1: clé inconnue « txt » (vouliez-vous dire « text » ?)"),
]


@pytest.mark.parametrize(("text", "problem"), BROKEN)
def test_problem_is_reported_at_its_place(tmp_path: Path, text: str, problem: str) -> None:
    found = written(tmp_path, text)
    assert any(problem in one for one in found), found
    place = found[0].split(":")
    assert place[0].isdigit()
    assert place[1].isdigit()


@pytest.mark.slow
def test_messages_are_counted_in_every_language() -> None:
    found = validate(Settings())
    files, menus = found.entries.messages, found.edition.menus
    assert sorted(files) == ["document-pret", "piece-manquante"]
    measured = list(measure(files, menus))
    assert {one.language for one in measured} == set(menus)
    assert {one.channel for one in measured} == {MESSAGE}
    assert set(measured) <= set(found.size_reports)
    for name, file in files.items():
        assert most_parts(file, menus) == max(one.pages for one in measured if one.screen == f"messages/{name}")


@pytest.mark.slow
def test_values_are_written_as_the_language_writes_them() -> None:
    menus = validate(Settings()).edition.menus
    file = MessageFile.model_validate(
        {
            "title": "Prix",
            "ministry": "justice",
            "purposes": ["prix"],
            "text": "À payer : {price}, avant le {day}. {many} pages, {name}.",
            "values": {
                "price": {"form": "money", "longest": "150000"},
                "day": {"form": "date"},
                "many": {"form": "number", "longest": "1000"},
                "name": {"form": "text", "longest": "Casier judiciaire"},
            },
        }
    )
    values = {"price": "2500", "day": "2026-12-01", "many": "1000", "name": "{price}"}
    text = message_text(file, values, menus["fr"], "sms")
    assert text.splitlines()[0] == "A payer : 2 500 F, avant le 1 décembre 2026. 1 000 pages, {price}."


@pytest.mark.slow
def test_too_long_message_is_a_warning(tmp_path: Path) -> None:
    shutil.copytree(MENUS, tmp_path / "menus")
    path = tmp_path / "menus" / "messages" / "document-pret.yaml"
    long = path.read_text(encoding="utf-8")
    long = long.replace("longest: Certificat de nationalité", f"longest: {'Certificat ' * 26}")
    long = long.replace('longest: "Tribunal', f'longest: "{"Tribunal " * 27}')
    path.write_text(long.replace("{place}.", "{place}. {document} {place} {document}."), encoding="utf-8")
    (warning,) = validate(Settings(menus=tmp_path / "menus")).warnings
    assert (Path(warning.file).name, warning.line) == ("document-pret.yaml", 6)
    assert "SMS, plus de 6 : raccourcissez (fr, fon, " in warning.what
