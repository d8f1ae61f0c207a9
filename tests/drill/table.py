"""The table of drills in bench/drills.md: the last run of each drill."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from bench.report import dated
from tests.drill.observations import Figures

DRILLS: Final = Path(__file__).parents[2] / "bench" / "drills.md"
HEADING: Final = """# Drills

What citizens saw of each fault: the last run of `make drill` for each. Two servers of two workers each, one delivery,
PostgreSQL and Valkey run on one machine in production mode, behind a front that passes a request on to the other server
when its connection fails. Twelve phones call, and eight citizens write by SMS and WhatsApp, each conversation that of a
new citizen. Every answer is compared with what the menu says. In a drill with rows for `_nginx` and `_haproxy`, a third
of them come through each of these proxies with the file of deploy/.

*lost*: hops that ended in an apology, a broken connection or a new beginning. *wrong*: answers of any channel that the
menu does not give there. *late*: right answers after more than 5 s. *back after*: seconds from the fault to the first
right answer after the last loss. *messages lost*: messages that were never answered as the menu says. *twice*: answers
that came again. docs/availability.md says what each drill does.

| drill | hops | lost | wrong | late | back after s | messages | messages lost | twice | date | commit | machine |
|---|---|---|---|---|---|---|---|---|---|---|---|
"""


def row(drill: str, found: Figures) -> str:
    """One line of the table, without the end of the line."""
    figures = (found.hops, found.lost, len(found.wrong), found.late, f"{found.back_after:.1f}")
    messages = (found.messages, found.messages_lost, found.messages_twice)
    return f"| {' | '.join(map(str, (drill, *figures, *messages, *dated())))} |"


def write_row(line: str, path: Path = DRILLS) -> None:
    """Put a row in place of the one of the same drill, or at the end."""
    written = path.read_text(encoding="utf-8") if path.exists() else ""
    rows = {_drill(one): one for one in re.findall(r"^\| [a-z_]+ \| \d.*$", written, flags=re.MULTILINE)}
    rows[_drill(line)] = line
    path.write_text(HEADING + "".join(f"{one}\n" for one in rows.values()), encoding="utf-8")


def _drill(line: str) -> str:
    return line.split(" | ", maxsplit=1)[0]
