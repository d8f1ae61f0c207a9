"""The statements of the promises, each written once: keeping, prolonging, claiming, settling and forgetting.

What waits is due at its end at the latest, so that what is past its end needs no search of its own.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, and_, bindparam, case, delete, func, or_, select, update

from database import tables
from database.column_limits import max_integer
from database.interface import insert_once

_P = tables.promises.c
# One that can never be opened is claimed for ever, and must not stop the rest when its column is full.
MAX_TRIES = max_integer(_P.tries)
_NOW, _NEXT, _UNTIL = (bindparam(name, type_=BigInteger) for name in ("now", "next", "until"))
_HELD = and_(_P.key == bindparam("held"), _P.tries == bindparam("try_"), _P.due_at == bindparam("lease"))

KEEP = {dialect: insert_once(dialect, tables.promises) for dialect in ("sqlite", "postgresql")}
PROLONG = (
    update(tables.promises)
    .where(_P.key == bindparam("held"), _P.kind == "changes")
    .values(
        # Past its end, somebody may be ending it just now: a new time takes it away from them.
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
RECORD_ANSWER = AGAIN.values(seen=bindparam("told"), tries=0)
# An answer or a message waits ten minutes at most; what is due later was written by a machine whose clock was ahead.
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
