"""The verbs `zin registers`: files of administrations into Zin's own tables, by the rules of registers/imports.py.

A user signs in with `--by NAME`; the password is asked for, or read from standard input.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

import click

from cli import french
from cli.errors import report_errors
from cli.register_actions import import_register, load_registers, sign_in, undo_import
from cli.signed_in import active_settings

DEFAULT_FEED: Final = "principal"
signed = french.option("--by", "name", required=True, metavar="NOM", help="Le compte de la personne qui le fait.")
register = click.argument("named", metavar="REGISTRE")
feed = french.option("--feed", default=DEFAULT_FEED, metavar="NOM", help="L'administration à qui sont ces lignes.")


@french.group(help="Les registres : les demandes et les dossiers que les administrations apportent.")
def registers() -> None:
    """Group the verbs of registers."""


@registers.command("list", help="Affiche chaque registre : ses lignes par administration, et le dernier import.")
@report_errors
def list_registers() -> None:
    """Print one line for each feed of each register."""
    from registers.overview import state_lines

    for line in state_lines(load_registers(active_settings())):
        click.echo(line)


@registers.command(
    "import",
    help="""Lit FICHIER (CSV ou XLSX), dit ce qu'il changerait dans REGISTRE, et l'importe s'il est juste en entier.

    Le fichier remplace toutes les lignes de son administration. Avec --update, ce qui n'y est pas reste.
    """,
)
@register
@click.argument("file", metavar="FICHIER", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@feed
@french.option(
    "--update", "is_update", is_flag=True, help="Le fichier n'a que des nouveautés : le reste ne change pas."
)
@french.option("--dry-run", "is_trial", is_flag=True, help="Dit ce qui changerait, et ne change rien.")
@french.option("--removals", type=click.IntRange(0), default=None, help="Les lignes supprimées, comme l'essai le dit.")
@signed
@report_errors
def import_(named: str, file: Path, feed: str, name: str, **order: Any) -> None:
    """Read a file, print what it would change, and import it if every row is right."""
    from registers.import_process import ImportRequest, outcome_lines
    from registers.imports import Order

    settings = active_settings()
    by = sign_in(settings, name)
    wanted = ImportRequest(file, named, feed, Order(**order))
    found = import_register(settings, wanted, by)
    for line in outcome_lines(found):
        click.echo(line)
    if found.done == "refused":
        sys.exit(2)


@registers.command(help="Annule le dernier import de REGISTRE : ses lignes redeviennent ce qu'elles étaient.")
@register
@feed
@signed
@report_errors
def undo(named: str, feed: str, name: str) -> None:
    """Restore the rows that the last import of a feed changed."""
    from registers.register import find_register

    settings = active_settings()
    found = find_register(settings.menus, named, feed)
    last = undo_import(settings, found, sign_in(settings, name))
    changed = last["added"] + last["changed"] + last["removed"]
    click.echo(f"{found.subject} : le dernier import est annulé, {changed} lignes redeviennent ce qu'elles étaient.")
