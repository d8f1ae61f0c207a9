"""Files that are not results: one line says where, what is wrong and what to do, and nothing ever falls over."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from results.importing import excel, reader, zip_limits
from results.importing.reader import read_results
from results.importing.report import report_lines
from results.importing.sheet import FileBroken
from results.importing.tally import to_json
from tests.support.result_files import ADMITTED, EXAMS, HEADINGS, NO_LAYOUT, as_csv, as_xlsx, read_bytes

GOOD = as_csv([HEADINGS, ADMITTED])
BOOK = as_xlsx([HEADINGS, ADMITTED])
LINES = [f"1000{seat};ADMIS".encode() for seat in range(9)]
HEAD = "N° table;Décision\r\n".encode()


SHEET = "xl/worksheets/sheet1.xml"


def rezipped(parts: dict[str, bytes]) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as zip_limits:
        for name, text in parts.items():
            zip_limits.writestr(name, text)
    return raw.getvalue()


def unzipped(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as zip_limits:
        return {name: zip_limits.read(name) for name in zip_limits.namelist()}


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
    monkeypatch.setattr(reader, "MAX_BYTES", len(GOOD) - 1)
    with pytest.raises(FileBroken, match="fichier trop gros"):
        read_bytes(tmp_path, GOOD)


def test_missing_headings_error_shows_no_cell(tmp_path: Path) -> None:
    with pytest.raises(FileBroken) as broken:
        read_bytes(tmp_path, b"10001;EXEMPLE;ADMIS\n10002;FICTIF;ADMIS\n")
    assert not re.search("EXEMPLE|FICTIF|1000|ADMIS", broken.value.problem.what)


# Nothing falls over


def reads_or_complains(folder: Path, raw: bytes) -> None:
    try:
        report = read_bytes(folder, raw).report
    except FileBroken:
        return
    assert report.rows == report.accepted + report.refused
    assert json.loads(to_json(report))["sound"] is (report.refused == 0)
    assert all(line.isprintable() for line in report_lines(report))


JUNK = st.lists(
    st.one_of(st.binary(max_size=20), st.sampled_from([b'"', b";", b",", b"\t", b"\r", b"\n", b"ADMIS", HEAD]))
)
ANY_TEXT = st.lists(st.lists(st.text(max_size=8), max_size=9), max_size=20)
NO_CHECKS = [HealthCheck.function_scoped_fixture]


@settings(suppress_health_check=NO_CHECKS, max_examples=300)
@given(junk=JUNK, headed=st.booleans())
def test_no_bytes_make_it_fall_over(tmp_path: Path, junk: list[bytes], headed: bool) -> None:
    reads_or_complains(tmp_path, (HEAD if headed else b"") + b"".join(junk))


@settings(suppress_health_check=NO_CHECKS, max_examples=150)
@given(rows=ANY_TEXT)
def test_no_rows_make_it_fall_over(tmp_path: Path, rows: list[list[str]]) -> None:
    reads_or_complains(tmp_path, as_csv([HEADINGS, *rows], encoding="utf-8"))


@settings(suppress_health_check=NO_CHECKS, max_examples=150)
@given(data=st.data())
def test_no_damaged_workbook_makes_it_fall_over(tmp_path: Path, data: st.DataObject) -> None:
    parts = unzipped(BOOK)
    part = data.draw(st.sampled_from(["", *parts]))
    raw = bytearray(parts.get(part, BOOK))
    for _ in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, len(raw)))
        raw[start : start + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=4))
    reads_or_complains(tmp_path, rezipped({**parts, part: bytes(raw)}) if part else bytes(raw))
