"""Texts of a screen: written into the file of their journey, and complained about at the field that is the cause."""

from __future__ import annotations

from pathlib import Path

import pytest

from authoring.drafts.screen_texts import fields_of, try_texts, typed_text, write_texts
from authoring.validation import validate
from channels import rooms
from settings import Settings
from state.menu.versions import MenuVersion

pytestmark = pytest.mark.slow
HELP = Path("menus/help.yaml").read_text("utf-8")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(_env_file=None, data=tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def edition(settings: Settings) -> MenuVersion:
    return validate(settings).edition


def complaints(edition: MenuVersion, settings: Settings, name: str, typed: dict[str, str]) -> dict[str, list[str]]:
    path = Path(f"menus/{name.partition('.')[0]}.yaml")
    text = write_texts(path.read_text("utf-8"), name.partition(".")[2], typed)
    return {field: list(lines) for field, lines in try_texts(edition, name, text, rooms(settings)).complaints.items()}


def test_fields_of_a_screen_are_its_texts(edition: MenuVersion) -> None:
    fields = fields_of(edition.journeys.screens["help.topics"])
    assert list(fields) == ["say", *(f"choices.{number}.label" for number in range(5))]
    assert fields["choices.0.label"] == "Comment répondre"
    assert "ask.hint" in fields_of(edition.journeys.screens["exams.seat"])


def test_only_typed_texts_change_their_lines() -> None:
    fields = {"say": "De l'aide ?", "choices.0.label": "Comment répondre", "choices.1.label": "Changer : langue"}
    changed = write_texts(HELP, "topics", fields)
    assert changed == HELP.replace("say: Aide\n", "say: De l'aide ?\n").replace(
        "{label: Changer de langue,", '{label: "Changer : langue",'
    )
    assert write_texts(HELP, "topics", {}) == HELP
    assert write_texts(HELP, "keys", {"say": " Un.\r\nDeux. \r\n"}).count("\n      Un.\n      Deux.\n") == 1


def test_text_of_a_form_loses_blanks_at_the_ends_of_lines() -> None:
    assert typed_text("  Un \r\n\r\n Deux\t\n") == "Un\n\n Deux"


def test_changed_screen_shows_in_every_language(edition: MenuVersion, settings: Settings) -> None:
    text = write_texts(HELP, "topics", {"say": "De l'aide ?"})
    trial = try_texts(edition, "help.topics", text, rooms(settings))
    assert trial.complaints == {}
    assert trial.edition
    assert trial.edition.menus.keys() == edition.menus.keys()
    for menu in trial.edition.menus.values():
        assert menu.screens["help.topics"].says["ussd"].fill(str) == "De l'aide ?"
    assert edition.menus["fr"].screens["help.topics"].says["ussd"].fill(str) == "Aide"


WRONG = [
    ("help.topics", {"choices.1.label": "x" * 81}, "choices.1.label", "80"),
    ("help.topics", {"say": ""}, "say", ""),
    ("help.topics", {"say": "Bonjour {nom}"}, "say", "nom"),
    ("help.topics", {"choices.2.label": "Un {nom}"}, "choices.2.label", "nom"),
    ("help.topics", {"say": "Bonjour 😀"}, "say", "😀"),
    ("exams.seat", {"ask.hint": "Un numéro {"}, "ask.hint", ""),
]


@pytest.mark.parametrize("case", WRONG, ids=str)
def test_complaint_stands_at_the_field_that_is_the_cause(
    edition: MenuVersion, settings: Settings, case: tuple[str, dict[str, str], str, str]
) -> None:
    name, typed, field, complaint = case
    found = complaints(edition, settings, name, typed)
    assert list(found) == [field]
    assert complaint in found[field][0]
