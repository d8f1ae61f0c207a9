"""Imports run in a process with limits: it ends alone, and one file is imported at a time."""

from __future__ import annotations

import fcntl
import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from spreadsheets import bounded_process as confining
from spreadsheets.bounded_process import TOO_LONG, TOO_MUCH_MEMORY, TURN_TAKEN, NotRead, run_confined
from spreadsheets.sheet import FileBroken
from state.errors import InvalidMenu, Problem, SourceUnavailable
from tests.support.harmful_files import broken

pytestmark = pytest.mark.slow

# What no look can tell is bounded by the process


def much(_: Path) -> int:
    return len(bytearray(4 << 30))


def endless(_: Path) -> None:
    time.sleep(600)


def aborted(_: Path) -> None:
    os.abort()


def mistaken(_: Path) -> None:
    raise KeyError("somebody's name")


def menus_broken(path: Path) -> None:
    raise InvalidMenu([Problem(str(path), 1, 2, "cela")])


def unavailable(_: Path) -> None:
    raise SourceUnavailable("SQLite: locked")


def report_progress(_: Path, progress: Callable[[float], object]) -> str:
    progress(0.25)
    progress(1.0)
    return "fait"


@pytest.mark.parametrize(
    ("work", "what"),
    [(much, TOO_MUCH_MEMORY), (endless, TOO_LONG), (aborted, TOO_MUCH_MEMORY), (mistaken, "Zin s'est trompé")],
)
def test_work_that_goes_too_far_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, work: Callable[[Path], None], what: str
) -> None:
    monkeypatch.setattr(confining, "MAX_SECONDS", 3.0 if work is endless else 60.0)
    with pytest.raises(NotRead, match=re.escape(what)):
        run_confined(tmp_path, work, tmp_path)


def test_confined_work_returns_results_progress_and_errors(tmp_path: Path) -> None:
    shares: list[float] = []
    assert run_confined(tmp_path, report_progress, tmp_path, progress=shares.append) == "fait"
    assert shares == [0.25, 1.0]
    with pytest.raises(FileBroken) as wrong:
        run_confined(tmp_path, broken, tmp_path)
    assert (wrong.value.problem.line, wrong.value.problem.what) == (3, "ceci")
    with pytest.raises(InvalidMenu) as menus:
        run_confined(tmp_path, menus_broken, tmp_path)
    assert menus.value.problems[0].what == "cela"
    with pytest.raises(SourceUnavailable, match="SQLite: locked"):
        run_confined(tmp_path, unavailable, tmp_path)


def test_one_file_is_imported_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confining, "TURN_SECONDS", 0.2)
    with (tmp_path / confining.LOCK).open("w") as another:
        fcntl.flock(another, fcntl.LOCK_EX)
        with pytest.raises(NotRead, match=TURN_TAKEN):
            run_confined(tmp_path, report_progress, tmp_path, progress=float)
