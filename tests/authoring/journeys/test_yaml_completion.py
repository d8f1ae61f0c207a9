"""What an editor completes: keys of the schema, names of screens, and questions to sources."""

from __future__ import annotations

import pytest

from authoring.journeys.yaml_completion import Completion, completion_of
from authoring.validation import validate
from settings import Settings
from state.menu.versions import MenuVersion

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> MenuVersion:
    return validate(Settings(_env_file=None, data=tmp_path_factory.mktemp("data"))).edition


def test_journey_completes_keys_screens_and_questions(edition: MenuVersion) -> None:
    found = completion_of("help.yaml", edition)
    assert {"title", "screens", "say", "choices", "ask", "like", "look_up", "late"} <= set(found.keys)
    assert {"to", "send", "back", "empty", "found", "unknown", "first"} <= set(found.leading)
    assert {"say", "label", "keep", "from"}.isdisjoint(found.leading)
    assert found.screens[:2] == ("topics", "keys")
    assert {"contact", "exams.seat"} <= set(found.screens)
    assert "exams.result" in found.questions


@pytest.mark.parametrize(("path", "key"), [("phrases.yaml", "back"), ("catalogue/cip.yaml", "cost")])
def test_other_files_complete_their_own_keys(edition: MenuVersion, path: str, key: str) -> None:
    found = completion_of(path, edition)
    assert key in found.keys
    assert (found.leading, found.screens, found.questions) == ((), (), ())


def test_unknown_file_completes_nothing(edition: MenuVersion) -> None:
    assert completion_of("elsewhere/x.yaml", edition) == Completion()
