"""Exam results behind the command line: files are read and reported, people sign in, actions are run.

cli/results.py has the verbs; results/publishing.py has the rules.
"""

from __future__ import annotations

import asyncio
import hashlib
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cli.account_sign_in import ask_code, ask_password, sign_in
from cli.active_settings import load
from cli.database_access import prepared_database
from reporting.french import format_minute
from settings import Settings

if TYPE_CHECKING:  # these open the registry, which takes time to import, which other verbs need not wait for
    from accounts.accounts import Operator
    from results.approval import ExamSession
    from results.importing.reader import Read
    from results.overview import PublicationRow
    from results.publishing import Publishing

T = TypeVar("T")


def active_settings() -> Settings:
    """Return the settings with the menu folder that is published, so that exams are those of the active version."""
    return asyncio.run(_with_active_menus(load()))


async def _with_active_menus(settings: Settings) -> Settings:
    from runtime.active_menus import load_active_menus

    async with prepared_database(settings) as database:
        return (await load_active_menus(settings, database)).settings


def read_results(settings: Settings, file: Path, session: ExamSession) -> Read:
    """Read a file as results/importing/service.py does, with a progress bar on stderr."""
    from results.importing.service import read_file
    from spreadsheets.bounded_process import run_confined

    with click.progressbar(length=100, label=file.name, file=sys.stderr) as bar:

        def show(share: float) -> None:
            bar.update(round(share * 100) - bar.pos)

        return run_confined(settings.data, read_file, settings, file, session, progress=show)


def run_signed_in(settings: Settings, name: str, action: Callable[[Operator, Publishing], Awaitable[T]]) -> T:
    """Sign in, run the action and return its result."""
    return asyncio.run(sign_in_and_run(settings, name, ask_password(), action))


def approve(settings: Settings, name: str, named: str, original: Path) -> None:
    """Sign in, ask for the verdicts of the drawn seats, and approve a draft."""
    from results.importing.approver_input import parse_verdict
    from results.importing.service import find_exam

    exam = find_exam(settings, named)

    async def approve_draft(by: Operator, publishing: Publishing) -> None:
        async with publishing.attempt(by, "results approve", named):
            seats = await publishing.draw_seats(by, named)
            click.echo("Lisez sur la liste signée le verdict de chacun de ces numéros de table.")
            verdicts = {
                seat: parse_verdict(exam, click.prompt(f"Table {seat}", default="", show_default=False))
                for seat in seats
            }
            with original.open("rb") as file:
                await publishing.approve(by, named, hashlib.file_digest(file, "sha256").hexdigest(), verdicts)

    run_signed_in(settings, name, approve_draft)


async def sign_in_and_run(
    settings: Settings,
    name: str,
    password: str,
    action: Callable[[Operator, Publishing], Awaitable[T]],
    code: Callable[[], str] = ask_code,
) -> T:
    """Sign in under a name and run the action, inside a running event loop; code is called for a code of the phone."""
    from results.ministries import exam_ministries
    from results.publishing import Publishing

    async with prepared_database(settings) as database:
        by = await sign_in(settings, database, name, password, code)
        ministries = exam_ministries(settings.menus)
        return await action(by, Publishing(database, production=not settings.has_sample_data, ministries=ministries))


async def _status_lines(settings: Settings, session: str) -> list[str]:
    from results.overview import load_overview
    from results.publishing import Publishing

    async with prepared_database(settings) as database:
        sets = await Publishing(database, production=True).sets(session)
        publications = next((one.publications for one in await load_overview(database) if one.code == session), ())
        return [*map(_set, sets), *(_publication(one, len(publications)) for one in publications)] or [
            f"Rien pour {session}."
        ]


def _set(row: Mapping[str, Any]) -> str:
    states = {"draft": "brouillon", "approved": "approuvé", "discarded": "abandonné"}
    by = f", approuvé par {row['approved_by']}" if row["approved_by"] else ""
    return f"{row['id']} : {states[row['state']]}, {row['rows']} lignes, importé par {row['imported_by']}{by}"


def _publication(one: PublicationRow, many: int) -> str:
    what = "retiré" if one.withdrawn_at is not None else f"publié le {format_minute(one.publish_at)}"
    whose = ", ".join(one.departments) or ("tous les départements" if many == 1 else "les autres départements")
    return f"{whose} : {one.result_set}, {what}"


def list_differences(settings: Settings, session: str, named: str) -> list[str]:
    """Return what a result set would change in the published results, one line each."""
    return asyncio.run(_differences(settings, session, named))


async def _differences(settings: Settings, session: str, named: str) -> list[str]:
    from database import open_database
    from results.differences import describe_differences as found
    from results.importing.service import find_exam, verdict_texts

    database = open_database(settings)
    try:
        return await found(database, session, named, verdict_texts(find_exam(settings, named)))
    finally:
        await database.close()


def list_status(settings: Settings, session: str) -> list[str]:
    """Return the result sets and publications of a session, one line each."""
    return asyncio.run(_status_lines(settings, session))
