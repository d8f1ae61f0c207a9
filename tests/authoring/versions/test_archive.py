"""Files of a version as one archive: named by their content, and refused when damaged or foreign."""

from __future__ import annotations

from pathlib import Path

import pytest

from authoring.versions.archive import extract_to, read_folder, unzip_files, zip_files
from authoring.versions.errors import MenusRefused


def test_archive_returns_the_same_files(tmp_path: Path) -> None:
    (tmp_path / "menus" / "exams").mkdir(parents=True)
    (tmp_path / "menus" / "home.yaml").write_text("a: b")
    (tmp_path / "menus" / "exams" / "bac.yaml").write_text("c: d")
    (tmp_path / "menus" / ".home.yaml.swp").write_text("an editor's")
    (tmp_path / "menus" / "home.yaml~").write_text("another's")
    files = read_folder(tmp_path / "menus")
    assert list(files) == ["exams/bac.yaml", "home.yaml"]
    again = unzip_files(zip_files(files))
    folder = extract_to(again, tmp_path / "out")
    assert read_folder(folder) == files == again
    (folder / "home.yaml").write_text("somebody wrote here")
    assert read_folder(extract_to(again, tmp_path / "out")) == files


@pytest.mark.parametrize(
    "name",
    ["../home.yaml", "/etc/home.yaml", "a/b/c/d.yaml", "x.py", ".hidden.yaml", "a\\b.yaml", "a//b.yaml", "x\n.yaml"],
)
def test_zip_with_a_foreign_file_name_is_refused(name: str) -> None:
    with pytest.raises(MenusRefused, match="ce nom de fichier"):
        unzip_files(zip_files({name: b"a: b"}))


@pytest.mark.parametrize("damage", [b"", b"PK", b"no zip at all", zip_files({"home.yaml": b"a: b" * 99})[:90]])
def test_damaged_zip_is_refused(damage: bytes) -> None:
    with pytest.raises(MenusRefused, match="abîmée"):
        unzip_files(damage)


def test_too_large_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "home.yaml").write_bytes(b"x" * 3_000_000)
    with pytest.raises(MenusRefused, match="trop grand"):
        read_folder(tmp_path)
    monkeypatch.setattr("authoring.versions.archive.MAX_FILES", 2)
    for name in ("home", "a", "b"):
        (tmp_path / f"{name}.yaml").write_text("a: b")
    with pytest.raises(MenusRefused, match="trop grands"):
        read_folder(tmp_path)
