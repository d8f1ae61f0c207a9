"""Prints the table of the gateways that SMS leave by, with what each did and how it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from settings import Settings
from state.errors import SourceUnavailable

if TYPE_CHECKING:  # it takes time to import, which other verbs need not wait for
    from channels.routing.route_overview import RouteLine


def table_lines(settings: Settings) -> Iterator[str]:
    """Yield the table; without a database what the files say. Raises InvalidMenu."""
    from channels.routing.route_overview import route_lines
    from channels.sms_gateways import known_routes
    from cli.database_access import with_database

    table, known = known_routes(settings)
    try:
        lines = with_database(lambda database: route_lines(database, table, known))
    except SourceUnavailable as down:
        yield f"SMS : la base de données ne répond pas ({down}), l'état des passerelles reste inconnu"
        return
    yield "SMS :" if lines else "SMS : aucune passerelle n'est prête"
    yield from (f"  {_text(line)}" for line in lines)


def _text(line: RouteLine) -> str:
    from channels.routing import route_words as words

    condition = words.describe_condition(line)
    if line.missing:
        condition = f"il manque {', '.join(line.missing)}"
    elif line.condition == "rests" and line.why:
        condition += f" ({line.why})"
    parts = [
        f"{line.name} ({line.title})",
        words.describe_networks(line),
        words.describe_price(line),
        condition,
        words.describe_use(line),
        words.describe_errors(line),
        f"dernier : {words.describe_last(line)}",
        f"solde : {words.describe_balance(line)}",
    ]
    return " ; ".join(part for part in parts if part)
