"""The house in order: names of our own, floors, what must never be committed, settings and changes written down."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from settings import Settings

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PATTERNS: list[str] = PROJECT["tool"]["setuptools"]["packages"]["find"]["include"]
PACKAGES = [name for name in PATTERNS if not name.endswith(".*")]
MODULES: list[str] = PROJECT["tool"]["setuptools"]["py-modules"]
OURS = sorted({*PACKAGES, *MODULES})
NOT_INSTALLED = {"tests", "bench"}
MAX_FILE, MAX_FUNCTION = 200, 30  # lines


# Written in pieces: this file too is searched.
FORBIDDEN = {
    "a Python registry": r"\b(?:files\.|test\.)?py(?:pi|thonhosted)\.org",
    "a JavaScript registry": r"\bnpm" + r"js\.(?:com|org)",
    "a Debian mirror": r"\b(?:deb|security|ftp)\.deb" + r"ian\.org",
    "a folder of one machine": r"(?<![\w.\-/}])/" + r"(?:work|root|home)/",
}


def tracked() -> Iterator[tuple[str, str]]:
    """The name and text of every file that is committed or about to be; what is not text has no words to search."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    for name in filter(None, names):
        path = ROOT / name
        if path.is_file() and b"\0" not in (raw := path.read_bytes()):
            yield name, raw.decode()


@pytest.mark.parametrize("name", OURS)
def test_no_other_distribution_has_our_names(name: str) -> None:
    others = set(metadata.packages_distributions().get(name, ())) - {"zin"}
    assert not others, f"{others} would hide our own {name}, or be hidden by it"


def test_every_package_is_listed_in_pyproject() -> None:
    folders = {init.parent.name for init in ROOT.glob("[a-z]*/__init__.py")}
    assert folders - NOT_INSTALLED == set(PACKAGES)
    assert [f"{name}.*" for name in PACKAGES] == [name for name in PATTERNS if name not in PACKAGES]
    assert {path.stem for path in ROOT.glob("*.py")} - {"setup"} == set(MODULES)


def test_imports_point_downwards_only(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "path", [*sys.path])
    broken = lint_imports(no_cache=True, no_logo=True)
    assert not broken, capsys.readouterr().out


def test_settings_import_nothing_of_ours() -> None:
    tree = ast.parse((ROOT / "settings" / "__init__.py").read_text())
    plain = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    chosen = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert chosen, "settings/__init__.py was not read"
    assert not {name.split(".")[0] for name in plain | chosen} & ({*OURS, "console"} - {"settings"})


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_committed_file_names(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])
    found = [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in tracked()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]
    assert not found, f"{what}:\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("a Python registry", "index = https://" + "py" + "pi.org/simple"),
        ("a Python registry", "https://files.python" + "hosted.org/packages/x.whl"),
        ("a JavaScript registry", "https://registry.npm" + "js.org/left-pad"),
        ("a Debian mirror", "http://deb.deb" + "ian.org/debian"),
        ("a folder of one machine", "data = '" + "/wo" + "rk/main/var'"),
    ],
)
def test_forbidden_names_are_found(what: str, line: str) -> None:
    assert re.search(FORBIDDEN[what], line)


def lengths(name: str, text: str) -> Iterator[tuple[str, int, int]]:
    """Each file and function of this module: its name, its lines, and how many it may have."""
    yield name, len(text.splitlines()), MAX_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{name}: {node.name}", (node.end_lineno or 0) - node.lineno + 1, MAX_FUNCTION


def test_files_and_functions_can_be_read_at_once() -> None:
    every = [one for name, text in tracked() if name.endswith(".py") for one in lengths(name, text)]
    assert len(every) > 4000
    assert [f"{name}: {lines} lines" for name, lines, most in every if lines > most] == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-telemetry.lock", "requirements-dev.lock"])
def test_locked_requirements_have_versions_and_hashes(lock: str) -> None:
    text = re.sub(r"^#.*\n", "", (ROOT / lock).read_text(), flags=re.MULTILINE).replace("\\\n", "")
    requirements = text.strip().splitlines()
    assert requirements
    one = re.compile(r"[a-z0-9\-]+(\[[a-z]+\])?==\S+( ; [^#]+?)?( +--hash=sha256:[0-9a-f]{64})+")
    assert [line[:60] for line in requirements if not one.fullmatch(line)] == []


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_has_its_row_in_deployment(name: str) -> None:
    setting = Settings.model_fields[name]
    assert setting.description, f"{name} has no description"
    default = setting.default.get_secret_value() if hasattr(setting.default, "get_secret_value") else setting.default
    row = f"| `ZIN_{name.upper()}` | {f'`{default}`' if default != '' else 'empty'} | {setting.description} |"
    assert row in (ROOT / "docs" / "deployment.md").read_text().splitlines()


def test_deployment_page_has_no_removed_setting() -> None:
    rows = re.findall(r"^\| `ZIN_([A-Z_]+)` \|", (ROOT / "docs" / "deployment.md").read_text(), flags=re.MULTILINE)
    assert sorted(rows) == sorted(name.upper() for name in Settings.model_fields)


def test_unreleased_changes_address_operators_first() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()
    unreleased = text.partition("\n## [Unreleased]\n")[2].partition("\n## [")[0]
    headings = re.findall(r"^### (.+)$", unreleased, flags=re.MULTILINE)
    assert headings == ["For operators", "For developers"]
