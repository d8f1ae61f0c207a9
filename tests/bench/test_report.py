"""What benchmarks measured goes to the end of its own table, whatever stands below."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import report

ONE, OTHER = "# One\n\n| a |\n|---|\n", "\n# Other\n\n| b |\n|---|\n"


def test_rows_go_to_the_end_of_their_own_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "RESULTS", tmp_path / "results.md")
    for heading, row in ((ONE, "1"), (OTHER, "x"), (ONE, "2"), (OTHER, "y"), (ONE, "3")):
        report.add_rows(heading, [[row]])
    written = (tmp_path / "results.md").read_text()
    assert written == f"{ONE}| 1 |\n| 2 |\n| 3 |\n{OTHER}| x |\n| y |\n"
