"""Imports a file in a separate process, so that the server can answer citizens meanwhile.

Reading and storing 272 000 rows takes five seconds of one core. A thread would block the citizens' requests.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from accounts.accounts import Operator
from database import open_database
from results.approval import ExamSession
from results.importing.reader import Read
from results.importing.report import report_lines
from results.importing.service import read_file, store_report, to_draft
from results.ministries import exam_ministries
from results.publishing import Publishing
from settings import Settings
from spreadsheets.bounded_process import run_confined
from spreadsheets.rows_to_mend import RowsToMend
from spreadsheets.sheet import FileBroken
from state.errors import InvalidMenu

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """The report of one import, one line each, and the id of the stored result set; "" if the file has errors.

    to_mend has the refused rows, for who sent the file.
    """

    lines: Sequence[str]
    named: str = ""
    to_mend: RowsToMend = field(default_factory=RowsToMend, repr=False)


def import_file(settings: Settings, file: Path, session: ExamSession, by: Operator) -> ImportOutcome:
    """Read a file, store its report and, if all rows are valid, store its rows as a draft.

    Raises InvalidInput, PublicationRefused and SourceUnavailable.
    """
    try:
        read = read_file(settings, file, session)
    except FileBroken as broken:
        problem = broken.problem
        return ImportOutcome([f"Ligne {problem.line}, colonne {problem.column} : {problem.what}"])
    except InvalidMenu as broken:
        return ImportOutcome([f"menus/exams : {problem.what}" for problem in broken.problems])
    store_report(settings, read.report, f"{session.exam}-{session.year}")
    named = asyncio.run(_stored(settings, session, by, read)) if read.report.is_sound else ""
    return ImportOutcome(list(report_lines(read.report)), named, read.to_mend)


async def _stored(settings: Settings, session: ExamSession, by: Operator, read: Read) -> str:
    database = open_database(settings)
    try:
        ministries = exam_ministries(settings.menus)
        publishing = Publishing(database, production=not settings.has_sample_data, ministries=ministries)
        return await publishing.store_draft(by, session, to_draft(read))
    finally:
        await database.close()


async def run_in_subprocess(work: Callable[..., T], settings: Settings, *given: Any) -> T:
    """Run work in its own bounded process (spreadsheets/bounded_process.py), with the settings as first
    argument.
    """
    return await asyncio.to_thread(run_confined, settings.data, work, settings, *given)
