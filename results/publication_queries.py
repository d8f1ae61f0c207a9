"""The SQL statements of publication: successors, seats that a correction changes, and announcements."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import and_, bindparam, exists, func, insert, or_, select, update

from database import tables

_R, _P, _C = tables.exam_results.c, tables.publications.c, tables.publication_changes.c
PUBLISHED_FOR_SEAT: Final = ("verdict", "mention", "series", "centre")  # columns compared to find changed seats

NEXT_NUMBER: Final = select((func.coalesce(func.max(_P.number), 0) + 1).label("number"))
# Stored, because the clock may be set back later.
NOTE_PUBLISHED: Final = (
    update(tables.publications)
    .where(
        _P.session == bindparam("of"),
        _P.ended_at.is_(None),
        _P.withdrawn_at.is_(None),
        _P.told_at.is_(None),
        _P.publish_at <= bindparam("now"),
    )
    .values(told_at=bindparam("now"))
    .returning(_P.number)
)
PAST: Final = select(tables.publications).where(_P.session == bindparam("of")).order_by(_P.number)
DEPARTMENTS: Final = select(_R.department).where(_R.result_set == bindparam("named")).distinct()
_COVERED = (
    _P.session == bindparam("of"),
    _P.ended_at.is_(None),
    or_(_P.department == bindparam("where"), bindparam("where") == ""),
)
WITHDRAW: Final = (
    update(tables.publications)
    .where(*_COVERED, _P.withdrawn_at.is_(None), _P.publish_at.is_not(None))
    .values(withdrawn_at=bindparam("now"))
    .returning(_P.number, _P.result_set)
)
END: Final = update(tables.publications).where(*_COVERED).values(ended_at=bindparam("now")).returning(_P.number)
END_OTHERS: Final = (
    update(tables.publications)
    .where(_P.session == bindparam("of"), _P.ended_at.is_(None), _P.department == "")
    .values(ended_at=bindparam("now"))
    .returning(_P.number)
)

_OLD, _NEW = tables.exam_results.alias("old"), tables.exam_results.alias("new")
# A seat must have the same department in both sets: otherwise the answer would depend on which set is read first.
MOVED: Final = (
    select(func.count().label("many"))
    .select_from(_NEW.join(_OLD, _NEW.c.seat == _OLD.c.seat))
    .where(
        _NEW.c.result_set == bindparam("named"),
        _OLD.c.result_set == bindparam("before"),
        _NEW.c.department != _OLD.c.department,
        or_(_NEW.c.department == bindparam("where"), _OLD.c.department == bindparam("where")),
    )
)


def _same(old: Any, new: Any) -> Any:
    return and_(old.seat == new.seat, *(old[name] == new[name] for name in PUBLISHED_FOR_SEAT))


_CORRECTIONS = (_P.number >= bindparam("first"), _P.why != "", _P.replaces != "")
NOTE_CHANGED: Final = insert(tables.publication_changes).from_select(
    ["publication", "seat"],
    select(_P.number, _NEW.c.seat)
    .join(_NEW, and_(_NEW.c.result_set == _P.result_set, _NEW.c.department == _P.department))
    .where(*_CORRECTIONS, ~exists().where(_OLD.c.result_set == _P.replaces, _same(_OLD.c, _NEW.c))),
)
NOTE_GONE: Final = insert(tables.publication_changes).from_select(
    ["publication", "seat"],
    select(_P.number, _OLD.c.seat)
    .join(_OLD, and_(_OLD.c.result_set == _P.replaces, _OLD.c.department == _P.department))
    .where(*_CORRECTIONS, ~exists().where(_NEW.c.result_set == _P.result_set, _NEW.c.seat == _OLD.c.seat)),
)

# For operators, before approval: how many seats change from one verdict to another; null: the seat is new.
_WAS = tables.exam_results.alias("was")
CHANGED: Final = (
    select(_WAS.c.verdict.label("was"), _R.verdict.label("is"), func.count().label("many"))
    .select_from(
        tables.exam_results.outerjoin(_WAS, and_(_WAS.c.result_set == bindparam("before"), _WAS.c.seat == _R.seat))
    )
    .where(
        _R.result_set == bindparam("named"),
        ~exists().where(_OLD.c.result_set == bindparam("before"), _same(_OLD.c, _R)),
    )
    .group_by(_WAS.c.verdict, _R.verdict)
    .order_by(func.count().desc())
)
GONE: Final = select(func.count().label("many")).where(
    _R.result_set == bindparam("before"),
    ~exists().where(_NEW.c.result_set == bindparam("named"), _NEW.c.seat == _R.seat),
)

# Deferred answers about a session become due at its hour and expire later. Their keys are digests, so the order of
# sending favours no exam centre.
WAKE: Final = (
    update(tables.promises)
    .where(tables.promises.c.topic == bindparam("about"))
    .values(due_at=bindparam("due"), expires_at=bindparam("until"))
    .returning(tables.promises.c.key)
)
SUBSCRIBERS: Final = (
    select(func.count().label("many")).select_from(tables.promises).where(tables.promises.c.topic == bindparam("about"))
)
# Cancels queued messages about a session that were stored before messages had a basis (a publication number).
CANCEL: Final = (
    update(tables.outbox)
    .where(tables.outbox.c.topic == bindparam("about"), tables.outbox.c.state == "queued", tables.outbox.c.basis == 0)
    .values(state="cancelled", ended_at=bindparam("now"), why="withdrawn", text="", card="")
    .returning(tables.outbox.c.key)
)
_NEWS = (
    _P.announced_at.is_(None),
    _P.withdrawn_at.is_(None),
    _P.ended_at.is_(None),
    _P.publish_at <= bindparam("until"),
)
TO_ANNOUNCE: Final = select(_P.session).where(*_NEWS).distinct()
ANNOUNCE: Final = (
    update(tables.publications)
    .where(_P.session == bindparam("of"), *_NEWS)
    .values(announced_at=bindparam("now"), told_at=func.coalesce(_P.told_at, bindparam("now")))
    .returning(_P.number)
)

COMING: Final = select(_P.number).where(
    _P.session == bindparam("of"),
    _P.ended_at.is_(None),
    _P.withdrawn_at.is_(None),
    _P.publish_at > bindparam("now"),
)
