"""The SQL statements of callbacks."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Integer, SmallInteger, and_, bindparam, delete, or_, select, true, update

from database import tables
from database.leased_queue import LeasedQueue, QueueTable

_C, _M, _R, _O = (
    tables.ministry_callbacks.c,
    tables.ministry_messages.c,
    tables.ministry_recipients.c,
    tables.outbox.c,
)
_K = tables.api_keys.c
ENDED: Final = ("delivered", "failed", "expired", "cancelled")
COMING: Final = ("queued", "sending", "sent")
QUEUE: Final = LeasedQueue(
    QueueTable(
        table=tables.ministry_callbacks,
        order=(_C.due_at, _C.key),
        returned=(_C.key, _C.tries, _C.until_ms),
        held=true(),
        short_wait=true(),
    )
)
AGAIN: Final = (
    update(tables.ministry_callbacks)
    .where(QUEUE.held)
    .values(due_at=bindparam("next", type_=BigInteger), tries=bindparam("counted", type_=SmallInteger))
    .returning(_C.key)
)
DONE: Final = delete(tables.ministry_callbacks).where(QUEUE.held).returning(_C.key)
FOLLOWED: Final = (
    select(_M.id, _M.reference, _M.mode, _M.key_id, _K.callback.label("address"))
    .select_from(tables.ministry_messages.join(tables.api_keys, _K.id == _M.key_id))
    .where(_M.id == bindparam("called"), _K.revoked_at.is_(None), _K.callback != "")
)
_JOINED: Final = tables.ministry_recipients.outerjoin(tables.outbox, _O.key == _R.key)
_OWN_END: Final = or_(_R.state == "delivered", _R.state == "expired")
_SENT_END: Final = and_(_R.state == "posted", or_(*(_O.state == state for state in ENDED)), _O.why != "stopped")
EVENTS: Final = (
    select(_R.key, _R.state, _O.state.label("taken"))
    .select_from(_JOINED)
    .where(_R.message == bindparam("called"), _R.reported.is_(False), or_(_OWN_END, _SENT_END))
    .order_by(_R.key)
    .limit(bindparam("most", type_=Integer))
)
_COMING: Final = and_(_R.state == "posted", or_(*(_O.state == state for state in COMING)))
OPEN: Final = (
    select(_R.key)
    .select_from(_JOINED)
    .where(_R.message == bindparam("called"), or_(_R.state == "waiting", _COMING))
    .limit(1)
)
REPORTED: Final = (
    update(tables.ministry_recipients).where(_R.key == bindparam("held")).values(reported=True).returning(_R.key)
)
