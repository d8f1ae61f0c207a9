"""SQL statements for versions and publications of the menus."""

from __future__ import annotations

from typing import Final

from sqlalchemy import and_, bindparam, func, insert, select, update

from database import tables
from database.retention import BEFORE, Retention
from database.tables import menu_publications, menu_versions

_V, _P = menu_versions.c, menu_publications.c

# Each action leaves an entry in the audit within its own transaction: as long as this stays, nothing was staged or
# published. Unlike the versions themselves it is quick to ask, several times a second in every process.
LAST_AUDIT_NUMBER: Final = select(func.max(tables.audit.c.number).label("number"))

STAGED: Final = (
    select(_V.version, _V.staged_by, _V.staged_at)
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
    .values(staged_by=bindparam("by"), staged_at=bindparam("now"))
    .returning(_V.version)
)
UNPUBLISHED: Final = Retention(
    menu_versions, 30, and_(_V.staged_at <= BEFORE, _V.version.not_in(select(_P.version))), "seconds"
)
PUBLISH: Final = insert(menu_publications).values({column.name: bindparam(column.name) for column in _P})
