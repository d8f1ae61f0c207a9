"""A changed file of a journey is tried within the menus: faults at their place, loose ends, and what phones show."""

from __future__ import annotations

from pathlib import Path

import pytest

from authoring.journeys.journey_trial import loose_ends, place_of, try_journey, try_journey_file
from authoring.validation import validate
from settings import Settings
from state.menu.versions import MenuVersion

pytestmark = pytest.mark.slow
HELP = Path("menus/help.yaml").read_text("utf-8")
KEYS = "      - {label: Comment répondre, to: keys}\n"


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> MenuVersion:
    return validate(Settings(_env_file=None, data=tmp_path_factory.mktemp("data"))).edition


def test_sound_file_is_compiled_in_every_language(edition: MenuVersion) -> None:
    trial = try_journey(edition, "help", HELP.replace("say: Aide\n", "say: De l'aide ?\n"), None)
    assert trial.problems == ()
    assert trial.edition
    assert trial.edition.menus.keys() == edition.menus.keys()
    assert trial.edition.journeys.files["exams"] is edition.journeys.files["exams"]


def test_fault_stands_at_its_part_of_the_file(edition: MenuVersion) -> None:
    trial = try_journey(edition, "help", HELP.replace("to: privacy}", "to: private}"), None)
    assert trial.edition is None
    assert [place_of(trial.journey, one) for one in trial.problems] == [("screens", "topics", "choices", 3, "to")]


def test_screens_without_a_way_are_named_once(edition: MenuVersion) -> None:
    text = HELP.replace(KEYS, "")
    assert loose_ends(edition.journeys, "help", text) == (("keys",), {})
    assert try_journey(edition, "help", text, None).problems == ()  # the form asks about it instead
    assert loose_ends(edition.journeys, "help", HELP) == ((), {})


def test_screen_with_two_ways_names_both(edition: MenuVersion) -> None:
    alert = "      - {label: M'avertir, notify: search, to: will_tell}\n"
    text = Path("menus/exams.yaml").read_text("utf-8")
    made = text.replace(alert, f"{alert}      - {{label: Envoi, to: sent}}\n")
    assert loose_ends(edition.journeys, "exams", made) == ((), {"sent": ("not_yet", "result")})


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [("    say: Aide\n", "   say: Aide\n", 10), ("to: keys}", "to: key}", 11)],
)
def test_typed_file_has_its_faults_and_not_what_follows(edition: MenuVersion, old: str, new: str, line: int) -> None:
    own, elsewhere = try_journey_file(edition, "help", HELP.replace(old, new))
    assert line in {one.line for one in own}
    assert elsewhere == ()
