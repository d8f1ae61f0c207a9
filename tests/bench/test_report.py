"""What benchmarks measured is compared, and goes to the end of its own table, whatever stands below."""

from __future__ import annotations

import itertools
from array import array
from pathlib import Path

import pytest

from bench import report
from bench.calls import SCREENS
from bench.load import Load, Seen
from bench.targets import Target

ONE, OTHER = "# One\n\n| a |\n|---|\n", "\n# Other\n\n| b |\n|---|\n"


def test_rows_go_to_the_end_of_their_own_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "RESULTS", tmp_path / "results.md")
    for heading, row in ((ONE, "1"), (OTHER, "x"), (ONE, "2"), (OTHER, "y"), (ONE, "3")):
        report.add_rows(heading, [[row]])
    written = (tmp_path / "results.md").read_text()
    assert written == f"{ONE}| 1 |\n| 2 |\n| 3 |\n{OTHER}| x |\n| y |\n"


def measured(name: str, hops: int, rate: int = 0) -> Target:
    """A target that was measured for a second."""
    seen = Seen(array("d", [0.001] * hops), seconds=1.0)
    return Target(name, "/", Load(SCREENS, itertools.count()), 1, 1, rate, seen, cpu=1.0, valkey=0.5)


def test_first_time_callers_are_compared_with_returning_ones_at_full_load(capsys: pytest.CaptureFixture[str]) -> None:
    names = {"floor": 2000, "results": 1000, "first-results": 800}
    report.show([measured(name, hops, rate) for rate in (0, 500) for name, hops in names.items()])
    printed = capsys.readouterr().out
    assert printed.count("first-time callers over returning ones") == 1
    assert "first-time callers over returning ones, results: 0.80" in printed
    assert "CPU of a hop over the floor, results, full: 2.00" in printed


def test_report_says_when_the_load_was_the_limit(capsys: pytest.CaptureFixture[str]) -> None:
    limited = measured("floor", 2000)
    limited.generator = 0.45
    report.show([limited])
    assert "floor: the load's core was busy for 95% of the time, a limit" in capsys.readouterr().out


def test_wrong_answers_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    wrong = measured("floor", 2000)
    wrong.seen.wrong["status 500"] += 3
    report.show([wrong])
    assert "floor, 3 times: status 500" in capsys.readouterr().out
