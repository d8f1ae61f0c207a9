"""Keys and lines of a list come, go and move in a YAML file: comments, order and all other lines stay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from authoring.drafts.yaml_parts import Item, remove_part, write_part
from authoring.versions.errors import MenusRefused
from state.yaml_files.loader import Where, parse

FILE = """\
# Rentrée.
title: Rentrée
words: {école: {}, classe: {level: CP}}
screens:
  topics:
    say: Que voulez-vous savoir ?
    choices:
      # Le plus demandé.
      - {label: Inscrire, to: enrol}  # au 1
      - label: Changer
        to: change
        keep: {level: cp}

      - {label: Aide, to: help}

  # La fin.
  enrol:
    say: |
      Allez à l'école.
  change: {say: Parlez-en}
  read:
    say: Lisez.
    choices: []  # rien encore
  inline:
    say: Un
    choices: [{label: Un, to: enrol}, {label: Deux, to: change}]
"""
CHOICES: Where = ("screens", "topics", "choices")
OLD: list[dict[str, Any]] = [
    {"label": "Inscrire", "to": "enrol"},
    {"label": "Changer", "to": "change", "keep": {"level": "cp"}},
    {"label": "Aide", "to": "help"},
]
FIRST = "      # Le plus demandé.\n      - {label: Inscrire, to: enrol}  # au 1\n"
SECOND = "      - label: Changer\n        to: change\n        keep: {level: cp}\n\n"
THIRD = "      - {label: Aide, to: help}\n"
LINES = FIRST + SECOND + THIRD
NEW = {"label": "Frais, prix", "to": "fees"}


def items(*places: int | None) -> list[Item]:
    return [Item(place, NEW if place is None else OLD[place]) for place in places]


CHANGED: list[tuple[Where, Any, str, str]] = [
    (CHOICES, items(0, 1, 2, None), THIRD, THIRD + '      - {label: "Frais, prix", to: fees}\n'),
    (CHOICES, items(1, 0, 2), LINES, SECOND + FIRST + THIRD),
    (CHOICES, items(2, 1), LINES, THIRD + SECOND),
    (CHOICES, [Item(0, {"label": "Inscription", "to": "change"}), *items(1, 2)], "{label: Inscrire, to: enrol}",
     "{label: Inscription, to: change}"),
    (CHOICES, [*items(0), Item(1, {"label": "Changer", "to": "change"}), *items(2)], "        keep: {level: cp}\n", ""),
    (CHOICES, [*items(0, 1), Item(2, {"label": "Aide", "to": "help", "needs": ["a", "b"]})],
     "{label: Aide, to: help}", "{label: Aide, to: help, needs: [a, b]}"),
    (CHOICES, [], "    choices:\n" + LINES, "    choices: []\n"),
    (("screens", "read", "choices"), items(None), "choices: []  # rien encore\n",
     'choices:  # rien encore\n      - {label: "Frais, prix", to: fees}\n'),
    (("screens", "inline", "choices"), [Item(1, {"label": "Deux", "to": "change"}), Item(None, NEW)],
     "[{label: Un, to: enrol}, {label: Deux, to: change}]",
     '[{label: Deux, to: change}, {label: "Frais, prix", to: fees}]'),
    (("screens", "enrol", "choices"), items(None), "Allez à l'école.\n",
     'Allez à l\'école.\n    choices:\n      - {label: "Frais, prix", to: fees}\n'),
    (("screens", "change", "choices"), items(None), "{say: Parlez-en}",
     '{say: Parlez-en, choices: [{label: "Frais, prix", to: fees}]}'),
    (("screens", "read", "private"), "true", "    say: Lisez.\n", "    private: true\n    say: Lisez.\n"),
    (("screens", "read", "say"), "Un.\nDeux.", "say: Lisez.", "say: |\n      Un.\n      Deux."),
    (("words",), {"école": {}, "rentrée": {}}, "{école: {}, classe: {level: CP}}", "{école: {}, rentrée: {}}"),
    (("shortcut",), "8", "title: Rentrée\n", 'title: Rentrée\nshortcut: "8"\n'),
    (("screens", "read", "ask"), {"keep": "age", "like": ".{1,3}", "hint": "Un nombre : 1 à 3", "to": "enrol"},
     "rien encore\n",
     'rien encore\n    ask: {keep: age, like: ".{1,3}", hint: "Un nombre : 1 à 3", to: enrol}\n'),
]  # fmt: skip
ORDER = ("title", "shortcut", "private", "say", "list", "choices", "ask")


@pytest.mark.parametrize(("where", "value", "old", "new"), CHANGED, ids=range(len(CHANGED)))
def test_one_part_changes_and_nothing_else(where: Where, value: Any, old: str, new: str) -> None:
    assert old in FILE
    assert write_part(FILE, where, value, ORDER) == FILE.replace(old, new, 1)


@pytest.mark.parametrize(("where", "value"), [change[:2] for change in CHANGED], ids=range(len(CHANGED)))
def test_line_ends_of_windows_stay(where: Where, value: Any) -> None:
    made = write_part(FILE.replace("\n", "\r\n"), where, value, ORDER)
    assert made == write_part(FILE, where, value, ORDER).replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("where", "old", "new"),
    [
        (("screens", "topics", "say"), "    say: Que voulez-vous savoir ?\n", ""),
        (("screens", "change"), "  change: {say: Parlez-en}\n", ""),
        (("screens", "enrol"), "  # La fin.\n  enrol:\n    say: |\n      Allez à l'école.\n", ""),
        (("screens", "topics", "choices", 1, "label"), "label: Changer\n        to:", "to:"),
        (("screens", "inline", "choices", 0, "to"), "{label: Un, to: enrol}", "{label: Un}"),
        (("screens", "inline", "choices", 0, "label"), "{label: Un, to: enrol}", "{to: enrol}"),
    ],
    ids=str,
)
def test_key_goes_with_the_comment_above_it(where: Where, old: str, new: str) -> None:
    assert old in FILE
    assert remove_part(FILE, where) == FILE.replace(old, new, 1)


def test_one_of_two_empty_lines_goes_with_a_part() -> None:
    assert remove_part("a: 1\n\nb: 2\n\nc: 3\n", ("b",)) == "a: 1\n\nc: 3\n"


def test_unchanged_list_leaves_the_file_as_it_is() -> None:
    assert write_part(FILE, CHOICES, items(0, 1, 2)) == FILE


def test_file_without_a_last_line_end_is_completed() -> None:
    made = write_part(FILE.rstrip("\n"), ("screens", "more"), {"say": "Fin"})
    assert made == FILE + "  more: {say: Fin}\n"


def test_text_that_yaml_cannot_hold_is_refused() -> None:
    with pytest.raises(MenusRefused, match="éditeur"):
        write_part(FILE, ("screens", "read", "say"), {"ussd": "\x00"})


@pytest.mark.parametrize("name", ["exams", "home", "requests", "centres", "help", "services"])
def test_lists_of_our_menus_move_without_a_loss(name: str) -> None:
    text = Path(f"menus/{name}.yaml").read_text("utf-8")
    screens = parse(text.encode(), "").data["screens"]
    many = {screen: one["choices"] for screen, one in screens.items() if len(one.get("choices", ())) > 1}
    assert many
    for screen, choices in many.items():
        where = ("screens", screen, "choices")
        turned = write_part(text, where, [Item(place, choices[place]) for place in reversed(range(len(choices)))])
        assert sorted(turned.splitlines()) == sorted(text.splitlines())
        back = write_part(turned, where, [Item(place, choices[-1 - place]) for place in reversed(range(len(choices)))])
        assert back == text
