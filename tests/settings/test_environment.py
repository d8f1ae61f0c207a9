"""Capabilities of an environment: what a demonstration may do, and that no other module asks for its name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from settings import Settings
from settings.environment import Environment

ROOT = Path(__file__).parents[2]
NOT_PRODUCT = {"settings", "tests", "bench"}
CAPABILITIES = sorted(name for name, value in vars(Environment).items() if isinstance(value, property))


def environment_reads(source: str) -> Iterator[int]:
    """Yield the lines that read an attribute `env`, except to print it in a text."""
    tree = ast.parse(source)
    printed = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.FormattedValue)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "env" and id(node) not in printed:
            yield node.lineno


def product_files() -> list[Path]:
    """List the modules of the product outside settings/."""
    packages = {init.parent for init in ROOT.glob("[a-z]*/__init__.py")} - {ROOT / name for name in NOT_PRODUCT}
    return sorted([ROOT / "server.py", *(path for package in packages for path in package.rglob("*.py"))])


def test_no_module_outside_settings_asks_for_the_name_of_the_environment() -> None:
    files = product_files()
    assert len(files) > 100
    found = [
        f"{path.relative_to(ROOT)}:{line}" for path in files for line in environment_reads(path.read_text("utf-8"))
    ]
    assert found == [], "name what the environment allows in settings/environment.py"


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("if settings.env == 'demo': pass", [1]),
        ("x = 1\nkind = desk.settings.env", [2]),
        ("match settings.env:\n    case 'demo': pass", [1]),
        ("print(f'Zin {settings.env}')", []),
        ("print(f'Zin {settings.env == \"demo\"}')", [1]),
        ("os.environ['ZIN_ENV']", []),
    ],
)
def test_a_module_that_asks_for_it_would_be_seen(source: str, lines: list[int]) -> None:
    assert list(environment_reads(source)) == lines


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_a_demonstration_has_each_capability_and_production_none(capability: str) -> None:
    production = Settings.model_validate({"env": "production", "secret": "k7Vd0bq3XyW9sTz1mNc5Ra"})
    assert (getattr(Settings(), capability), getattr(production, capability)) == (True, False)
    with pytest.raises(ValidationError):
        setattr(production, capability, True)


def test_each_capability_is_used_outside_settings() -> None:
    code = "\n".join(path.read_text("utf-8") for path in product_files())
    assert CAPABILITIES
    assert [name for name in CAPABILITIES if f".{name}" not in code] == []
