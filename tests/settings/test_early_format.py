"""The format of the first log lines: that of the environment that the settings name, wherever it stands."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from settings.early_format import wants_readable_logs
from tests.support.server_process import zin

PRODUCTION = 'env = "production"\n'
FILES = [
    ("", True),
    ("port = 8080\n", True),
    ('env = "demo"\n', True),
    (PRODUCTION, False),
    ("  env='production'\nport = none\n", False),
    ('# env = "production"\nport = none\n', True),
    ("env = 1\n", True),
]


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("text", "readable"), FILES)
def test_settings_file_decides_also_with_faults(text: str, readable: bool) -> None:
    Path("zin.toml").write_text(text, encoding="utf-8")
    assert wants_readable_logs({}) is readable


def test_named_file_decides() -> None:
    Path("other.toml").write_text(PRODUCTION, encoding="utf-8")
    assert wants_readable_logs({"ZIN_SETTINGS": "other.toml"}) is False


@pytest.mark.parametrize("variable", ["ZIN_ENV", "zin_env"])
@pytest.mark.parametrize(("named", "readable"), [("demo", True), ("production", False), ("", False)])
def test_environment_passes_before_the_file(variable: str, named: str, readable: bool) -> None:
    Path("zin.toml").write_text(PRODUCTION, encoding="utf-8")
    assert wants_readable_logs({variable: named}) is readable


def test_file_of_its_own_decides(folder: Path) -> None:
    (folder / "env").write_text("production\n", encoding="utf-8")
    assert wants_readable_logs({"ZIN_ENV_FILE": "env"}) is False
    assert wants_readable_logs({"CREDENTIALS_DIRECTORY": str(folder)}) is False


@pytest.mark.parametrize("named", ["missing.toml", "."])
def test_file_that_cannot_be_read_decides_nothing(named: str) -> None:
    assert wants_readable_logs({"ZIN_SETTINGS": named}) is True


def test_file_that_is_no_text_decides_nothing() -> None:
    Path("zin.toml").write_bytes(b"env = \xff")
    assert wants_readable_logs({}) is True


@pytest.mark.slow
@pytest.mark.parametrize(("text", "why"), [
    ("port = 99999\n", "zin.toml:2: port"),
    ("port = \n", "zin.toml:2:"),
    ("prot = 1\n", "zin.toml:2: prot: no such setting; did you mean port?"),
])  # fmt: skip
@pytest.mark.parametrize("verb", ["serve", "deliver", "smpp"])
def test_production_in_a_file_logs_its_faults_as_json(folder: Path, verb: str, text: str, why: str) -> None:
    file = folder / "zin.toml"
    file.write_text(PRODUCTION + text, encoding="utf-8")
    root = str(Path(__file__).parents[2])
    run = zin(verb, ZIN_SETTINGS="zin.toml", PYTHONPATH=os.pathsep.join([root, os.environ.get("PYTHONPATH", "")]))
    (line,) = run.stderr.splitlines()
    logged = json.loads(line)
    assert (run.returncode, logged["event"], logged["level"]) == (2, "cannot start", "critical")
    assert logged["why"].startswith(why)
