"""The SQL statements of approval."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, delete, func, insert, select, update

from database import tables

_T, _R, _S = tables.result_sets.c, tables.exam_results.c, tables.exam_sessions.c

CLOSE_SESSION: Final = (
    update(tables.exam_sessions)
    .where(_S.code == bindparam("of"), _S.closed_at.is_(None))
    .values(closed_at=bindparam("now"))
    .returning(_S.code)
)
REOPEN_SESSION: Final = update(tables.exam_sessions).where(_S.code == bindparam("of")).values(closed_at=None)
SESSION: Final = select(tables.exam_sessions).where(_S.code == bindparam("called"))
SETS: Final = select(tables.result_sets).where(_T.session == bindparam("of")).order_by(_T.imported_at, _T.id)
ONE: Final = select(tables.result_sets).where(_T.id == bindparam("named"))
MANY: Final = select(func.count().label("many")).where(_T.session == bindparam("of"))
ADD: Final = insert(tables.result_sets).values({column.name: bindparam(column.name) for column in tables.result_sets.c})
APPROVE: Final = (
    update(tables.result_sets)
    .where(_T.id == bindparam("named"), _T.state == "draft")
    .values(state="approved", approved_by=bindparam("by"), approved_at=bindparam("now"))
    .returning(_T.id)
)
DISCARD: Final = (
    update(tables.result_sets)
    .where(_T.id == bindparam("named"), _T.state == "draft")
    .values(state="discarded")
    .returning(_T.id)
)
FORGET_ROWS: Final = delete(tables.exam_results).where(_R.result_set == bindparam("named"))
