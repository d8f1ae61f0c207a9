"""What all channels do with a gateway's text."""

from __future__ import annotations

import pytest

from channels.contracts.channel import single_line

LINES = [
    ("Bad\r\n Request:\t no\u2028", "Bad Request: no"),
    ("é" * 25, "é" * 20),
    ("half \ud83d", "half ?"),
    (None, "None"),
    (" ", ""),
]


@pytest.mark.parametrize(("text", "line"), LINES, ids=[line for _, line in LINES])
def test_single_line_is_short_and_printable(text: object, line: str) -> None:
    assert single_line(text, 20) == line
