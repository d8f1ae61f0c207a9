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
from state.text import index, languages, po_files, sound, translations
from state.text.template import PluralTemplate, Template
from state.yaml_files import loader

pytestmark = pytest.mark.slow

CACHED: tuple[Any, ...] = (
    authoring.validation.undisplayable_characters, entry_files._parsed, size_check._measured, size_check._footer,
    journey_files._parsed, languages.read_table, po_files.read_content, index._written, sound.sound,
    translations._made, translations._french,
)  # fmt: skip


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    for folder in ("menus", "locales"):
        shutil.copytree(folder, tmp_path / folder)
    return Settings(_env_file=None, menus=tmp_path / "menus", locales=tmp_path / "locales", data=tmp_path / "data")


def outcome(settings: Settings) -> tuple[object, ...]:
    """What a check says, in a form that two checks can be held against each other in."""
    try:
        found = validate(settings)
    except InvalidMenu as broken:
        return broken.problems
    return summarize(found)


def summarize(found: ValidatedMenus) -> tuple[object, ...]:
    every = ((code, screen) for code, menu in found.edition.menus.items() for screen in menu.screens.values())
    says = [(code, screen.name, screen.lines, screen.footer.keys, *map(text_forms, screen.says.values()))
            for code, screen in every]  # fmt: skip
    return found.edition.version, found.edition.offered, found.size_reports, found.warnings, found.entries, says


def text_forms(text: Template | PluralTemplate) -> object:
    return [text.form_of(many) for many in range(4)] if isinstance(text, PluralTemplate) else text


def outcome_without_caches(settings: Settings) -> tuple[object, ...]:
    for one in CACHED:
        one.cache_clear()
    return outcome(settings)


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text, path
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_only_changed_files_are_parsed_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
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
    change(settings.menus / "catalogue" / "cip.yaml", "value: 1000", "value: 1100")
    assert validate(settings).entries.services["cip"].cost.value == "1100"  # type: ignore[union-attr]
    assert set(parsed) == {"exams.yaml", "cip.yaml"}


def test_problems_are_the_same_at_each_validation(settings: Settings) -> None:
    good = outcome(settings)
    change(settings.menus / "exams.yaml", "to: seat, empty", "to: seta, empty")
    change(settings.menus / "catalogue" / "cip.yaml", "short: CIP", "shrot: CIP")
    first = outcome(settings)
    assert len(first) >= 3
    assert all(isinstance(one, Problem) for one in first)
    assert [outcome(settings) for _ in range(3)] == [first] * 3 == [outcome_without_caches(settings)] * 3
    change(settings.menus / "exams.yaml", "to: seta, empty", "to: seat, empty")
    change(settings.menus / "catalogue" / "cip.yaml", "shrot: CIP", "short: CIP")
    assert outcome(settings) == good


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
def test_validation_with_caches_equals_one_without(settings: Settings, seed: int) -> None:
    chance, done = random.Random(seed), set[int]()
    for _ in range(5):
        at = chance.randrange(len(CHANGES))
        name, old, new = CHANGES[at]
        path = settings.menus.parent / name
        text = path.read_text("utf-8")
        path.write_text(text.replace(new, old, 1) if at in done else text.replace(old, new, 1), "utf-8")
        done ^= {at}
        assert outcome(settings) == outcome_without_caches(settings), (name, done)


def test_every_cache_is_bounded() -> None:
    assert [one.__name__ for one in CACHED if not one.cache_info().maxsize] == []


@pytest.mark.parametrize("seed", range(200))
def test_back_targets_match_their_definition(seed: int) -> None:
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
