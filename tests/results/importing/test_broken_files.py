"""Files that are not results: one line says where, what is wrong and what to do."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from results.importing.reader import read_results
from spreadsheets import excel, opened_file, zip_limits
from spreadsheets.sheet import FileBroken
from tests.support.result_files import ADMITTED, EXAMS, HEADINGS, NO_LAYOUT, as_csv, as_xlsx, read_bytes
from tests.support.zip_files import rezipped, unzipped

GOOD = as_csv([HEADINGS, ADMITTED])
BOOK = as_xlsx([HEADINGS, ADMITTED])
LINES = [f"1000{seat};ADMIS".encode() for seat in range(9)]
HEAD = "N° table;Décision\r\n".encode()


SHEET = "xl/worksheets/sheet1.xml"


def with_sheet(before: bytes, after: bytes) -> bytes:
    """The workbook with something else written in its sheet."""
    parts = unzipped(BOOK)
    assert before in parts[SHEET]
    return rezipped({**parts, SHEET: parts[SHEET].replace(before, after)})


BROKEN = {
    "empty": (b"", "1:1: fichier vide"),
    "blank lines": (b"\r\n \r\n", "1:1: fichier vide"),
    "no headings": (b"\r\n".join(LINES), "1:1: pas de titres de colonnes dans les 30 premières lignes"),
    "headings too low": (b"titre\n" * 31 + GOOD, "1:1: pas de titres de colonnes dans les 30 premières lignes"),
    "no verdict": (b"titre\nTable;Mention\n1;Bien\n", "2:1: pas de colonne « Décision » parmi les titres"),
    "no seat": ("Décision;Mention\n".encode(), "1:1: pas de colonne « Numéro de table » parmi les titres"),
    "headings only": (HEAD + b";\r\n", "1:1: aucun résultat sous les titres"),
    "binary": (bytes(range(256)) * 9, "1:1: un octet nul"),
    "a NUL": (HEAD + LINES[0] + b"\r\n10\x0002;ADMIS\r\n", "3:1: un octet nul"),
    "UTF-16": (GOOD.decode().encode("utf-16"), "1:1: ce fichier est en UTF-16"),
    "DOS": (GOOD.decode().encode("cp850"), "1:1: encodage inconnu, ni UTF-8 ni Windows-1252"),
    "Mac": (GOOD.decode().encode("mac_roman"), "1:1: encodage inconnu, ni UTF-8 ni Windows-1252"),
    "two encodings": (GOOD + "10002;REFUSÉ".encode("cp1252"), "3:1: ce signe n'est pas en UTF-8"),
    "a bad byte behind a BOM": (b"\xef\xbb\xbfTable;Verdict\n10001;REFUS\xc9\n", "2:1: ce signe n'est pas en UTF-8"),
    "a quote never closed": (HEAD + LINES[0] + b'\r\n10002;"ADMIS\r\n' + LINES[3], "3:1: guillemets mal placés"),
    "a quote that closes on a later row": (HEAD + b'10001;"ADMIS\r\n10002;"ADMIS"\r\n', "2:1: guillemets mal placés"),
    "a quote that swallows the file": (HEAD + b'10001;"' + b"10002;ADMIS\r\n" * 20_000, "2:1: une case trop longue"),
    "one line of ten megabytes": (b"10001,ADMIS," * 900_000, "1:1: une case trop longue"),
    "one cell of ten megabytes": (b"1" * 10_000_000, "1:1: une case trop longue"),
    "the same heading twice": (b"Table;Verdict;Verdict\n", "1:3: deux colonnes pour une seule chose (verdict)"),
    "two headings for one thing": (
        b"a\nTable;Mention;Verdict;Resultat\n",
        "2:4: deux colonnes pour une seule chose (verdict) : « Verdict » (colonne 3) et « Resultat » (colonne 4)",
    ),
    "a truncated workbook": (BOOK[: len(BOOK) // 2], "1:1: classeur abîmé ou incomplet"),
    "a workbook with a bad byte": (BOOK.replace(b"PK\x01\x02", b"PK\x01\x03", 1), "1:1: classeur abîmé ou incomplet"),
    "a workbook whose list of sheets names no part": (
        rezipped({**unzipped(BOOK), excel.BOOK: re.sub(rb' r:id="[^"]*"', b"", unzipped(BOOK)[excel.BOOK])}),
        "1:1: classeur abîmé ou incomplet",
    ),
    "an archive of something else": (rezipped({"mimetype": b"text"}), "1:1: ce n'est pas un classeur XLSX"),
    "an OpenDocument workbook": (
        rezipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}),
        "1:1: ce n'est pas un classeur XLSX, mais un classeur OpenDocument (.ods) : enregistrez",
    ),
    "a binary workbook": (
        rezipped({"xl/workbook.bin": b""}),
        "1:1: ce n'est pas un classeur XLSX, mais un classeur binaire (.xlsb) : enregistrez",
    ),
    "a document": (
        rezipped({"word/document.xml": b""}),
        "1:1: ce n'est pas un classeur XLSX, mais un document Word : enregistrez",
    ),
    "an old workbook": (b"\xd0\xcf\x11\xe0" + bytes(600), "1:1: ce fichier est un vieux classeur (.xls)"),
    "a formula": (as_xlsx([HEADINGS[:2], ("10001", '=IF(1,"ADMIS","")')]), "2:2: une formule"),
    "a formula in another spelling": (
        rezipped(
            {**unzipped(BOOK), SHEET: b'<x:worksheet><x:row><x:c r="AB12"><x:f>1</x:f></x:c></x:row></x:worksheet>'}
        ),
        "12:28: une formule",
    ),
    "a formula far down": (
        as_xlsx([HEADINGS[:2], *((str(seat), "ADMIS") for seat in range(10_000, 40_000)), ("40000", "=B2")]),
        "30002:2: une formule",
    ),
    "a stray cell": (
        with_sheet(b"</sheetData>", b'<row r="9"/><row r="1048576"><c r="XFD1048576"/></row></sheetData>'),
        "1048576:16384: cette feuille va jusqu'à cette case",
    ),
    "no sheet with headings": (as_xlsx([["Bonjour"]], []), "1:1: pas de titres de colonnes"),
}


@pytest.mark.parametrize(("raw", "what"), BROKEN.values(), ids=BROKEN)
def test_broken_file_is_reported_in_one_line(tmp_path: Path, raw: bytes, what: str) -> None:
    with pytest.raises(FileBroken) as broken:
        read_bytes(tmp_path, raw)
    assert str(broken.value).startswith(f"{tmp_path / 'resultats.csv'}:{what}")
    assert "\n" not in str(broken.value)


def test_formula_on_an_unread_sheet_is_ignored(tmp_path: Path) -> None:
    assert read_bytes(tmp_path, as_xlsx([HEADINGS, ADMITTED], ["=1+1"])).report.is_sound


@pytest.mark.parametrize("within", [-9, 0, 1, 2, 3])
def test_formula_is_found_across_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, within: int) -> None:
    raw = as_xlsx([HEADINGS[:2], *(("10001", "ADMIS"),) * 3, ("=1", "ADMIS")])
    monkeypatch.setattr(zip_limits, "PIECE", unzipped(raw)[SHEET].index(b"<f>") + within)
    with pytest.raises(FileBroken, match="csv:5:1: une formule"):
        read_bytes(tmp_path, raw)


def test_invalid_sheet_list_is_not_unpacked(tmp_path: Path) -> None:
    with pytest.raises(FileBroken, match="classeur abîmé"):
        read_bytes(
            tmp_path,
            rezipped({**unzipped(BOOK), excel.BOOK: b"".join(b"%d " % n for n in range(excel.LONGEST_LIST // 5))}),
        )


def test_a_sheet_too_big_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "BOUNDS", replace(excel.BOUNDS, max_bytes=100))
    with pytest.raises(FileBroken, match="ce classeur n'est pas ouvert : il devient trop gros quand on l'ouvre"):
        read_bytes(tmp_path, BOOK)


def test_workbook_columns_are_numbered_as_displayed(tmp_path: Path) -> None:
    with pytest.raises(FileBroken, match="csv:2:5: deux colonnes"):
        read_bytes(tmp_path, as_xlsx([[], ["", "", "Table", "Verdict", "Verdict"]]))


def test_folder_or_missing_file_is_reported(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere.csv"):
        with pytest.raises(FileBroken, match="1:1: ce n'est pas un fichier, ou il n'existe pas"):
            read_results(path, EXAMS["bac"], NO_LAYOUT)


def test_a_file_too_big_is_not_even_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened_file, "MAX_BYTES", len(GOOD) - 1)
    with pytest.raises(FileBroken, match="fichier trop gros"):
        read_bytes(tmp_path, GOOD)


def test_missing_headings_error_shows_no_cell(tmp_path: Path) -> None:
    with pytest.raises(FileBroken) as broken:
        read_bytes(tmp_path, b"10001;EXEMPLE;ADMIS\n10002;FICTIF;ADMIS\n")
    assert not re.search("EXEMPLE|FICTIF|1000|ADMIS", broken.value.problem.what)
