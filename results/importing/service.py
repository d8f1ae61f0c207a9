"""A results file that an operator brings: read beside last year's, reported on, and made a draft of.

The command line (cli/signed_in.py) and the desk (admin/results/results_page.py) do the same with a file, by these
functions.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from accounts.refusals import Refused
from catalog.entries import Exam, read_exams
from results.approval import Draft, ExamSession
from results.importing.layout import find_layout
from results.importing.reader import Progress, Read, read_results
from results.importing.tally import Report, parse_counts, to_json
from settings import Settings

REPORTS: Final = "reports"  # folder in the data folder
FIELDS: Final = ("seat", "verdict", "mention", "series", "centre", "department")


class InvalidInput(Refused):
    """Something that an operator typed and that cannot be understood; the words say what to type."""


def read_file(settings: Settings, file: Path, session: ExamSession, progress: Progress = lambda share: None) -> Read:
    """What is in a file, beside the report of the year before if there is one.

    Raises FileBroken, and InvalidInput for an exam that there is not, or a session that its file does not name.
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
    """Write the report beside the others; gives where."""
    kept = settings.data / REPORTS / f"{of}-{report.sha256[:12]}.json"
    kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept.parent.chmod(0o700)  # it may have been made by a version that let others read it, as may the reports in it
    with open(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(to_json(report))
    return kept


def to_draft(brought: Read) -> Draft:
    """What is kept of a sound file: its rows in the columns of the registry, and its report."""
    rows = ({field: getattr(one, field) for field in FIELDS} for one in brought.results)
    return Draft(brought.report.sha256, rows, len(brought.results), to_json(brought.report).decode())


def find_exam(settings: Settings, named: str) -> Exam | None:
    """The exam that a set or a session, such as bac-2026.1, belongs to."""
    return read_exams(settings.menus / "exams").get(named.partition("-")[0])


def verdict_texts(exam: Exam | None) -> dict[str, str]:
    """Each verdict as citizens read it."""
    return {str(name): verdict.say for name, verdict in exam.verdicts.items()} if exam else {}


def _written(path: Path) -> float:
    return path.stat().st_mtime
