"""The SQL statements of the parts of incoming long messages."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, bindparam, case, delete, func, select

from database import tables
from database.retention import BEFORE, Retention

_P = tables.message_parts.c
OF_MESSAGE = select(_P.key, _P.sealed).where(_P.message == bindparam("called")).order_by(_P.until, _P.key)
HELD = select(
    func.count().label("many"), func.sum(case((_P.citizen == bindparam("who"), 1), else_=0)).label("of_citizen")
).where(_P.gateway == bindparam("called"))
OVERDUE = (
    select(_P.message)
    .where(_P.gateway == bindparam("called"), _P.until <= bindparam("now", type_=BigInteger))
    .distinct()
    .limit(bindparam("most", type_=Integer))
)
REMOVE = delete(tables.message_parts).where(_P.message == bindparam("called")).returning(_P.key)
LEFT_BEHIND = Retention(tables.message_parts, 1, _P.until <= BEFORE)  # of a gateway that is no longer bound to
