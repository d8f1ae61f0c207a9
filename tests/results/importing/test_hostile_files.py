"""Files made to harm their reader: each is refused in one French line, and nothing of ours is ended by it."""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from authoring.versions.archive import unzip_files
from authoring.versions.errors import MenusRefused
from catalog.communes import read_communes
from spreadsheets import csv_files, excel, opened_file
from spreadsheets.merged_cells import MergedCells
from spreadsheets.sheet import FileBroken
from spreadsheets.sheet_findings import SheetRefused
from spreadsheets.sheet_limits import check_sheet
from spreadsheets.zip_limits import ArchiveRefused, inspect
from state.text.languages import SOURCE, read_languages
from state.text.po_files import read as read_po
from state.yaml_files.loader import MAX_DEPTH, MAX_FILE_BYTES, parse
from tests.support.hostile_files import (
    GOOD_ROW,
    MIB,
    SHEET,
    STRINGS,
    STYLES,
    bomb,
    cell,
    far_away,
    repeated,
    sheet,
    strings_bomb,
    with_member,
)
from tests.support.hostile_files import workbook as book
from tests.support.result_files import HEADINGS, as_csv, read_bytes, row
from tests.support.zip_files import rezipped, unzipped

GOOD = book(GOOD_ROW)


def encrypted(raw: bytes) -> bytes:
    """The archive with the mark of a password on every member."""
    return re.sub(rb"(PK\x03\x04..|PK\x01\x02....).", lambda found: found[1] + b"\x01", raw, flags=re.DOTALL)


def twice(raw: bytes, name: str) -> bytes:
    made = io.BytesIO(raw)
    with zipfile.ZipFile(made, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(name, b"")
    return made.getvalue()


ROWS = f'<row r="9">{cell("XFD9", "x")}</row><row r="9000">{cell("A9000", "x")}</row>'
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a cell far away": (far_away, "8448:16384: cette feuille va jusqu'à cette case"),
    "wide above, long below": (lambda: book(ROWS), "9000:16384: cette feuille va jusqu'à cette case"),
    "cells that name themselves oddly": (
        lambda: book(ROWS.replace('r="XFD9"', "r = 'XFD9'")), "9000:16384: cette feuille va"),
    "cells with another letter for A": (
        lambda: book(ROWS.replace('r="XFD9"', 'r="&#88;FD9"')), "9000:16384: cette feuille va"),
    "cells that name themselves nowhere": (
        lambda: book('<row r="2">' + "<c/>" * 9000 + '</row><row r="9000"><c/></row>'), "9000:9000: cette feuille va"),
    "words of its own": (
        lambda: rezipped({**unzipped(GOOD), SHEET: b'<!DOCTYPE x [<!ENTITY a "b">]><x:worksheet xmlns:x="x"/>'}),
        "1:1: cette feuille définit ses propres mots"),
    "a tag without end": (
        lambda: rezipped({**unzipped(GOOD), SHEET: b"<c " + os.urandom(MIB).hex().encode()}),
        "1:1: cette feuille est abîmée"),
    "a sheet that inflates": (lambda: bomb(600 * MIB), "1:1: ce classeur n'est pas ouvert : il devient trop gros"),
    "a sheet that says less": (lambda: bomb(64 * MIB, declared=1000), "1:1: ce classeur n'est pas ouvert : il devient"),
    "styles with words of their own": (
        lambda: rezipped({**unzipped(GOOD), STYLES: b'<!DOCTYPE x [<!ENTITY a "b">]><styleSheet/>'}),
        "1:1: classeur abîmé ou incomplet"),
    "a million styles": (
        lambda: rezipped({**unzipped(GOOD), STYLES: b"<s><cellXfs>" + b"<xf/>" * MIB + b"</cellXfs></s>"}),
        "1:1: ce classeur n'est pas ouvert"),
    "shared texts that inflate": (strings_bomb, "1:1: ce classeur n'est pas ouvert : il devient trop gros"),
    "shared texts that say less": (
        lambda: with_member(GOOD, STRINGS, repeated(b"<sst>", b"<si/>" * 99, 9), 12),
        "1:1: classeur abîmé ou incomplet"),
    "a part that nobody reads": (lambda: bomb(64 * MIB, "x.bin", 10), "1:1: ce classeur n'est pas ouvert : il devient"),
    "a password": (lambda: encrypted(GOOD), "1:1: ce classeur n'est pas ouvert : il est protégé par un mot de passe"),
    "an archive within": (
        lambda: rezipped({**unzipped(GOOD), "x.bin": GOOD}), "1:1: ce classeur n'est pas ouvert : il contient une"),
    "a thousand parts": (
        lambda: rezipped({**unzipped(GOOD), **{f"{n}.xml": b"" for n in range(1000)}}),
        "1:1: ce classeur n'est pas ouvert : il contient trop"),
    "one part twice": (lambda: twice(GOOD, SHEET), "1:1: ce classeur n'est pas ouvert : il contient deux fichiers"),
    "a row of a million cells": (lambda: b"Table;Verdict\n" + b";" * MIB, "2:1: une case trop longue"),
    "a row of a million lines": (lambda: b"Table;Verdict\n" + b'"\n";' * MIB, "2:1: une case trop longue"),
}  # fmt: skip


@pytest.mark.parametrize(("made", "what"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_in_one_line(tmp_path: Path, made: Callable[[], bytes], what: str) -> None:
    with pytest.raises(FileBroken) as broken:
        read_bytes(tmp_path, made())
    assert str(broken.value).startswith(f"{tmp_path / 'resultats.csv'}:{what}")
    assert "\n" not in str(broken.value)


def test_a_good_file_is_none_of_these(tmp_path: Path) -> None:
    assert read_bytes(tmp_path, GOOD).report.is_sound
    with inspect(GOOD, excel.BOUNDS) as archive:
        assert SHEET in archive.namelist()
    many_lines = as_csv([HEADINGS, row(centre="CEG\n" * 20)])
    assert read_bytes(tmp_path, many_lines).report.rows == 1


def test_more_rows_than_any_exam_has_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened_file, "MAX_ROWS", 3)
    with pytest.raises(FileBroken, match=r":5:1: plus de 0 000 lignes"):
        read_bytes(tmp_path, as_csv([HEADINGS, *(row(seat=f"1000{n}") for n in range(4))]))


def test_merged_cells_may_cover_one_large_sheet() -> None:
    every = ((0, 0), (1_048_575, 16_383))
    assert MergedCells([every], 5_000, 2_000).fill(0, ["a"]) == [(place, "merged beside") for place in range(1, 2_000)]
    with pytest.raises(ValueError, match="cover too much"):
        MergedCells([every, every], 5_000, 2_000)


def test_sheet_is_split_between_cells() -> None:
    whole = sheet(GOOD_ROW + ROWS).encode()
    for size in (1, 2, 3, 7, 50, len(whole)):

        def pieces(size: int = size) -> Iterator[bytes]:
            return (whole[start : start + size] for start in range(0, len(whole), size))

        with pytest.raises(SheetRefused) as refused:
            check_sheet(pieces)
        assert (refused.value.line, refused.value.column) == (9000, 16384)


# Other files


DEEP = {
    "brackets": b"[" * 200_000,
    "closed brackets": b"[" * 200_000 + b"]" * 200_000,
    "dashes": b"- " * 200_000,
    "keys": b"{a: " * 200_000,
    "indents": b"".join(b" " * depth + b"a:\n" for depth in range(MAX_DEPTH + 2)),
}


@pytest.mark.parametrize("raw", DEEP.values(), ids=DEEP)
def test_deep_yaml_is_refused_and_ends_no_process(raw: bytes) -> None:
    (problem,) = parse(raw, "menu.yaml").problems
    assert str(problem).startswith(f"menu.yaml:1:1: lecture impossible : plus de {MAX_DEPTH} niveaux")


def test_yaml_with_aliases_is_refused() -> None:
    laughs = "a: &a [x]\n" + "".join(
        f"{one}: &{one} [*{before}, *{before}]\n" for before, one in zip("abcdef", "bcdefg", strict=True)
    )
    assert "alias" in parse(laughs.encode(), "menu.yaml").problems[0].what


def test_oversized_catalog_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "fr.po"
    path.touch()
    os.truncate(path, 9_000_000)
    _, (problem,) = read_po(path, read_languages(Path("locales"))[0][SOURCE])
    assert problem.what == "fichier trop gros : 8 Mo au plus"
    path = tmp_path / "communes.csv"
    path.touch()
    os.truncate(path, MAX_FILE_BYTES + 1)
    assert [problem.what for problem in read_communes(path)[1]] == [
        "lecture impossible : fichier trop gros (plus d'un mégaoctet)"
    ]


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_damaged_or_foreign_menu_archive_is_refused(method: int) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        archive.writestr("help.yaml", b"title: Aide\n" * 99)
    raw = bytearray(made.getvalue())
    raw[60:90] = bytes(30)
    with pytest.raises(MenusRefused, match="abîmée"):
        unzip_files(bytes(raw))
    with pytest.raises(ArchiveRefused):
        inspect(made.getvalue(), excel.BOUNDS)


def test_line_may_hold_the_widest_table() -> None:
    assert csv_files.MAX_LINE >= 300 * 255
