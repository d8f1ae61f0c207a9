"""What tests of accounts share: their rows and the audit of what was done."""

from __future__ import annotations

from sqlalchemy import select

from database import tables
from tests.support.audit_entries import done
from tests.support.database import Registry

GOOD, OTHER = "un âne gris dort", "trois ânes gris dorment"
BY = "console:root"


async def audited(registry: Registry) -> list[tuple[str, str, str, dict[str, str]]]:
    entries = await done(registry.database)
    return [(one.operator, one.action, one.subject, dict(one.details)) for one in entries]


async def kept(registry: Registry, name: str = "awa") -> str:
    rows = await registry.database.rows(select(tables.operators.c.password).where(tables.operators.c.name == name))
    return str(rows[0]["password"])
