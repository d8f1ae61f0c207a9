"""The verb `zin init`: the folder of a new installation."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli import french
from cli.errors import relative_to_cwd, report_errors

if TYPE_CHECKING:
    from cli.installation.territory_data import TerritoryData


@french.command(help="Prépare une installation dans DOSSIER : réglages, menus, langues, appels écrits.")
@french.option("--empty", is_flag=True, help="Sans les services du pays d'origine : pour un autre pays.")
@french.option("--country", default="", metavar="CODE", help="Cet autre pays : ses deux lettres, comme TG.")
@click.argument("folder", metavar="DOSSIER", type=click.Path(path_type=Path))
@report_errors
def init(folder: Path, empty: bool, country: str) -> None:
    """Lay out a new installation, and print what to do next."""
    from cli.installation.layout import lay_out

    other = _other(empty, country)
    shown = relative_to_cwd(lay_out(folder, other))
    first = f"Écrivez ce qui est vide dans {shown / 'locales' / 'country.yaml'}.\n" if other else ""
    click.echo(f"Installation prête dans {shown}. {first}Ensuite :\n\n  cd {shown}\n  zin check\n  zin serve")


def _other(empty: bool, code: str) -> TerritoryData | None:
    """Return what is known of the other country; None for that of the starting set."""
    from cli.installation.territory_data import look_up

    if empty != bool(code):
        raise french.FrenchUsageError("--empty et --country vont ensemble : zin init DOSSIER --empty --country TG")
    if code and not re.fullmatch("[A-Z]{2}", code):
        raise click.BadParameter(f"« {code} » : il faut les deux lettres majuscules d'un pays, comme TG")
    return look_up(code) if code else None
