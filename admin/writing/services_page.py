"""Pages that list the services of the draft, and the facts of them that must be confirmed again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from aiohttp import web

from admin.context import ADMIN_CONTEXT
from admin.permissions import CurrentUser
from admin.routes import Route
from admin.templating import page_number, render
from admin.visible_files import visible_files
from admin.writing.service_list import ORDERS, STATES, select_lines, service_lines
from authoring.diff.changes import shorten
from authoring.diff.entries import PARTS
from authoring.drafts.service_entries import ServiceEntries, ServiceEntry, path_of
from catalog.entries import SERVICES
from catalog.facts import Sourced, local_today

PER_PAGE: Final = 50
MAX_SEARCH_CHARACTERS: Final = 80


@dataclass(frozen=True, slots=True)
class OldFact:
    """A fact that must be confirmed again: of which service, what it says, and since when."""

    entry: ServiceEntry
    part: str
    value: str
    as_of: str
    until: str


async def show(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Show the services that are searched for, a page at a time."""
    desk = request.config_dict[ADMIN_CONTEXT]
    drafts, visible = desk.draft.drafts, await visible_files(desk, visitor)
    entries = ServiceEntries(await drafts.working_copy())
    saved = await drafts.last_saves(SERVICES.folder)
    found = await asyncio.to_thread(lambda: list(service_lines(entries, saved, local_today())))
    found = [one for one in found if visible.has(path_of(one.entry.name))]
    wanted = {name: request.query.get(name, "")[:MAX_SEARCH_CHARACTERS] for name in ("q", "theme", "etat", "tri")}
    lines = select_lines(found, wanted)
    pages = max(1, -(-len(lines) // PER_PAGE))
    number = page_number(request.query.get("page", ""), pages)
    counts = {name: sum(one.is_in(name) for one in found) for name in STATES}
    return render(
        request, visitor, "services.html", lines=lines[(number - 1) * PER_PAGE : number * PER_PAGE],
        many=len(lines), all=len(found), number=number, pages=pages, states=STATES, counts=counts,
        orders=ORDERS, themes=entries.spellings("theme"), wanted=wanted,
    )  # fmt: skip


async def show_old(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Show the facts that must be confirmed again: those that are past, then those that are old, the oldest first."""
    desk = request.config_dict[ADMIN_CONTEXT]
    entries, visible = ServiceEntries(await desk.draft.drafts.working_copy()), await visible_files(desk, visitor)
    found = await asyncio.to_thread(lambda: _old_facts(entries, local_today()))
    found = [one for one in found if visible.has(path_of(one.entry.name))]
    number = page_number(request.query.get("page", ""), max(1, -(-len(found) // PER_PAGE)))
    shown = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    return render(
        request, visitor, "services_old.html", facts=shown, many=len(found), number=number,
        pages=max(1, -(-len(found) // PER_PAGE)),
    )  # fmt: skip


def _old_facts(entries: ServiceEntries, today: date) -> Sequence[OldFact]:
    found = [(one, key, fact) for one in entries.entries() for key, fact in one.to_confirm(today)]
    found.sort(key=lambda item: (not item[2].is_past(today), item[2].until or "", item[2].as_of))
    return [OldFact(one, PARTS[key], shorten(_words(fact)), fact.as_of, fact.until or "") for one, key, fact in found]


def _words(fact: Sourced) -> str:
    value = fact.model_dump()["value"]
    return value if isinstance(value, str) else ", ".join(value)


WAYS: Final = (
    Route("GET", "/services", "view", show),
    Route("GET", "/services/a-confirmer", "view", show_old),
)
