"""The verbs `zin results`: an exam's results from the ministry's file to the public, as results/publishing.py says.

Who does something signs in with `--as NAME`; the password is asked for, or read from standard input.
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
from commands_told import told_in_a_line
from settings import Settings, load
from state.errors import ZinError

if TYPE_CHECKING:  # these open the registry, which takes time to import, which other verbs need not wait for
    from intake.reading import Read
    from operators.accounts import Operator
    from results.publishing import Publishing

T = TypeVar("T")
HOUR: Final = "%Y-%m-%d %H:%M"
REPORTS: Final = "reports"  # folder in the data folder
signed = click.option("--as", "name", required=True, metavar="NAME", help="The account of who does it.")


class Unclear(ZinError):
    """Something on the command line that cannot be understood; the words say what to type."""


@click.group()
def results() -> None:
    """Exam results: from the ministry's file to the public."""


@results.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--exam", required=True, help="The exam, as its file in menus/exams is called.")
@click.option("--year", required=True, type=click.IntRange(2000, 2100))
@click.option("--session", default="", help="Empty for the ordinary session, else e.g. remplacement.")
@click.option("--before", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Last year's report.")
@signed
@told_in_a_line
def import_(file: Path, exam: str, year: int, session: str, before: Path | None, name: str) -> None:
    """Read FILE, report what is in it, and keep it as a draft when there is nothing to mend."""
    from intake.report import as_json
    from intake.told import told
    from results.publishing import Draft, ExamSession

    settings = load()
    read = _read(settings, file, exam, before)
    for line in told(read.report):
        click.echo(line)
    kept = settings.data / REPORTS / f"{exam}-{year}-{read.report.sha256[:12]}.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(as_json(read.report))
    click.echo(f"Rapport : {kept}")
    if not read.report.sound:
        sys.exit(2)
    rows = ({field: getattr(one, field) for field in FIELDS} for one in read.results)
    draft = Draft(read.report.sha256, rows, len(read.results), as_json(read.report).decode())
    named = _done(settings, name, lambda by, deeds: deeds.draft(by, ExamSession(exam, year, session), draft))
    click.echo(f"Brouillon gardé sous le nom {named}. Une autre personne doit maintenant l'approuver.")


FIELDS: Final = ("seat", "verdict", "mention", "series", "centre", "department")


@results.command()
@click.argument("named", metavar="SET")
@click.option("--sha256", required=True, help="The checksum of the file, as who handed it over tells it.")
@click.option("--seen", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Ten lines « seat ; verdict » read from the list on paper.")  # fmt: skip
@signed
@told_in_a_line
def approve(named: str, sha256: str, seen: Path, name: str) -> None:
    """Vouch for SET, a draft that somebody else brought."""
    settings = load()
    verdicts = dict(_seen(settings, named, seen))
    _done(settings, name, lambda by, deeds: deeds.approve(by, named, sha256, verdicts))
    click.echo(f"{named} est approuvé. Il reste à donner l'heure : zin results publish {named} --at …")


@results.command()
@click.argument("named", metavar="SET")
@click.option("--at", "hour", default="", help="The hour in Benin, e.g. '2026-07-09 18:00'; now unless given.")
@click.option("--department", default="", help="Only the seats of this department.")
@click.option("--why", default="", help="Why these results replace others: those concerned read it.")
@signed
@told_in_a_line
def publish(named: str, hour: str, department: str, why: str, name: str) -> None:
    """Have SET told to citizens from an hour on."""
    settings, at = load(), _hour(hour)
    _done(settings, name, lambda by, deeds: deeds.publish(by, named, at, department, why))
    when = datetime.fromtimestamp(at, BENIN).strftime("le %d/%m/%Y à %H:%M") if hour else "maintenant"
    click.echo(f"{named} est publié {when}{f', {department} seulement' if department else ''}.")


@results.command()
@click.argument("session")
@click.option("--department", default="", help="Only the seats of this department.")
@click.option("--why", required=True, help="Why, for the audit.")
@signed
@told_in_a_line
def withdraw(session: str, department: str, why: str, name: str) -> None:
    """Tell nothing of SESSION, such as bac-2026, any more."""
    named = _done(load(), name, lambda by, deeds: deeds.withdraw(by, session, department, why))
    click.echo(f"{named} n'est plus publié. Les citoyens lisent « pas encore publié » dans la seconde.")


@results.command()
@click.argument("named", metavar="SET")
@signed
@told_in_a_line
def discard(named: str, name: str) -> None:
    """Let go of SET, a draft that will not be approved."""
    _done(load(), name, lambda by, deeds: deeds.discard(by, named))
    click.echo(f"{named} est abandonné.")


@results.command()
@click.argument("session")
@told_in_a_line
def status(session: str) -> None:
    """Say what there is of SESSION, such as bac-2026, and what is published of it."""
    for line in asyncio.run(_status(load(), session)):
        click.echo(line)


def _read(settings: Settings, file: Path, exam: str, before: Path | None) -> Read:
    from intake.layout import layout_of
    from intake.reading import read
    from intake.report import counts_in
    from sources.entries import read_exams

    exams = read_exams(settings.menus / "exams")
    if exam not in exams:
        raise Unclear(f"Il n'y a pas d'examen « {exam} » ; il y a : {', '.join(sorted(exams))}.")
    counts = counts_in(before.name, before.read_bytes()) if before else None
    with click.progressbar(length=100, label=file.name, file=sys.stderr) as bar:
        return read(
            file,
            exams[exam],
            layout_of(settings.menus, exam, exams[exam]),
            before=counts,
            progress=lambda share: bar.update(round(share * 100) - bar.pos),
        )


def _seen(settings: Settings, named: str, file: Path) -> Iterator[tuple[str, str]]:
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
        verdict = next((name for words, name in known.items() if words.startswith(plain(said)) and plain(said)), "")
        if not (mark and verdict):
            raise Unclear(f"{file.name}:{number} : il faut « numéro ; verdict », comme 12345 ; Admis(e)")
        yield code(seat), verdict


def _hour(written: str) -> float:
    if not written:
        return datetime.now(BENIN).timestamp()
    try:
        return datetime.strptime(written, HOUR).replace(tzinfo=BENIN).timestamp()
    except ValueError:
        raise Unclear(f"« {written} » : il faut une date et une heure comme 2026-07-09 18:00") from None


def _done(settings: Settings, name: str, deed: Callable[[Operator, Publishing], Awaitable[T]]) -> T:
    """Sign in, and do this; gives what the deed gives."""
    terminal = sys.stdin.isatty()
    password = click.prompt("Mot de passe", hide_input=True, err=True) if terminal else sys.stdin.readline().rstrip("\n")
    return asyncio.run(_as(settings, name, password, deed))


async def _as(
    settings: Settings, name: str, password: str, deed: Callable[[Operator, Publishing], Awaitable[T]]
) -> T:
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


async def _status(settings: Settings, session: str) -> list[str]:
    from registry import open_database
    from registry.migrations import migrate
    from results.board import Board
    from results.publishing import Publishing

    database = open_database(settings)
    try:
        await migrate(database)
        sets = await Publishing(database, production=True).sets(session)
        known = next((one for one in await Board(database).sessions() if one.code == session), None)
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
