"""The SQL statements of notifications."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, bindparam, delete, func, literal_column, select, true, update

from database import tables
from database.leased_queue import LeasedQueue, QueueTable
from database.retention import BEFORE, Retention

_C, _O, _T, _N = tables.contacts.c, tables.operators.c, tables.notified_tasks.c, tables.notifications.c
_NOW: Final = bindparam("now", type_=BigInteger)
_NEXT: Final = select(_C.key).where(_C.look_at <= _NOW).order_by(_C.look_at, _C.key).limit(1)
FIRST_LOOK: Final = _NEXT
# A claim: whichever process takes the row looks, and the others wait until it is due again.
CLAIM_LOOK: Final = (
    update(tables.contacts)
    .where(_C.key.in_(_NEXT.with_for_update(skip_locked=True)))
    .values(look_at=bindparam("until", type_=BigInteger))
    .returning(_C.key)
)
ACCOUNT: Final = select(_O.name, _O.role, _O.ministry).where(_O.name == bindparam("called"), _O.closed_at.is_(None))
HAS_CONTACT: Final = select(_C.key).where(_C.key == bindparam("called"))
NOTIFIED: Final = select(
    _T.task, _T.kind, _T.many, _T.found_at, _T.notified_at, _T.gone_at
).where(_T.name == bindparam("called"))  # fmt: skip
FORGET: Final = delete(tables.notified_tasks).where(_T.name == bindparam("called")).returning(_T.task)

QUEUED: Final = _N.state == literal_column("'queued'")
QUEUE: Final = LeasedQueue(
    QueueTable(
        table=tables.notifications,
        order=(_N.due_at, _N.key),
        returned=(_N.key, _N.name, _N.content, _N.tries, _N.expires_at),
        held=QUEUED,
        short_wait=true(),
        conditions=(QUEUED,),
    )
)
SENT: Final = delete(tables.notifications).where(QUEUE.held).returning(_N.key, _N.tries)
SETTLE: Final = (
    update(tables.notifications)
    .where(QUEUE.held)
    .values(state=bindparam("to"), why=bindparam("because"), due_at=bindparam("next", type_=BigInteger))
    .returning(_N.key, _N.tries)
)
PROBLEMS: Final = (
    select(_N.why, _N.state, func.count().label("many")).where(_N.why != "").group_by(_N.why, _N.state).order_by(_N.why)
)
FAILED: Final = Retention(tables.notifications, 7, _N.expires_at <= BEFORE)
