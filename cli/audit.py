"""The verbs `zin audit`: the record of operators' actions."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import click

from cli import french
from cli.database_access import audit_identity, with_database
from cli.errors import report_errors
from reporting.french import format_count, format_second
from state.errors import ZinError

if TYPE_CHECKING:  # they take time to import, which other verbs need not wait for
    from accounts.audit import AuditEntry, Verified
    from database.interface import Database


@french.group(help="Le journal de ce que font les opérateurs, où l'on ne peut qu'ajouter.")
def audit() -> None:
    """Group the verbs of the audit."""


@audit.command(help="Affiche les dernières lignes, la plus récente à la fin.")
@french.option("--last", default=20, type=click.IntRange(1, 10_000), help="Combien de lignes.")
@report_errors
def show(last: int) -> None:
    """Print the last entries, one a line, the newest at the end."""
    from accounts.accounts import Operator
    from accounts.audit import Audit
    from results.visibility import visible_entries

    async def entries(database: Database) -> list[AuditEntry]:
        reader = Operator(audit_identity(), "approver")  # the checksum of a draft is hidden from approvers
        return await visible_entries(database, await Audit(database).last(last), reader)

    for entry in with_database(entries):
        click.echo(_line(entry))


@audit.command(help="Vérifie qu'aucune ligne n'a été changée, déplacée, ajoutée ou enlevée ; sinon le code est 2.")
@french.option("--known", default="", metavar="EMPREINTE", help="Une empreinte notée ailleurs : y est-elle encore ?")
@report_errors
def verify(known: str) -> None:
    """Check the chain of entries. Raises ZinError if an entry was changed, moved, added or removed."""
    from accounts.audit import Audit

    known = known.strip().lower()
    if known and not re.fullmatch("[0-9a-f]{64}", known):
        raise click.BadParameter("une empreinte a 64 signes, de 0 à 9 et de a à f", param_hint="--known")
    found = with_database(lambda database: Audit(database).verify(known))
    report = " ".join(filter(None, (_chain(found), _noted(found, known))))
    if found.fault or (known and found.known is None):
        raise ZinError(report)
    click.echo(report)


def _chain(found: Verified) -> str:
    if found.fault is None:
        return f"Journal intact : {format_count(found.entries, 'ligne')}, dernière empreinte {found.last_hash}."
    happened = "a été changée, déplacée ou ajoutée" if found.fault.what == "changed" else "a été enlevée"
    intact = format_count(found.entries, "ligne intacte", "lignes intactes")
    return f"Journal modifié : la ligne {found.fault.number} {happened} ; {intact} avant elle."


def _noted(found: Verified, known: str) -> str:
    if not known:
        return ""
    if found.known is not None:
        return f"L’empreinte notée est celle de la ligne {found.known}."
    if found.fault:
        return "L’empreinte notée n’est pas parmi les lignes intactes."
    return "Mais l’empreinte notée n’y est pas : la fin a été coupée, ou tout a été réécrit."


def _line(entry: AuditEntry) -> str:
    details = (f"{name}={value}" for name, value in entry.details.items())
    fields = (entry.number, _moment(entry.at), entry.operator, entry.action, entry.subject, *details)
    return "  ".join(_visible(str(one)) for one in fields)


def _moment(milliseconds: int) -> str:
    """Return the local hour; the number itself if the row was tampered with and holds no valid time."""
    try:
        return format_second(milliseconds / 1000)
    except (ValueError, OverflowError, OSError, TypeError):
        return str(milliseconds)


def _visible(text: str) -> str:
    """Replace control characters, so that a terminal does not execute them."""
    return "".join("?" if unicodedata.category(sign).startswith("C") else sign for sign in text)
