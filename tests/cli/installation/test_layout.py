"""`zin init`: the folder of a new installation, and that Zin runs there."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from cli.installation.layout import READ, NotLaidOut, lay_out
from tests.support.server_process import zin


def test_installation_has_all_that_zin_reads(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "ici" / "zin")
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    sources = {"menus": "menus", "gateways": "gateways", "locales": "locales", "journeys": "tests/journeys"}
    expected = {
        f"{name}/{path.relative_to(source).as_posix()}"
        for name, source in sources.items()
        for path in Path(source).rglob("*")
        if path.suffix in READ[name]
    }
    assert {"menus/home.yaml", "gateways/dialects/mica.yaml", "locales/fon.po", "journeys/help.txt"} < expected
    assert names == expected | {"zin.toml", "LISEZ-MOI.md", ".gitignore"}
    assert stat.S_IMODE((folder / "secrets").stat().st_mode) == 0o700
    assert [path.name for path in folder.parent.iterdir()] == ["zin"]


@pytest.mark.parametrize("name", ["file", "folder"])
def test_what_is_there_is_never_overwritten(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "mine").write_text("mine")
    with pytest.raises(NotLaidOut, match="existe déjà"):
        lay_out(tmp_path / name)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "folder", "mine"]


def test_empty_folder_is_filled(tmp_path: Path) -> None:
    assert (lay_out(tmp_path) / "zin.toml").is_file()


def test_nothing_is_left_of_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.installation.layout.TEMPLATES", tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError):
        lay_out(tmp_path / "zin")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_zin_runs_in_a_new_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = zin("init", str(tmp_path / "zin"))
    assert (run.returncode, run.stderr) == (0, "")
    assert "zin check" in run.stdout
    monkeypatch.chdir(tmp_path / "zin")
    checked, called = zin("check"), zin("call", given="1\n00\n")
    shown = zin("config").stdout
    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout.endswith("Rien à corriger dans menus ni locales\n")
    assert "Services publics du Bénin" in called.stdout
    assert "ZIN_MENUS=menus  # folder of the menu files; in production of the next version (zin.toml:" in shown
    assert (tmp_path / "zin" / "var").is_dir()


@pytest.mark.slow
def test_refused_folder_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    run = zin("init", str(tmp_path))
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == f"{tmp_path} existe déjà et n'est pas vide : donnez un autre dossier. Rien n'a été écrit.\n"
