"""Records refusals of the admin site itself: a missing role, a CSRF failure, or an unreadable form."""

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
    """Write to the audit that this user was refused."""
    audit = Audit(request.config_dict[ADMIN_CONTEXT].database)
    await record(audit, AuditEvent(visitor.name, action, clipped(tables.audit.c.subject, request.path)), why)


async def note_form_refusal(request: web.Request, visitor: CurrentUser, refused: Refused) -> None:
    """Write to the audit that a form was refused, unless the called service has recorded it."""
    if not refused.is_recorded:
        await note_refusal(request, visitor, FORM, str(refused))
