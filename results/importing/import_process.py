"""A file brought in a process of its own: the server's goes on answering citizens meanwhile.

272 000 rows read and kept take five seconds of one core, of which a thread would leave citizens nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from accounts.accounts import Operator
from database import open_database
from results.approval import ExamSession
from results.importing.bounded_process import confined
from results.importing.reader import Read
from results.importing.report import report_lines
from results.importing.service import draft, keep_report, read_file
from results.importing.sheet import FileBroken
from results.publishing import Publishing
from settings import Settings
from state.errors import InvalidMenu

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What was said of a file, a line each, and the set it is kept as; "" when there is something to mend."""

    lines: Sequence[str]
    named: str = ""


def import_file(settings: Settings, file: Path, session: ExamSession, by: Operator) -> ImportOutcome:
    """Read a file, keep its report and, when it is sound, its rows. Raises Unclear, NotAllowed, SourceUnavailable."""
    try:
        read = read_file(settings, file, session)
    except FileBroken as broken:
        problem = broken.problem
        return ImportOutcome([f"Ligne {problem.line}, colonne {problem.column} : {problem.what}"])
    except InvalidMenu as broken:
        return ImportOutcome([f"menus/exams : {problem.what}" for problem in broken.problems])
    keep_report(settings, read.report, f"{session.exam}-{session.year}")
    named = asyncio.run(_stored(settings, session, by, read)) if read.report.sound else ""
    return ImportOutcome(list(report_lines(read.report)), named)


async def _stored(settings: Settings, session: ExamSession, by: Operator, read: Read) -> str:
    database = open_database(settings)
    try:
        return await Publishing(database, production=settings.env == "production").draft(by, session, draft(read))
    finally:
        await database.close()


async def run_in_subprocess(work: Callable[..., T], settings: Settings, *given: Any) -> T:
    """Do this in a process of its own, as results/importing/bounded_process.py has it; settings are the first of what
    it is given.
    """
    return await asyncio.to_thread(confined, settings.data, work, settings, *given)
