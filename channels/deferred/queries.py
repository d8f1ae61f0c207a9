"""The SQL statements of deferred answers: add, extend, claim, settle and delete.

due_at is never later than expires_at, so expired rows are found by the same index scan as due rows. Messages that were
postponed because Valkey was away have the topic POSTPONED and a queue of their own: of one citizen, the first only can
be claimed. expires_at never changes for a message, so it is also the place of the message in its order.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from database import tables
from database.leased_queue import NOW, LeasedQueue, QueueTable
from database.retention import BEFORE, Retention

_P = tables.promises.c
_NEXT, _UNTIL = (bindparam(name, type_=BigInteger) for name in ("next", "until"))

POSTPONED: Final = "postponed"  # as a topic: no publication has this name
_IS_POSTPONED = _P.topic == POSTPONED
_EARLIER = tables.promises.alias("earlier")
_E = _EARLIER.c
_IS_FIRST = ~exists(
    select(_E.key).where(
        _E.citizen == _P.citizen,
        _E.topic == POSTPONED,
        _E.expires_at > NOW,  # one that cannot be decrypted blocks the others for a day only
        or_(_E.expires_at < _P.expires_at, and_(_E.expires_at == _P.expires_at, _E.key < _P.key)),
    )
).correlate(tables.promises)


def _queue(*conditions: ColumnElement[bool]) -> LeasedQueue:
    return LeasedQueue(
        QueueTable(
            table=tables.promises,
            order=(_P.due_at, _P.key),
            returned=(_P.key, _P.kind, _P.citizen, _P.sealed, _P.seen, _P.tries, _P.expires_at, _P.request_id),
            held=_P.due_at == bindparam("lease"),
            short_wait=or_(_P.kind == "answer", _P.kind == "message"),
            conditions=conditions,
        )
    )


QUEUE = _queue(_P.topic != POSTPONED)
POSTPONED_QUEUE = _queue(_IS_POSTPONED, _IS_FIRST)
POSTPONE = (
    update(tables.promises)
    .where(_P.key == bindparam("held"), _P.kind == "message", _P.topic == "")
    .values(topic=POSTPONED, due_at=_NEXT)
    .returning(_P.key)
)
POSTPONED_OF = select(func.count().label("many")).where(_P.citizen == bindparam("who"), _IS_POSTPONED)
COUNT_POSTPONED = select(func.count().label("many")).select_from(
    select(_P.key).where(_IS_POSTPONED).limit(bindparam("most", type_=Integer)).subquery()
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
