"""Files of any bytes, any rows or damaged in any place are read or refused in one line: nothing raises."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from results.importing.report import report_lines
from results.importing.tally import to_json
from spreadsheets.sheet import FileBroken
from tests.support.result_files import ADMITTED, HEADINGS, as_csv, as_xlsx, read_bytes
from tests.support.zip_files import rezipped, unzipped

BOOK = as_xlsx([HEADINGS, ADMITTED])
HEAD = "N° table;Décision\r\n".encode()


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
