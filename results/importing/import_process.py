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
from results.importing.report import told
from results.importing.service import bring, draft, keep_report
from results.importing.sheet import FileBroken
from results.publishing import Publishing
from settings import Settings
from state.errors import MenuBroken

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Brought:
    """What was said of a file, a line each, and the set it is kept as; "" when there is something to mend."""

    lines: Sequence[str]
    named: str = ""


def bring_apart(settings: Settings, file: Path, session: ExamSession, by: Operator) -> Brought:
    """Read a file, keep its report and, when it is sound, its rows. Raises Unclear, NotAllowed, SourceUnavailable."""
    try:
        read = bring(settings, file, session)
    except FileBroken as broken:
        problem = broken.problem
        return Brought([f"Ligne {problem.line}, colonne {problem.column} : {problem.what}"])
    except MenuBroken as broken:
        return Brought([f"menus/exams : {problem.what}" for problem in broken.problems])
    keep_report(settings, read.report, f"{session.exam}-{session.year}")
    named = asyncio.run(_kept(settings, session, by, read)) if read.report.sound else ""
    return Brought(list(told(read.report)), named)


async def _kept(settings: Settings, session: ExamSession, by: Operator, read: Read) -> str:
    database = open_database(settings)
    try:
        return await Publishing(database, production=settings.env == "production").draft(by, session, draft(read))
    finally:
        await database.close()


async def apart(work: Callable[..., T], settings: Settings, *given: Any) -> T:
    """Do this in a process of its own, as results/importing/bounded_process.py has it; settings are the first of what
    it is given.
    """
    return await asyncio.to_thread(confined, settings.data, work, settings, *given)
