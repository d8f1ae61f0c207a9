"""Names of modules: one name for one thing in a package, and none of the words that docs/glossary.md retires."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOT_PRODUCT = {"tests", "bench", "docs", "menus", "locales", "deploy", "var"}
# One gateway or queue has the same files as the next, so that who knows one knows all: docs/architecture.md.
ROLES = {"webhook", "ussd_webhook", "sender", "setup", "queries", "repository"}
RETIRED = {"told", "kept", "deed", "deeds", "hall", "door", "herald", "shelf", "board", "mailroom", "tongue", "ways",
           "opening", "serving", "watching", "hearing", "keeping", "asking", "choosing", "owed", "standing", "house",
           "ground", "helper", "helpers", "utils", "util", "manager", "base", "misc", "common"}  # fmt: skip


RETIRED_IN_CODE = {"told", "deed", "deeds", "whoever", "hall", "shelf", "tongue"}


def modules() -> dict[str, list[Path]]:
    """The modules of each package at the root, without those that only make a folder a package."""
    packages = (init.parent for init in ROOT.glob("[a-z]*/__init__.py") if init.parent.name not in NOT_PRODUCT)
    found = {package.name: sorted(package.rglob("*.py")) for package in packages}
    return {name: [path for path in paths if path.stem != "__init__"] for name, paths in found.items()}


def code_beside_the_product() -> dict[str, list[Path]]:
    return {name: sorted((ROOT / name).rglob("*.py")) for name in ("bench", "tests")}


@pytest.mark.parametrize(("package", "paths"), modules().items())
def test_modules_of_a_package_have_distinct_names(package: str, paths: list[Path]) -> None:
    named = defaultdict(list)
    for path in paths:
        named[path.stem].append(str(path.relative_to(ROOT)))
    assert paths, package
    assert {name: where for name, where in named.items() if len(where) > 1 and name not in ROLES} == {}


@pytest.mark.parametrize(("package", "paths"), modules().items())
def test_no_module_or_folder_has_a_retired_word(package: str, paths: list[Path]) -> None:
    parts = {part for path in paths for part in path.relative_to(ROOT).with_suffix("").parts}
    words = {word for part in parts for word in part.split("_")}
    assert words
    assert words & RETIRED == set(), package


def names_in(source: str) -> Iterator[str]:
    """Yield the names that a module gives: variables, parameters, functions and classes, not columns of a table."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name


@pytest.mark.parametrize(("package", "paths"), (modules() | code_beside_the_product()).items())
def test_no_name_in_code_has_a_retired_word(package: str, paths: list[Path]) -> None:
    named = {(path.name, name) for path in paths for name in names_in(path.read_text("utf-8"))}
    assert len(named) > 5, package
    assert sorted(one for one in named if set(one[1].lower().split("_")) & RETIRED_IN_CODE) == []


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("told = 1", ["told"]),
        ("def f(deed): pass", ["f", "deed"]),
        ("class Hall: pass", ["Hall"]),
        ("async def shelf(): pass", ["shelf"]),
        ("row.c.deed", ["row"]),
        ("print('told')", ["print"]),
    ],
)
def test_names_in_code_are_found(source: str, names: list[str]) -> None:
    assert list(names_in(source)) == names


def test_no_prose_in_code_has_a_word_without_a_subject() -> None:
    """Comments and docstrings, too: « whoever » hides who acts, and « told » who says what to whom."""
    pages = [path for paths in (modules() | code_beside_the_product()).values() for path in paths]
    assert len(pages) > 500
    found = {path.name for path in pages if re.search(r"\b(?:told|whoever)\b", path.read_text("utf-8"))}
    assert found == {Path(__file__).name}


def test_glossary_lists_retired_words() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text()
    listed = set(re.findall(r"[a-z]+", text.partition("etired")[2]))
    assert {"told", "kept", "deed", "hall", "herald", "shelf", "board"} <= listed


def test_test_folders_mirror_the_code() -> None:
    of_their_own = {"contracts", "data", "drill", "e2e", "journeys", "quality", "soak", "support"}
    folders = {path.parent.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("test_*.py")}
    mirrored = {folder for folder in folders if folder.parts and folder.parts[0] not in of_their_own}
    assert mirrored
    assert sorted(str(folder) for folder in mirrored if not (ROOT / folder).is_dir()) == []
