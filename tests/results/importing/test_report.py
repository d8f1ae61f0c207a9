"""What an import reports: nothing is missing, no candidate is named, and what is unlike the time before stands out."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from results.importing.counts import Counts, NotableChange, count_verdicts, notable_changes
from results.importing.reader import read_results
from results.importing.report import MAX_CHANGES, report_lines
from results.importing.rows import Result
from results.importing.tally import parse_counts, to_json
from spreadsheets.sheet import FileBroken
from tests.support.result_files import EXAMS, NO_LAYOUT, as_csv, as_xlsx, read_bytes, read_rows, row

EXAMPLES = Path(__file__).parents[2] / "data" / "results"
BAC = EXAMPLES / "bac.csv"


def of(admitted: int, refused: int) -> dict[str, int]:
    return {"admitted": admitted, "refused": refused}


# The report


def test_the_report_of_an_example_in_the_terminal(rewrite: bool) -> None:
    lines = list(report_lines(read_results(BAC, EXAMS["bac"], NO_LAYOUT).report, is_public=True))
    written = BAC.with_suffix(".txt")
    if rewrite:
        written.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert lines == written.read_text(encoding="utf-8").splitlines()


def test_the_report_counts_every_row_once() -> None:
    report = read_results(BAC, EXAMS["bac"], NO_LAYOUT).report
    assert (report.rows, report.accepted, report.refused, report.duplicates) == (8, 4, 4, 1)
    assert report.counts.verdicts == {"refused": 1, "admissible": 1, "absent": 1, "admitted": 1}
    assert report.counts.departments == {"Mono": {"admissible": 1, "absent": 1, "admitted": 1}, "Zou": {"refused": 1}}
    assert sum(sum(counts.values()) for counts in report.counts.centres.values()) == report.accepted


def test_report_has_the_checksum_of_the_bytes_read(tmp_path: Path) -> None:
    raw = as_xlsx([("Table", "Verdict"), ("10001", "admis")])
    report = read_bytes(tmp_path, raw).report
    assert (report.size, report.sha256) == (len(raw), hashlib.sha256(raw).hexdigest())
    assert report.file == "resultats.csv", "the folder is nobody's business"


def test_no_candidate_is_in_the_report() -> None:
    report = read_results(BAC, EXAMS["bac"], NO_LAYOUT).report
    for text in (to_json(report).decode(), "\n".join(report_lines(report)), repr(report)):
        assert not re.search(r"EXEMPLE|1000\d|10-003|/2008", text)
    assert report.personal == ("Nom et prénoms", "Né(e) le", "Sexe")


def test_printing_what_was_read_tells_no_result() -> None:
    found = read_results(BAC, EXAMS["bac"], NO_LAYOUT)
    assert not re.search(r"1000\d", repr(found) + repr(found.results))


def test_report_json_returns_its_counts() -> None:
    report = read_results(BAC, EXAMS["bac"], NO_LAYOUT).report
    written = to_json(report)
    assert json.loads(written)["sound"] is False
    assert json.loads(written)["form"] == {"encoding": "UTF-8", "separator": ";", "sheet": ""}
    assert parse_counts("rapport.json", written) == report.counts
    assert parse_counts("rapport.json", to_json(replace(report, before=report.counts))) == report.counts


@pytest.mark.parametrize("written", [b"", b"{}", b"[1]", b"\xff", b'{"counts": {"verdicts": {"admitted": 1}}}'])
def test_what_is_no_report_gives_no_counts(written: bytes) -> None:
    with pytest.raises(FileBroken, match=r"^rapport\.json:1:1: ce n'est pas un rapport"):
        parse_counts("rapport.json", written)


def test_seat_numbers_of_several_lengths_are_reported(tmp_path: Path) -> None:
    found = read_rows(tmp_path, row(seat="000123"), row(seat="000124"), row(seat="125"))
    assert found.report.seat_lengths == {"6": 2, "3": 1}
    assert "Numéros de table de longueurs différentes : 2 de 6 signes, 1 de 3 signes" in "\n".join(
        report_lines(found.report)
    )


def test_columns_that_are_not_there_give_no_groups() -> None:
    report = read_results(EXAMPLES / "small.csv", EXAMS["cep"], NO_LAYOUT).report
    assert report.counts == Counts({"admitted": 1, "adjourned": 1})
    assert report.is_sound
    assert list(report_lines(report))[-1] == "Rien à corriger dans ce fichier."


def test_many_centres_are_summarized_in_the_terminal(tmp_path: Path) -> None:
    rows = [row(seat=str(1000 + place), centre=f"CEG fictif {place}") for place in range(30)]
    report = read_rows(tmp_path, *rows).report
    assert "30 centres (le détail est dans le rapport JSON)" in list(report_lines(report))
    assert len(json.loads(to_json(report))["counts"]["centres"]) == 30


# Beside the time before

MOVED = [
    # before          now               what stands out
    (of(500, 500), of(500, 500), []),
    (of(500, 500), of(540, 460), []),
    (of(500, 500), of(610, 390), [("admitted", 50.0, 61.0), ("refused", 50.0, 39.0)]),
    (of(5, 5), of(8, 2), []),  # by chance
    (of(5000, 5000), of(7500, 7500), [("", 10_000, 15_000)]),
    (of(5000, 5000), of(2500, 2500), [("", 10_000, 5_000)]),
    (of(5, 5), of(7, 7), []),
    (of(5, 5), {}, [("", 10, 0)]),
    ({}, of(5, 5), [("", 0, 10)]),
]


@pytest.mark.parametrize(("before", "now", "moved"), MOVED)
def test_notable_change_exceeds_a_few_points(
    before: dict[str, int], now: dict[str, int], moved: list[tuple[str, float, float]]
) -> None:
    same = of(3000, 3000)
    was, became = ({"Zou": counts, "Mono": same} for counts in (before, now))
    found = notable_changes(Counts(same, centres=was), Counts(same, centres=became))
    assert [(one.kind, one.group, one.verdict, one.before, one.now) for one in found] == [
        ("centres", "Zou", *one) for one in moved
    ]


def test_a_group_spelled_otherwise_is_the_same_group() -> None:
    was, became = Counts(of(9, 9), {"D": of(9, 9)}), Counts(of(9, 9), {"d": of(9, 9)})
    assert list(notable_changes(was, became)) == []


def test_what_neither_report_tells_does_not_stand_out() -> None:
    assert list(notable_changes(Counts(of(9, 9)), Counts(of(9, 9), departments={"Zou": of(9, 9)}))) == []


def test_changes_begin_with_the_total_and_the_largest() -> None:
    was = Counts(of(900, 100), {"C": of(90, 10), "D": of(900, 100)})
    became = Counts(of(100, 900), {"C": of(60, 40), "D": of(100, 900)})
    found = [(one.group, one.verdict) for one in notable_changes(was, became)]
    assert found == [
        ("", "admitted"),
        ("", "refused"),
        ("D", "admitted"),
        ("D", "refused"),
        ("C", "admitted"),
        ("C", "refused"),
    ]


def test_report_says_what_stands_out(tmp_path: Path) -> None:
    raw = as_csv([("Table", "Verdict", "Département"), *((str(seat), "refusé", "Zou") for seat in range(1000, 1200))])
    path = tmp_path / "cep.csv"
    path.write_bytes(raw)
    before = Counts(of(150, 50), departments={"ZOU": of(150, 50), "Mono": of(20, 0)})
    report = read_results(path, EXAMS["cep"], NO_LAYOUT, before=before).report
    assert [line for line in report_lines(report) if line.startswith("À regarder")] == [
        "À regarder : ensemble, Admis(e) : 0,0 % au lieu de 75,0 %",
        "À regarder : ensemble, Refusé(e) : 100,0 % au lieu de 25,0 %",
        "À regarder : département Mono : absent du fichier, 20 candidats la fois précédente",
        "À regarder : département Zou, Admis(e) : 0,0 % au lieu de 75,0 %",
        "À regarder : département Zou, Refusé(e) : 100,0 % au lieu de 25,0 %",
    ]
    assert json.loads(to_json(report))["before"]["departments"]["ZOU"] == of(150, 50)


def test_report_says_that_nothing_differs(tmp_path: Path) -> None:
    report = read_results(
        EXAMPLES / "small.csv", EXAMS["cep"], NO_LAYOUT, before=Counts({"admitted": 1, "adjourned": 1})
    ).report
    assert "Rien de très différent du rapport précédent." in list(report_lines(report))


def test_long_list_of_changes_is_cut() -> None:
    report = read_results(EXAMPLES / "small.csv", EXAMS["cep"], NO_LAYOUT).report
    many = tuple(NotableChange("centres", f"CEG fictif {place}", "", 0, 9) for place in range(MAX_CHANGES + 7))
    lines = list(report_lines(replace(report, before=Counts(), moves=many)))
    assert sum(line.startswith("À regarder") for line in lines) == MAX_CHANGES
    assert "… et 7 autres écarts, dans le rapport JSON" in lines


def test_counts_are_those_of_the_results() -> None:
    results = [Result(str(seat), "admitted", "", "D", None, "", "Zou") for seat in range(3)]
    assert count_verdicts(results) == Counts({"admitted": 3}, {"D": {"admitted": 3}}, {"Zou": {"admitted": 3}})
