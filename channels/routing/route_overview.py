"""What operators see of the gateways for SMS: the table of routes, with what each gateway did and how it is.

Only counts and times are read, no address and no text.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from sqlalchemy import BigInteger, ColumnElement, bindparam, case, func, select

from channels.outbox.queries import WAITING
from channels.routing.gateway_states import GatewayState, GatewayStates
from channels.routing.route_files import SmsGateway
from channels.routing.route_shape import RouteRow
from channels.routing.route_table import RouteTable
from database import tables
from database.column_limits import milliseconds
from database.interface import Database, Row

GATEWAY: Final = "sms"
HOUR: Final = 3600_000  # milliseconds
MINUTE: Final = 60_000
SILENT: Final = 15_000  # milliseconds without a process that can send: beyond doubt, whatever the clocks
_O = tables.outbox.c


def _counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


_NOW: Final = bindparam("now", type_=BigInteger)
USED: Final = (
    select(
        _O.route,
        _counted(_O.sent_at > _NOW - MINUTE).label("minute"),
        _counted(_O.sent_at > _NOW - HOUR).label("hour"),
        _counted((_O.state == "failed") & (_O.ended_at > _NOW - HOUR)).label("failed"),
        _counted(WAITING & (_O.why != "")).label("again"),
        func.max(_O.sent_at).label("last"),
    )
    .where(_O.gateway == GATEWAY)
    .group_by(_O.route)
)
Condition = Literal["works", "rests", "incomplete", "silent", "chosen"]


@dataclass(frozen=True, slots=True)
class RouteLine:
    """One gateway of the table. networks is empty for all numbers, price None if the table has none.

    rests_until and last_sent are Unix seconds, 0 for none. minute and hour count the messages that left, failed those
    that failed in the last hour, again those that wait after a failed try.
    """

    name: str
    title: str
    networks: Sequence[str]
    price: float | None
    is_fallback: bool
    condition: Condition
    missing: Sequence[str] = ()
    rests_until: float = 0.0
    why: str = ""
    minute: int = 0
    hour: int = 0
    failed: int = 0
    again: int = 0
    last_sent: float = 0.0
    balance: str = ""
    balance_at: float = 0.0


async def route_lines(
    database: Database, table: RouteTable, known: Mapping[str, SmsGateway], clock: Callable[[], float] = time.time
) -> list[RouteLine]:
    """Return a line for each row of the table; without one, for the gateway that SMS leave by, if it is one.

    Raises SourceUnavailable.
    """
    now = milliseconds(clock())
    states = await GatewayStates(database).all()
    used = {row["route"]: row for row in await database.rows(USED, now=now)}
    rows = table.rows or tuple(RouteRow(gateway=name) for name, one in known.items() if one.is_chosen)
    lines = []
    for row in rows:
        line = _line(row, known[row.gateway], states.get(row.gateway, GatewayState(row.gateway)), now)
        lines.append(replace(line, **_used(used, row.gateway if table else None)))
    return lines


def _line(row: RouteRow, gateway: SmsGateway, state: GatewayState, now: int) -> RouteLine:
    if gateway.missing:
        condition: Condition = "incomplete"
    elif gateway.is_chosen:
        condition = "chosen"
    elif now - state.seen_at > SILENT:
        condition = "silent"
    else:
        condition = "rests" if state.open_until else "works"
    return RouteLine(
        row.gateway,
        gateway.title,
        row.networks,
        row.price,
        row.fallback,
        condition,
        gateway.missing,
        rests_until=state.open_until / 1000,
        why=state.why,
        balance=state.balance,
        balance_at=state.balance_at / 1000,
    )


def _used(used: Mapping[str | None, Row], route: str | None) -> dict[str, Any]:
    """Return what left by a route; without a table, the messages have none."""
    found = used.get(route, {})
    counts = {name: int(found.get(name) or 0) for name in ("minute", "hour", "failed", "again")}
    return {**counts, "last_sent": (found.get("last") or 0) / 1000}
