"""The verbs of the command line `zin`: each reads its words, calls the part that does the work, and says what it says.

What an operator or an administrator can mend ends in one line and exit code 2, never in a traceback.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click
from pydantic import SecretStr

from settings import Settings, SettingsWrong, load
from state.errors import MenuBroken, Problem, ZinError
from state.transcript import Turn, written

P = ParamSpec("P")
R = TypeVar("R")


def told_in_a_line(verb: Callable[P, R]) -> Callable[P, R]:
    """Turn what somebody can mend into words and exit code 2."""

    @wraps(verb)
    def careful(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return verb(*args, **kwargs)
        except (ZinError, SettingsWrong) as wrong:
            click.echo(str(wrong), err=True)
        except BrokenPipeError:  # whoever read what we print has seen enough
            raise
        except OSError as wrong:  # a port that is taken, a folder that cannot be written
            click.echo(f"zin: {wrong.strerror or wrong}{f': {wrong.filename}' if wrong.filename else ''}", err=True)
        sys.exit(2)

    return careful


@click.group(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
def main() -> None:
    """Zin: public services on every phone."""


@main.command()
@click.option("--workers", default=1, type=click.IntRange(1, 64), help="Processes that share the port.")
@told_in_a_line
def serve(workers: int) -> None:
    """Answer the gateways until stopped; calls in flight are answered first."""
    import running  # what it opens takes time to import, which the other verbs need not wait for

    running.run(load(), workers, click.echo)


@main.command()
@click.argument("menus", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@told_in_a_line
def check(menus: Path | None) -> None:
    """Check every menu, service, exam and status file of a folder, and say what is to mend and where."""
    from sources import problems_of

    folder = menus or load().menus
    problems = problems_of(folder)
    for problem in problems:
        click.echo(_shortened(problem))
    if problems:
        click.echo(f"{len(problems)} problème(s) dans {folder}", err=True)
        sys.exit(2)
    click.echo(f"Rien à corriger dans {folder}")


@main.command()
@click.option("--phone", default="0190000001", help="The number that calls.")
@click.option("--record", type=click.Path(dir_okay=False, path_type=Path), help="Write the call down in this file.")
@click.argument("dialled", default="")
@told_in_a_line
def call(phone: str, record: Path | None, dialled: str) -> None:
    """Call from the terminal, the same conversation as a citizen has: DIALLED is what follows the code, as in 3*1."""
    from channels.phones import citizen

    if record and not record.absolute().parent.is_dir():  # told now, not when the call to write down is over
        raise click.BadParameter(f"there is no folder {record.parent}", param_hint="--record")
    turns = asyncio.run(_call(citizen(phone), dialled))
    if record:
        record.write_text(written(f"Appel enregistré dans {record.name}", turns), encoding="utf-8")


async def _call(number: str, dialled: str) -> list[Turn]:
    import server
    from console.phone import Phone, talk

    async with server.everything(load()) as (conversation, _):
        phone = Phone(conversation, number)
        await talk(phone, dialled, click.echo, input)
    return phone.turns


@main.command()
@click.argument("journey", default="")
@told_in_a_line
def draw(journey: str) -> None:
    """Draw the menus, or one journey, as Mermaid text."""
    from state.drawing import draw as drawn
    from state.journeys import read_journeys

    journeys = read_journeys(load().menus)
    if journeys.problems:
        raise MenuBroken(journeys.problems)
    if journey and journey not in journeys.files:
        raise click.BadParameter(f"no journey {journey!r}; there are: {', '.join(sorted(journeys.files))}")
    click.echo(drawn(journeys, journey), nl=False)


@main.command()
@told_in_a_line
def config() -> None:
    """Print every setting with its value and what it means; secrets are masked."""
    settings = load()
    for name, field in Settings.model_fields.items():
        click.echo(f"ZIN_{name.upper()}={_masked(getattr(settings, name))}  # {field.description}")


def _masked(value: Any) -> str:
    if isinstance(value, SecretStr):
        return "********" if value.get_secret_value() else ""
    return str(value)


def _shortened(problem: Problem) -> str:
    """The problem with its file as seen from here."""
    here = Path.cwd()
    file = Path(problem.file)
    near = file.relative_to(here) if file.is_absolute() and file.is_relative_to(here) else file
    return f"{near}:{problem.line}:{problem.column}: {problem.what}"


if __name__ == "__main__":
    main()
