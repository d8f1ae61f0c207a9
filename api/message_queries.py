"""The SQL statements of ministries' messages."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, func, literal_column, select, update

from database import tables
from database.leased_queue import LeasedQueue, QueueTable
from database.retention import BEFORE, Retention
from database.value_lists import is_one_of

_M, _R, _O, _B = tables.ministry_messages.c, tables.ministry_recipients.c, tables.outbox.c, tables.ministry_parts.c
WAITING: Final = _R.state == literal_column("'waiting'")  # a literal, so that the partial index is used
QUEUE: Final = LeasedQueue(
    QueueTable(
        table=tables.ministry_recipients,
        order=(_R.due_at, _R.key),
        returned=(_R.key, _R.message, _R.sealed, _R.tries),
        held=WAITING,
        short_wait=WAITING,
        conditions=(WAITING,),
    )
)
SETTLE: Final = (
    update(tables.ministry_recipients)
    .where(QUEUE.held)
    .values(state=bindparam("to"), why=bindparam("because"), due_at=bindparam("next"), sealed=bindparam("now_sealed"))
    .returning(_R.key, _R.tries)
)
ONE: Final = select(tables.ministry_messages).where(
    _M.id == bindparam("called"), _M.ministry == bindparam("whose"), _M.mode == bindparam("of_mode")
)
SEVERAL: Final = select(tables.ministry_messages).where(is_one_of(_M.id, "message"))
COUNTS: Final = (
    select(_R.state, _O.state.label("taken"), _O.why.label("because"), func.count().label("many"))
    .select_from(tables.ministry_recipients.outerjoin(tables.outbox, _O.key == _R.key))
    .where(_R.message == bindparam("called"))
    .group_by(_R.state, _O.state, _O.why)
)
SPENT: Final = select(_B.parts).where(_B.key_id == bindparam("whose"), _B.day == bindparam("today"))
SPEND: Final = (
    update(tables.ministry_parts)
    .where(
        _B.key_id == bindparam("whose"), _B.day == bindparam("today"), _B.parts + bindparam("more") <= bindparam("most")
    )
    .values(parts=_B.parts + bindparam("more"))
    .returning(_B.parts)
)
# After the expiry of a message; its recipients first, because they are found by it.
RECIPIENTS: Final = Retention(
    tables.ministry_recipients, 30, _R.message.in_(select(_M.id).where(_M.expires_at <= BEFORE))
)
MESSAGES: Final = Retention(tables.ministry_messages, 30, _M.expires_at <= BEFORE)
PARTS: Final = Retention(tables.ministry_parts, 400, _B.day <= BEFORE, "day")  # to compare with the year before
