"""Import of an operator's results file: read, compared with the previous year, reported, and made a draft.

The command line (cli/signed_in.py) and the admin site (admin/results/results_page.py) both use these functions.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from accounts.refusals import Refused
from catalog.entries import Exam, read_exams
from results.approval import Draft, ExamSession
from results.importing.layout import find_layout
from results.importing.reader import Read, read_results
from results.importing.tally import Report, parse_counts, to_json
from settings import Settings
from spreadsheets.opened_file import Progress

REPORTS: Final = "reports"  # folder in the data folder
FIELDS: Final = ("seat", "verdict", "mention", "series", "centre", "department")


class InvalidInput(Refused):
    """An operator's input that cannot be understood; the French text says what to type."""


def read_file(settings: Settings, file: Path, session: ExamSession, progress: Progress = lambda share: None) -> Read:
    """Read a file, and compare it with the report of the previous year if there is one.

    Raises FileBroken, and InvalidInput for an unknown exam or session.
    """
    exam, year = session.exam, session.year
    exams = read_exams(settings.menus / "exams")
    if exam not in exams:
        raise InvalidInput(f"Il n'y a pas d'examen « {exam} » ; il y a : {', '.join(sorted(exams))}.")
    if session.session and session.session not in exams[exam].sessions:
        named = ", ".join(exams[exam].sessions) or "aucune autre que l'ordinaire"
        raise InvalidInput(f"menus/exams/{exam}.yaml ne nomme pas la session « {session.session} » ; il y a : {named}.")
    before = max((settings.data / REPORTS).glob(f"{exam}-{year - 1}-*.json"), key=_written, default=None)
    counts = parse_counts(before.name, before.read_bytes()) if before else None
    layout = find_layout(settings.menus, exam, exams[exam])
    return read_results(file, exams[exam], layout, before=counts, progress=progress)


def store_report(settings: Settings, report: Report, of: str) -> Path:
    """Write the report into the reports folder, and return its path."""
    path = settings.data / REPORTS / f"{of}-{report.sha256[:12]}.json"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.chmod(0o700)  # an earlier version may have created the folder and its reports readable for others
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(to_json(report))
    return path


def to_draft(read_file: Read) -> Draft:
    """Return the draft of a file without errors: its rows as columns of the database, and its report."""
    rows = ({field: getattr(one, field) for field in FIELDS} for one in read_file.results)
    return Draft(read_file.report.sha256, rows, len(read_file.results), to_json(read_file.report).decode())


def find_exam(settings: Settings, named: str) -> Exam | None:
    """Return the exam of a result set or a session, such as bac-2026.1, or None."""
    return read_exams(settings.menus / "exams").get(named.partition("-")[0])


def verdict_texts(exam: Exam | None) -> dict[str, str]:
    """Return each verdict as citizens read it."""
    return {str(name): verdict.say for name, verdict in exam.verdicts.items()} if exam else {}


def _written(path: Path) -> float:
    return path.stat().st_mtime
