"""Look-ups: a list of one row opens it at once, where nothing else could be wanted there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from authoring.validation import validate
from settings import Settings
from state.interfaces import Outcome
from tests.support.conversation import FRUITS, SMALL, Town


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("", "", "Quel fruit ?"),
        ("    ask: {keep: many", "    back: home\n    ask: {keep: many", "Mangue : combien ?"),
    ],
    ids=["where Back leads to the list", "where it does not"],
)
async def test_single_row_opens_unless_back_leads_there(tmp_path: Path, before: str, after: str, shown: str) -> None:
    shutil.copytree(SMALL, tmp_path / "menus")
    fruits = tmp_path / "menus" / "fruits.yaml"
    written = fruits.read_text(encoding="utf-8")
    assert before in written
    fruits.write_text(written.replace(before, after) if before else written, encoding="utf-8")
    town = Town(folder=tmp_path / "menus")
    town.market.does["fruits.all"] = Outcome("found", rows=FRUITS[:1])
    reply = await town.phone().dial("7")
    assert reply.text.startswith(shown)


def test_lists_of_our_menus_open_a_single_row() -> None:
    menu = validate(Settings()).edition.menu("fr")
    assert {name for name, screen in menu.screens.items() if screen.rows and screen.rows.opens_alone} == {
        *("services.of_theme", "services.of_event", "services.of_group", "services.found"),
        *("centres.which_commune", "centres.which_found"),
    }
