"""The SQL statements of deferred answers: add, extend, claim, settle and delete.

due_at is never later than expires_at, so expired rows are found by the same index scan as due rows.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, and_, bindparam, case, delete, func, or_, select, update

from database import tables
from database.column_limits import max_integer

_P = tables.promises.c
# A row that cannot be decrypted is claimed again and again; its full column must not stop the other claims.
MAX_TRIES = max_integer(_P.tries)
_NOW, _NEXT, _UNTIL = (bindparam(name, type_=BigInteger) for name in ("now", "next", "until"))
_HELD = and_(_P.key == bindparam("held"), _P.tries == bindparam("try_"), _P.due_at == bindparam("lease"))

PROLONG = (
    update(tables.promises)
    .where(_P.key == bindparam("held"), _P.kind == "changes")
    .values(
        # After its expiry another process may be settling the row: a new due_at invalidates that claim.
        due_at=case((_P.expires_at <= _NOW, _NEXT), else_=_P.due_at),
        expires_at=case((_P.expires_at < _UNTIL, _UNTIL), else_=_P.expires_at),
    )
    .returning(_P.key)
)
DUE_NOW = select(_P.key).where(_P.due_at <= _NOW).limit(1)
DUE = (
    select(_P.key)
    .where(_P.due_at <= _NOW)
    .order_by(_P.due_at, _P.key)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
)
CLAIM = (
    update(tables.promises)
    .where(_P.key.in_(DUE))
    .values(tries=case((_P.tries < MAX_TRIES, _P.tries + 1), else_=_P.tries), due_at=_UNTIL)
    .returning(_P.key, _P.kind, _P.citizen, _P.sealed, _P.seen, _P.tries, _P.expires_at)
)
DONE = delete(tables.promises).where(_HELD).returning(_P.key)
AGAIN = (
    update(tables.promises)
    .where(_HELD)
    .values(due_at=case((and_(_P.expires_at > _NOW, _P.expires_at < _NEXT), _P.expires_at), else_=_NEXT))
    .returning(_P.key)
)
RECORD_ANSWER = AGAIN.values(seen=bindparam("digest"), tries=0)
# An answer or a message waits at most ten minutes; a later due_at was written by a machine whose clock was ahead.
BRING_FORWARD = (
    update(tables.promises)
    .where(or_(_P.kind == "answer", _P.kind == "message"), _P.due_at > bindparam("latest", type_=BigInteger))
    .values(due_at=_NEXT)
    .returning(_P.key)
)
FORGET = (
    delete(tables.promises)
    .where(_P.citizen == bindparam("who"), or_(_P.kind == "answer", _P.kind == "changes"))
    .returning(_P.key)
)
HELD_BY = select(func.count().label("many")).where(_P.citizen == bindparam("who"), _P.kind == "changes")
COUNT = select(_P.kind, func.count().label("waiting")).group_by(_P.kind)
