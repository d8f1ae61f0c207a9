"""The audit page: actions of operators by person, kind and day, their export, and a check of the chain."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from aiohttp import web

from accounts.audit import Audit, AuditEntry
from accounts.audit_search import search_audit
from admin.audit.action_words import KINDS, action_words, detail_lines, moment
from admin.audit.audit_query import AuditQuery, NoQuery, parse_query
from admin.context import ADMIN_CONTEXT
from admin.csv_text import csv_answer
from admin.permissions import CurrentUser
from admin.routes import Route
from admin.templating import render
from results.visibility import visible_entries

PAGE: Final = 100  # entries
MAX_EXPORTED: Final = 10_000  # entries
HASH: Final = re.compile(r"[0-9a-f]{64}")
HEADINGS: Final = ("N°", "Quand", "Qui", "Quoi", "Sur quoi", "Détails", "Empreinte")


async def show(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Show a page of entries; with `?verifier`, also check the chain, and where the noted hash is."""
    try:
        asked, wrong = parse_query(request.query), ""
    except NoQuery as no:
        asked, wrong = AuditQuery(), str(no)
    entries = await _entries(request, visitor, asked, PAGE + 1)
    noted = request.query.get("notee", "").strip().lower()
    if noted and not HASH.fullmatch(noted):
        noted, wrong = "", "Une empreinte a 64 signes, de 0 à 9 et de a à f : recopiez-la entière."
    context: dict[str, Any] = {"asked": asked, "wrong": wrong, "kinds": KINDS, "noted": noted}
    context |= {"entries": entries[:PAGE], "more": len(entries) > PAGE, "found": None}
    if "verifier" in request.query and not wrong:
        context["found"] = await _audit(request).verify(noted)
    words = {"action_words": action_words, "detail_lines": detail_lines, "moment": moment}
    return render(request, visitor, "audit.html", status=400 if wrong else 200, **context, **words)


async def export(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Return the entries that the page would show on all its pages as CSV."""
    try:
        asked = parse_query(request.query)
    except NoQuery as no:
        return web.Response(status=400, text=f"{no}\n")
    entries = await _entries(request, visitor, asked, MAX_EXPORTED)
    return csv_answer("zin-journal.csv", (HEADINGS, *_rows(entries)))


async def _entries(request: web.Request, visitor: CurrentUser, asked: AuditQuery, most: int) -> Sequence[AuditEntry]:
    audit = _audit(request)
    found = await search_audit(audit, replace(asked.filter, ministry=visitor.ministry), most)
    return await visible_entries(audit.database, found, visitor.operator)


def _audit(request: web.Request) -> Audit:
    return Audit(request.config_dict[ADMIN_CONTEXT].database)


def _rows(entries: Sequence[AuditEntry]) -> Iterator[tuple[object, ...]]:
    for one in entries:
        details = " · ".join(f"{name} : {value}" for name, value in detail_lines(one))
        words = action_words(one.action) or one.action
        yield (one.number, moment(one.at), one.operator, words, one.subject, details, one.hash)


WAYS: Final = (Route("GET", "/journal", "view", show), Route("GET", "/journal.csv", "view", export))
