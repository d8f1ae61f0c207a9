"""Warnings that come again and again: written once, counted, and said with the next line."""

from __future__ import annotations

from typing import Any

import pytest
import structlog
from structlog.typing import EventDict

from authoring.replay.fakes import FakeClock
from logs.repetition import MAX_LINES, REPEAT_SECONDS, Repetitions


class Written:
    """What passes, of lines that are given to the processor."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.lines: list[EventDict] = []
        self._pass = Repetitions(self.clock)

    def log(self, event: str, level: str = "warning", **values: Any) -> bool:
        """Log a line; returns whether it was written."""
        try:
            self.lines.append(dict(self._pass(None, level, {"event": event, "level": level, **values})))
        except structlog.DropEvent:
            return False
        return True


@pytest.fixture
def written() -> Written:
    return Written()


def test_outage_is_a_line_and_a_count(written: Written) -> None:
    for call in range(400):
        written.log("source asked", why="away", seconds=call / 100)
        written.log("language not known", why="away")
    assert written.log("ready again", "info")
    assert [line["event"] for line in written.lines] == ["source asked", "language not known", "ready again"]
    assert written.lines[-1]["left_out"] == {"source asked": 399, "language not known": 399}
    written.log("later", "info")
    assert "left_out" not in written.lines[-1]


def test_line_is_written_again_after_its_time_with_what_was_left_out(written: Written) -> None:
    for _ in range(5):
        written.log("figures not kept yet", why="away")
        written.clock.now += REPEAT_SECONDS / 4
    assert [line.get("left_out") for line in written.lines] == [None, {"figures not kept yet": 3}]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"why": "away"}, {"why": "no free connection"}),
        ({"question": "exams.result"}, {"question": "requests.status"}),
        ({"level": "warning"}, {"level": "error"}),
        ({"exception": "A at x:1"}, {"exception": "A at x:2"}),
        ({"level": "info"}, {"level": "info"}),
        ({"level": "debug"}, {"level": "debug"}),
    ],
)
def test_lines_that_say_something_else_are_all_written(
    written: Written, first: dict[str, str], second: dict[str, str]
) -> None:
    assert written.log("failed", **first)
    assert written.log("failed", **second)


def test_remembered_lines_are_bounded(written: Written) -> None:
    for number in range(MAX_LINES + 1):
        assert written.log("failed", why=str(number))
    assert written.log("failed", why="0"), "the oldest is forgotten"
    assert not written.log("failed", why=str(MAX_LINES))
