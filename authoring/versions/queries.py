"""SQL statements for versions and publications of the menus."""

from __future__ import annotations

from typing import Final

from sqlalchemy import and_, bindparam, delete, func, insert, select, update

from database import tables
from database.retention import BEFORE, Retention
from database.tables import menu_approvals, menu_publications, menu_schedules, menu_versions

_V, _P = menu_versions.c, menu_publications.c

# Each action leaves an entry in the audit within its own transaction: as long as this stays, nothing was staged or
# published. Unlike the versions themselves it is quick to ask, several times a second in every process.
LAST_AUDIT_NUMBER: Final = select(func.max(tables.audit.c.number).label("number"))

STAGED: Final = (
    select(_V.version, _V.staged_by, _V.staged_at, _V.why)
    .where(~select(_P.number).where(_P.version == _V.version, _P.published_at >= _V.staged_at).exists())
    .order_by(_V.staged_at.desc())
)
FILES: Final = select(_V.files, _V.languages).where(_V.version == bindparam("named"))
NAMES: Final = select(_V.version)
LATEST: Final = select(
    func.max(_V.staged_at).label("staged"),
    select(func.max(_P.published_at)).scalar_subquery().label("published"),
)
PUBLICATIONS: Final = select(menu_publications).order_by(_P.number.desc()).limit(bindparam("most"))
PUBLISHED: Final = select(_P.number).where(_P.version == bindparam("named")).limit(1)

STAGE_AGAIN: Final = (
    update(menu_versions)
    .where(_V.version == bindparam("named"))
    .values(staged_by=bindparam("by"), staged_at=bindparam("now"), why=bindparam("why"), writers=bindparam("writers"))
    .returning(_V.version)
)
UNPUBLISHED: Final = Retention(
    menu_versions,
    30,
    and_(
        _V.staged_at <= BEFORE,
        _V.version.not_in(select(_P.version)),
        _V.version.not_in(select(menu_approvals.c.version)),
        _V.version.not_in(select(menu_schedules.c.version)),
    ),
    "seconds",
)
PUBLISH: Final = insert(menu_publications).values({column.name: bindparam(column.name) for column in _P})

_W, _S = menu_approvals.c, menu_schedules.c
WRITERS: Final = select(_V.writers, _V.staged_by).where(_V.version == bindparam("named"))
APPROVAL: Final = select(menu_approvals).where(_W.version == bindparam("named"), _W.instead_of == bindparam("compared"))
SCHEDULES: Final = select(menu_schedules).order_by(_S.publish_at)
DUE: Final = select(menu_schedules).where(_S.publish_at <= bindparam("now"), _S.failure == "").order_by(_S.publish_at)
UNSCHEDULE: Final = delete(menu_schedules).where(_S.version == bindparam("named")).returning(_S.version)
CLAIM: Final = (
    delete(menu_schedules)
    .where(_S.version == bindparam("named"), _S.failure == "", _S.publish_at <= bindparam("now"))
    .returning(_S.version)
)
FAIL: Final = (
    update(menu_schedules)
    .where(_S.version == bindparam("named"), _S.failure == "")
    .values(failure=bindparam("what"))
    .returning(_S.version)
)
