"""The results desk behind the command line: files are read and reported on, people sign in, deeds are done.

commands_results.py has the verbs; results/publishing.py the rules.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from commands_operators import BENIN
from settings import Settings
from state.errors import ZinError

if TYPE_CHECKING:  # these open the registry, which takes time to import, which other verbs need not wait for
    from intake.reading import Read
    from intake.report import Report
    from operators.accounts import Operator
    from registry.database import Row
    from results.publishing import Publishing

T = TypeVar("T")
HOUR: Final = "%Y-%m-%d %H:%M"
REPORTS: Final = "reports"  # folder in the data folder
FIELDS: Final = ("seat", "verdict", "mention", "series", "centre", "department")


class Unclear(ZinError):
    """Something on the command line that cannot be understood; the words say what to type."""


def read(settings: Settings, file: Path, exam: str, year: int) -> Read:
    """What is in a file, beside the report of the year before if there is one. Raises FileBroken and Unclear."""
    from intake.layout import layout_of
    from intake.reading import read as read_file
    from intake.report import counts_in
    from sources.entries import read_exams

    exams = read_exams(settings.menus / "exams")
    if exam not in exams:
        raise Unclear(f"Il n'y a pas d'examen « {exam} » ; il y a : {', '.join(sorted(exams))}.")
    before = max((settings.data / REPORTS).glob(f"{exam}-{year - 1}-*.json"), key=_written, default=None)
    counts = counts_in(before.name, before.read_bytes()) if before else None
    with click.progressbar(length=100, label=file.name, file=sys.stderr) as bar:
        return read_file(
            file,
            exams[exam],
            layout_of(settings.menus, exam, exams[exam]),
            before=counts,
            progress=lambda share: bar.update(round(share * 100) - bar.pos),
        )


def seen(settings: Settings, named: str, file: Path) -> Iterator[tuple[str, str]]:
    """Seat and verdict of each line, in the form in which they are kept."""
    from sources.entries import read_exams
    from sources.typed import code
    from state.search import plain

    exam = read_exams(settings.menus / "exams").get(named.partition("-")[0])
    known = {plain(verdict.say): name for name, verdict in (exam.verdicts.items() if exam else ())}
    for number, line in enumerate(file.read_text(encoding="utf-8-sig").splitlines(), 1):
        seat, mark, said = line.partition(";")
        if not line.strip():
            continue
        meant = {name for words, name in known.items() if plain(said) in (words, words.partition(" ")[0])}
        if not mark or len(meant) != 1:
            raise Unclear(f"{file.name}:{number} : il faut « numéro ; verdict », comme 12345 ; Admis(e)")
        verdict = meant.pop()
        yield code(seat), verdict


def hour(written: str) -> float:
    """The Unix seconds of an hour in Benin, now for none. Raises Unclear."""
    if not written:
        return datetime.now(BENIN).timestamp()
    try:
        return datetime.strptime(written, HOUR).replace(tzinfo=BENIN).timestamp()
    except ValueError:
        raise Unclear(f"« {written} » : il faut une date et une heure comme 2026-07-09 18:00") from None


def done(settings: Settings, name: str, deed: Callable[[Operator, Publishing], Awaitable[T]]) -> T:
    """Sign in, and do this; gives what the deed gives."""
    terminal = sys.stdin.isatty()
    password = (
        click.prompt("Mot de passe", hide_input=True, err=True) if terminal else sys.stdin.readline().rstrip("\n")
    )
    return asyncio.run(_as(settings, name, password, deed))


async def _as(settings: Settings, name: str, password: str, deed: Callable[[Operator, Publishing], Awaitable[T]]) -> T:
    from operators.accounts import Accounts
    from registry import open_database
    from registry.migrations import migrate
    from results.publishing import Publishing

    database = open_database(settings)
    try:
        await migrate(database)
        by = await Accounts(database).sign_in(name, password, _OneTry())
        return await deed(by, Publishing(database, production=settings.env == "production"))
    finally:
        await database.close()


class _OneTry:
    """Tries that nobody counts: whoever has the shell has the database."""

    async def load(self, key: str) -> bytes:
        return b""

    async def count(self, key: str, life: float) -> int:
        return 1


async def _told(settings: Settings, session: str) -> list[str]:
    from registry import open_database
    from registry.migrations import migrate
    from results.board import Board
    from results.publishing import Publishing

    database = open_database(settings)
    try:
        await migrate(database)
        sets = await Publishing(database, production=True).sets(session)
        board = Board(database)
        known = next((one for one in await board.sessions() if one.code == session), None)
        await board.close()
        return [*map(_set, sets), *(_publication(one) for one in (known.publications if known else ()))] or [
            f"Rien pour {session}."
        ]
    finally:
        await database.close()


def _set(row: Mapping[str, Any]) -> str:
    states = {"draft": "brouillon", "approved": "approuvé", "discarded": "abandonné"}
    by = f", approuvé par {row['approved_by']}" if row["approved_by"] else ""
    return f"{row['id']} : {states[row['state']]}, {row['rows']} lignes, importé par {row['imported_by']}{by}"


def _publication(one: Any) -> str:
    hour = datetime.fromtimestamp(one.publish_at, BENIN).strftime("%d/%m/%Y %H:%M")
    what = "retiré" if one.withdrawn else f"publié le {hour}"
    return f"{one.department or 'tous les départements'} : {one.result_set}, {what}"


def keep_report(settings: Settings, report: Report, of: str) -> Path:
    """Write the report beside the others; gives where."""
    from intake.report import as_json

    kept = settings.data / REPORTS / f"{of}-{report.sha256[:12]}.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(as_json(report))
    return kept


def rows(read: Read) -> Iterator[Row]:
    """The results of a file in the columns of the registry."""
    return ({field: getattr(one, field) for field in FIELDS} for one in read.results)


def differences(settings: Settings, exam: str, session: str, named: str) -> list[str]:
    """What a set would change of what is published, a line each."""
    return asyncio.run(_differences(settings, exam, session, named))


async def _differences(settings: Settings, exam: str, session: str, named: str) -> list[str]:
    from registry import open_database
    from results.differences import differences as found
    from sources.entries import read_exams

    verdicts = read_exams(settings.menus / "exams")[exam].verdicts
    words: dict[str, str] = {str(name): verdict.say for name, verdict in verdicts.items()}
    database = open_database(settings)
    try:
        return await found(database, session, named, words)
    finally:
        await database.close()


def status(settings: Settings, session: str) -> list[str]:
    """What there is of a session, a line each."""
    return asyncio.run(_told(settings, session))


def _written(path: Path) -> float:
    return path.stat().st_mtime
