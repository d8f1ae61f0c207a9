"""Faults of the question after an answer: each has its line in the journey that asks it, and the likely fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from state.menu.journey_files import read_journeys
from state.menu.lint import advise, lint
from tests.support.conversation import Market
from tests.support.surveyed_town import surveyed_menus

FITS = "doit avoir 3 choix, comme Oui, En partie, Non"
BARE = "ne peut avoir ni « keep », ni « send », ni « notify », ni « needs »"


def complaints(folder: Path) -> list[str]:
    return [str(one).removeprefix(f"{folder}/") for one in lint(read_journeys(folder), Market.questions)]


def with_change(folder: Path, file: str, old: str, new: str) -> Path:
    surveyed_menus(folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        (
            "fruits.yaml", "home.helped", "home.helpd",
            "fruits.yaml:1:9: « survey » : il n'y a pas d'écran « home.helpd » (vouliez-vous dire « home.helped » ?)",
        ),
        ("fruits.yaml", "home.helped", "secret", f"fruits.yaml:1:9: « survey » : l'écran « secret » {FITS}"),
        (
            "home.yaml", "{label: En partie, to: welcome}", "{label: En partie, to: welcome, keep: {fruit: m}}",
            f"fruits.yaml:1:9: « survey » : l'écran « home.helped » {BARE}",
        ),
        (
            "home.yaml", "say: La réponse", "say: Le prix {cost}",
            "fruits.yaml:1:9: « survey » : l'écran « home.helped » ne peut rien montrer de la réponse : "
            "écrivez-le sans {…}",
        ),
    ],
)  # fmt: skip
def test_unfit_question_is_reported(file: str, old: str, new: str, complaint: str, tmp_path: Path) -> None:
    assert complaint in complaints(with_change(tmp_path, file, old, new))


def test_question_that_no_journey_asks_is_never_shown(tmp_path: Path) -> None:
    found = complaints(with_change(tmp_path, "fruits.yaml", "survey: home.helped\n", ""))
    assert [one.partition(" : ")[2] for one in found if "helped" in one] == [
        "aucun choix ne mène à cet écran ; ajoutez-en un ou supprimez l'écran"
    ]


def test_sound_question_gets_no_advice(tmp_path: Path) -> None:
    journeys = read_journeys(surveyed_menus(tmp_path))
    assert lint(journeys, Market.questions) == []
    assert [one for one in advise(journeys, Market.questions) if "helped" in str(one)] == []
