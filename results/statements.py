"""The statements of publication, each written once."""

from __future__ import annotations

from typing import Final

from sqlalchemy import and_, bindparam, delete, exists, func, insert, or_, select, update

from registry import tables
from registry.database import insert_once, upsert

_T, _R, _P, _S = tables.result_sets.c, tables.exam_results.c, tables.publications.c, tables.exam_sessions.c
DIALECTS: Final = ("sqlite", "postgresql")

OPEN_SESSION: Final = {dialect: insert_once(dialect, tables.exam_sessions) for dialect in DIALECTS}
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
SEAT: Final = select(_R.verdict).where(_R.result_set == bindparam("named"), _R.seat == bindparam("called"))
PUBLISHED: Final = (
    select(tables.publications)
    .where(_P.session == bindparam("of"), _P.department == bindparam("where"), _P.withdrawn_at.is_(None))
    .order_by(_P.publish_at.desc())
)
SOMEBODY: Final = (
    select(_R.seat).where(_R.result_set == bindparam("named"), _R.department == bindparam("where")).limit(1)
)
PUBLISH: Final = {dialect: upsert(dialect, tables.publications) for dialect in DIALECTS}
WITHDRAW: Final = (
    update(tables.publications)
    .where(
        _P.session == bindparam("of"),
        or_(_P.department == bindparam("where"), bindparam("where") == ""),
        _P.withdrawn_at.is_(None),
    )
    .values(withdrawn_at=bindparam("now"))
    .returning(_P.result_set)
)

# Who waits for news of a session is looked after from its hour on, and forgotten a while later. Keys are digests:
# in their order no centre comes last.
WAKE: Final = (
    update(tables.promises)
    .where(tables.promises.c.topic == bindparam("about"))
    .values(due_at=bindparam("due"), expires_at=bindparam("until"))
    .returning(tables.promises.c.key)
)
# News that were not sent yet are not sent any more.
CANCEL: Final = (
    update(tables.outbox)
    .where(tables.outbox.c.topic == bindparam("about"), tables.outbox.c.state == "queued")
    .values(state="cancelled", ended_at=bindparam("now"), why="withdrawn", text="", card="")
    .returning(tables.outbox.c.key)
)
_NEWS = (_P.announced_at.is_(None), _P.withdrawn_at.is_(None), _P.publish_at <= bindparam("until"))
TO_ANNOUNCE: Final = select(_P.session).where(*_NEWS)
ANNOUNCE: Final = (
    update(tables.publications)
    .where(_P.session == bindparam("of"), *_NEWS)
    .values(announced_at=bindparam("now"))
    .returning(_P.department)
)
_OLD = tables.exam_results.alias("old")
_SAME = exists().where(
    _OLD.c.result_set == bindparam("before"),
    _OLD.c.seat == _R.seat,
    *(_OLD.c[name] == _R[name] for name in ("verdict", "mention", "series", "centre")),
)
_WAS = tables.exam_results.alias("was")
_BEFORE = and_(_WAS.c.result_set == bindparam("before"), _WAS.c.seat == _R.seat)
CHANGED: Final = (  # how many went from one verdict to another; null: not there before
    select(_WAS.c.verdict.label("was"), _R.verdict.label("is"), func.count().label("many"))
    .select_from(tables.exam_results.outerjoin(_WAS, _BEFORE))
    .where(_R.result_set == bindparam("named"), ~_SAME)
    .group_by(_WAS.c.verdict, _R.verdict)
    .order_by(func.count().desc())
)
_NEW = tables.exam_results.alias("new")
GONE: Final = select(func.count().label("many")).where(
    _R.result_set == bindparam("before"),
    ~exists().where(_NEW.c.result_set == bindparam("named"), _NEW.c.seat == _R.seat),
)
TELL_WHY: Final = (
    update(tables.exam_results).where(_R.result_set == bindparam("named"), ~_SAME).values(why=bindparam("because"))
)
