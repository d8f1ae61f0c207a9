"""Checking again after a change reads what changed and nothing else, and finds what a first reading would find."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import authoring.validation
from authoring.validation import ValidatedMenus, validate
from catalog import entry_files
from settings import Settings
from state.errors import InvalidMenu, Problem
from state.menu import journey_files
from state.menu.back_links import Graph, back_targets, immediate_dominators, reachable
from state.rendering import size_check
from state.text import languages, po_files, search, translations
from state.text.template import PluralTemplate, Template
from state.yaml_files import loader

KEPT: tuple[Any, ...] = (
    authoring.validation._lost_in, entry_files._parsed, size_check._measured, size_check._footer, journey_files._parsed,
    languages._read, po_files._known, search._written, translations._made, translations._french,
)  # fmt: skip


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    for folder in ("menus", "locales"):
        shutil.copytree(folder, tmp_path / folder)
    return Settings(_env_file=None, menus=tmp_path / "menus", locales=tmp_path / "locales", data=tmp_path / "data")


def told(settings: Settings) -> tuple[object, ...]:
    """What a check says, in a form that two checks can be held against each other in."""
    try:
        found = validate(settings)
    except InvalidMenu as broken:
        return broken.problems
    return shown(found)


def shown(found: ValidatedMenus) -> tuple[object, ...]:
    every = ((code, screen) for code, menu in found.edition.menus.items() for screen in menu.screens.values())
    says = [(code, screen.name, screen.lines, screen.footer.keys, *map(said, screen.says.values()))
            for code, screen in every]  # fmt: skip
    return found.edition.version, found.edition.offered, found.size_reports, found.warnings, found.entries, says


def said(text: Template | PluralTemplate) -> object:
    return [text.form_of(many) for many in range(4)] if isinstance(text, PluralTemplate) else text


def afresh(settings: Settings) -> tuple[object, ...]:
    for one in KEPT:
        one.cache_clear()
    return told(settings)


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text, path
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_only_the_file_that_changed_is_parsed_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    validate(settings)
    parsed: list[str] = []

    def parse(raw: bytes, file: str) -> loader.Document:
        parsed.append(Path(file).name)
        return loader.parse(raw, file)

    for module in (authoring.validation, entry_files, journey_files, languages):
        monkeypatch.setattr(module, "parse", parse)
    validate(settings)
    assert parsed == []
    change(settings.menus / "exams.yaml", "Quel examen ?", "Lequel ?")
    assert validate(settings).edition.menus["fr"].screens["exams.which_exam"].says["ussd"].fill(str) == "Lequel ?"
    assert parsed == ["exams.yaml"]
    change(settings.menus / "catalogue" / "cip.yaml", "2800", "2900")
    assert validate(settings).entries.services["cip"].cost.value == "2900"  # type: ignore[union-attr]
    assert set(parsed) == {"exams.yaml", "cip.yaml"}


def test_what_is_wrong_is_told_once_however_often_it_is_looked_at(settings: Settings) -> None:
    good = told(settings)
    change(settings.menus / "exams.yaml", "to: seat, empty", "to: seta, empty")
    change(settings.menus / "catalogue" / "cip.yaml", "short: CIP", "shrot: CIP")
    first = told(settings)
    assert len(first) >= 3
    assert all(isinstance(one, Problem) for one in first)
    assert [told(settings) for _ in range(3)] == [first] * 3 == [afresh(settings)] * 3
    change(settings.menus / "exams.yaml", "to: seta, empty", "to: seat, empty")
    change(settings.menus / "catalogue" / "cip.yaml", "shrot: CIP", "short: CIP")
    assert told(settings) == good


CHANGES = (
    ("menus/exams.yaml", "Quel examen ?", "Quel examen cherchez-vous donc aujourd'hui ?"),
    ("menus/exams.yaml", "private: true", "privat: true"),
    ("menus/home.yaml", "{label: Aide, to: help}", "{label: De l'aide, to: help}"),
    ("menus/phrases.yaml", "back: ", "back: Le "),
    ("menus/catalogue/cip.yaml", "short: CIP", "short: Le CIP nouveau modèle"),
    ("menus/statuses/ready.yaml", "label: ", "label: Dès maintenant "),
    ("menus/communes.csv", "\n", "\nrien,du,tout\n"),
    ("locales/languages.yaml", "name: Dendi", "name: Le dendi"),
    ("locales/yo.po", 'msgstr "', 'msgstr "Ó '),
    ("locales/fon.po", 'msgstr "', 'msgstr "{faux} '),
)


@pytest.mark.parametrize("seed", range(4))
def test_after_any_changes_a_check_says_what_a_first_one_would(settings: Settings, seed: int) -> None:
    chance, done = random.Random(seed), set[int]()
    for _ in range(5):
        at = chance.randrange(len(CHANGES))
        name, old, new = CHANGES[at]
        path = settings.menus.parent / name
        text = path.read_text("utf-8")
        path.write_text(text.replace(new, old, 1) if at in done else text.replace(old, new, 1), "utf-8")
        done ^= {at}
        assert told(settings) == afresh(settings), (name, done)


def test_what_is_kept_has_a_bound() -> None:
    assert [one.__name__ for one in KEPT if not one.cache_info().maxsize] == []


@pytest.mark.parametrize("seed", range(200))
def test_ways_back_are_those_of_their_definition(seed: int) -> None:
    """The definition walks the whole menu for each screen, which is slow and plain."""
    chance = random.Random(seed)
    many = chance.randint(1, 12)
    graph: Graph = {str(one): tuple((f"t{way}", str(chance.randrange(many))) for way in range(chance.randint(0, 3)))
                    for one in range(many)}  # fmt: skip
    menu: Any = SimpleNamespace(graph=graph, start="0", screens=dict.fromkeys(graph))
    assert set(immediate_dominators(graph, "0")) == reachable(graph, "0")
    expected = {}
    for name in graph:
        shown_before = {one for one, ways in graph.items() for _, to in ways if to == name}
        ways = shown_before & reachable(graph, "0", without=name)
        for way in sorted(ways) if len(ways) > 1 else ():
            ways &= reachable(graph, "0", without=way) | {way}
        expected[name] = frozenset(ways)
    assert back_targets(menu) == expected
