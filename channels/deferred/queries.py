"""The SQL statements of deferred answers: add, extend, claim, settle and delete.

due_at is never later than expires_at, so expired rows are found by the same index scan as due rows.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, and_, bindparam, case, delete, func, or_, select, update

from database import tables
from database.leased_queue import NOW, LeasedQueue, QueueTable
from database.retention import BEFORE, Retention

_P = tables.promises.c
_NEXT, _UNTIL = (bindparam(name, type_=BigInteger) for name in ("next", "until"))

QUEUE = LeasedQueue(
    QueueTable(
        table=tables.promises,
        order=(_P.due_at, _P.key),
        returned=(_P.key, _P.kind, _P.citizen, _P.sealed, _P.seen, _P.tries, _P.expires_at),
        held=_P.due_at == bindparam("lease"),
        short_wait=or_(_P.kind == "answer", _P.kind == "message"),
    )
)
PROLONG = (
    update(tables.promises)
    .where(_P.key == bindparam("held"), _P.kind == "changes")
    .values(
        # After its expiry another process may be settling the row: a new due_at invalidates that claim.
        due_at=case((_P.expires_at <= NOW, _NEXT), else_=_P.due_at),
        expires_at=case((_P.expires_at < _UNTIL, _UNTIL), else_=_P.expires_at),
    )
    .returning(_P.key)
)
DONE = delete(tables.promises).where(QUEUE.held).returning(_P.key)
AGAIN = (
    update(tables.promises)
    .where(QUEUE.held)
    .values(due_at=case((and_(_P.expires_at > NOW, _P.expires_at < _NEXT), _P.expires_at), else_=_NEXT))
    .returning(_P.key)
)
RECORD_ANSWER = AGAIN.values(seen=bindparam("digest"), tries=0)
FORGET = (
    delete(tables.promises)
    .where(_P.citizen == bindparam("who"), or_(_P.kind == "answer", _P.kind == "changes"))
    .returning(_P.key)
)
HELD_BY = select(func.count().label("many")).where(_P.citizen == bindparam("who"), _P.kind == "changes")
# The worker deletes a row when it has answered or apologised. What no key opens, it can only leave.
UNANSWERED = Retention(tables.promises, 30, _P.expires_at <= BEFORE)
COUNT = select(_P.kind, func.count().label("waiting")).group_by(_P.kind)
