"""No code of Benin stands in Python: another country only has other files."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from state.country import country

ROOT = Path(__file__).parents[2]
TOML = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = sorted({name.partition(".")[0] for name in TOML["tool"]["setuptools"]["packages"]["find"]["include"]})
# An example in a message or a description says so.
EXAMPLE = re.compile(r"comme |e\.g\. ")
WITH_DOCSTRING = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def ours() -> re.Pattern[str]:
    """What only this country writes: its codes, the beginnings of its numbers, its money, its name and its portal."""
    here = country()
    networks = [code for one in here.numbers.networks for code in one.codes]
    portal = here.portal_codes.partition("X")[0]
    words = [here.name, here.code3, here.currency.code, here.currency.name, *networks, "franc", "francs"]
    written = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    numbers = rf"\+?{here.numbers.country_code}\d"
    return re.compile(rf"\b{here.code}/|\b(?:{written})\b|{numbers}|\b{portal}[\\\d]")


def texts(source: str) -> Iterator[str]:
    """Every text of a module but its docstrings."""
    nodes = [*ast.walk(ast.parse(source))]
    bodies = [node.body for node in nodes if isinstance(node, WITH_DOCSTRING) and node.body]
    docstrings = {id(body[0].value) for body in bodies if isinstance(body[0], ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.Constant) and id(node) not in docstrings and isinstance(node.value, str):
            yield node.value


@pytest.mark.parametrize("package", PACKAGES)
def test_no_text_of_python_is_of_one_country(package: str) -> None:
    modules = sorted((ROOT / package).rglob("*.py"))
    assert modules
    pattern = ours()
    found = [(path.relative_to(ROOT).as_posix(), text) for path in modules
             for text in texts(path.read_text(encoding="utf-8"))
             if pattern.search(text) and not EXAMPLE.search(text)]  # fmt: skip
    assert found == []


PLANTED = [
    'x = "XOF 0"',
    'f"&networkCode=61603"',
    'w = r"^PS\\d{5}$"',
    'y = ["+2290190000001"]',
    'raise ValueError("il faut des francs entiers")',
    'z = "Bénin"',
]


@pytest.mark.parametrize("planted", PLANTED)
def test_scan_finds_a_planted_code(planted: str) -> None:
    assert any(ours().search(text) for text in texts(planted))
