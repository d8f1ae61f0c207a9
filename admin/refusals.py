"""Refusals of the desk itself, before any part was asked: a role, a form from elsewhere, or one that cannot be read."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from accounts.audit import Audit, AuditEvent
from accounts.refusals import Refused, record
from admin.context import ADMIN_CONTEXT
from admin.permissions import CurrentUser
from database import tables
from database.column_limits import clipped

FORM: Final = "desk form"


async def note_refusal(request: web.Request, visitor: CurrentUser, action: str, why: str) -> None:
    """Put into the audit that this visitor was refused here."""
    audit = Audit(request.config_dict[ADMIN_CONTEXT].database)
    await record(audit, AuditEvent(visitor.name, action, clipped(tables.audit.c.subject, request.path)), why)


async def note_form_refusal(request: web.Request, visitor: CurrentUser, refused: Refused) -> None:
    """The same of a form, unless the part that it was meant for has recorded that already."""
    if not refused.is_recorded:
        await note_refusal(request, visitor, FORM, str(refused))
