"""SQL statements for the draft of the menus."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, delete, func, select

from database.tables import audit, menu_drafts

_D, _A = menu_drafts.c, audit.c

EVERY: Final = select(menu_drafts).order_by(_D.path)
ONE: Final = select(menu_drafts).where(_D.path == bindparam("named"))
REMOVE: Final = delete(menu_drafts).where(_D.path == bindparam("named")).returning(_D.path)

_NEWEST: Final = (
    select(func.max(_A.number))
    .where(_A.action == bindparam("saving"), _A.subject.like(bindparam("below")))
    .group_by(_A.subject)
)
LAST_SAVES: Final = select(_A.subject, _A.operator, _A.at).where(_A.number.in_(_NEWEST))
