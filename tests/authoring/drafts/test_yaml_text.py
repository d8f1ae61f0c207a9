"""One value of a YAML file is replaced in place: comments, order, quotes and all other lines stay."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from authoring.drafts.yaml_text import replace_value
from authoring.versions.errors import MenusRefused
from state.menu.journey_files import journey_of
from state.menu.screen_texts import texts_of
from state.yaml_files.loader import Where, parse

FILE = """\
# Help.
title: Aide  # short
plain: Tapez 1
double: "Tapez : 1"
single: 'l''aide'
list:
  - {label: Un, to: one}  # first
  - label: Deux
block: |
  Une ligne.

  Une autre.

# The end.
folded: >-
  Un
  deux
last: z
"""
CHANGED: list[tuple[Where, str, str, str]] = [
    (("title",), "À l'aide", "title: Aide  #", "title: À l'aide  #"),
    (("plain",), "Tapez : 1", "plain: Tapez 1", 'plain: "Tapez : 1"'),
    (("plain",), "# non", "plain: Tapez 1", 'plain: "# non"'),
    (("plain",), "un\ndeux", "plain: Tapez 1", "plain: |\n  un\n  deux"),
    (("double",), 'Dites "oui"', '"Tapez : 1"', '"Dites \\"oui\\""'),
    (("double",), "deux\n\nlignes", '"Tapez : 1"', "|\n  deux\n\n  lignes"),
    (("single",), "d'ici", "'l''aide'", "'d''ici'"),
    (("list", 0, "label"), "Un, deux", "{label: Un, to", '{label: "Un, deux", to'),
    (("list", 0, "label"), "Une", "{label: Un, to", "{label: Une, to"),
    (("list", 0, "label"), "a\nb", "{label: Un, to", '{label: "a\\nb", to'),
    (("list", 1, "label"), "trois", "label: Deux", "label: trois"),
    (("block",), "Trois.\n\nQuatre.", "  Une ligne.\n\n  Une autre.\n\n#", "  Trois.\n\n  Quatre.\n\n#"),
    (("block",), " devant", "|\n  Une ligne.\n\n  Une autre.\n\n#", "|\n  devant\n\n#"),
    (("folded",), "Un deux trois", ">-\n  Un\n  deux\n", "|\n  Un deux trois\n"),
    (("last",), "é€ɔ̀", "last: z", "last: é€ɔ̀"),
]


@pytest.mark.parametrize(("where", "value", "old", "new"), CHANGED, ids=str)
def test_one_value_changes_and_nothing_else(where: Where, value: str, old: str, new: str) -> None:
    assert replace_value(FILE, where, value.strip()) == FILE.replace(old, new)


def test_ends_of_lines_stay_as_they_are() -> None:
    file = FILE.replace("\n", "\r\n")
    changed = replace_value(file, ("block",), "Trois.\nQuatre.")
    assert changed == file.replace("Une ligne.\r\n\r\n  Une autre.", "Trois.\r\n  Quatre.")


@pytest.mark.parametrize("value", ["a\0b", "a\x07", "a\u2028b", "\ud800"])
def test_sign_that_no_menu_may_contain_is_refused(value: str) -> None:
    with pytest.raises(MenusRefused, match="effacez-le"):
        replace_value(FILE, ("plain",), value)


@pytest.mark.parametrize("where", [("none",), ("list", 7, "label"), ("title", "x"), ("list",)])
def test_place_without_a_text_is_a_key_error(where: Where) -> None:
    with pytest.raises(KeyError):
        replace_value(FILE, where, "x")


@pytest.mark.parametrize("path", sorted(Path("menus").glob("[!p]*.yaml")), ids=str)
def test_every_text_of_our_menus_can_be_replaced(path: Path) -> None:
    text = path.read_text("utf-8")
    screens = journey_of(parse(text.encode(), str(path))).screens
    places = [("screens", name, *place) for name, screen in screens.items() for place, _ in texts_of(screen)]
    assert places
    for where in places:
        changed = replace_value(text, where, "Un texte : « neuf », l'autre")
        before, after = text.splitlines(), changed.splitlines()
        assert len(set(before) - set(after)) <= text.count("\n") - changed.count("\n") + 1, where


@given(st.text(st.characters(exclude_categories=["C", "Z"]) | st.sampled_from(" \n\"'#:-{}[]|>&*!%@`,?"), min_size=1))
@settings(max_examples=100, deadline=None)
def test_any_text_is_read_as_it_was_typed(value: str) -> None:
    wanted = value.strip()
    for where in (("plain",), ("double",), ("single",), ("block",), ("list", 0, "label")):
        data = parse(replace_value(FILE, where, wanted).encode(), "").data
        for key in where:
            data = data[key]
        assert (data or "").strip() == wanted
