"""One service: its form, the phone beside it, and what is wrong; saved in the draft."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from aiohttp import web

from admin.context import ADMIN_CONTEXT
from admin.menu_map.screen_views import by_language, card_views, sms_price
from admin.permissions import DEMO, CurrentUser
from admin.refusals import note_form_refusal
from admin.routes import Route
from admin.templating import form as read_form
from admin.templating import render
from admin.writing.service_form import (
    ABOUT_LABELS,
    ASKED,
    FACT_LABELS,
    NAME_LABELS,
    NEW,
    REQUIRED,
    SHARED,
    SHARED_LABELS,
    Typed,
    values_of,
)
from authoring.drafts.repository import DraftChanged
from authoring.drafts.service_entries import ServiceEntries, path_of
from authoring.drafts.working_copy import content_digest
from authoring.versions.errors import MenusRefused
from catalog.entries import Service
from catalog.entry_files import ID, MAX_ID_CHARACTERS

MAX_BYTES: Final = 100_000
SAVE, SAVED = "enregistrer", "enregistre"
ALONE: Final = {
    "theme": "Aucun autre service n'a ce thème : les citoyens le verront dans la liste des thèmes.",
    "life_event": "Aucun autre service n'a cet événement : les citoyens le verront dans la liste des événements.",
}
Complaints = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class ServiceForm:
    """A service as the page shows it. present is what the draft has meanwhile, where others wrote something else."""

    name: str
    values: Mapping[str, str]
    seen: str
    complaints: Complaints
    present: Mapping[str, str]
    by: str = ""


async def show(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Show the form of a service, or an empty one."""
    desk, name = request.config_dict[ADMIN_CONTEXT], request.match_info["service"]
    entries = ServiceEntries(await desk.draft.drafts.working_copy(), visitor.ministry)
    if name != NEW and name not in entries.documents:
        return render(request, visitor, "map_unknown.html", status=404, what="de service", name=name)
    values = values_of(entries.fields(name))
    seen = content_digest(entries.working_copy.files.get(path_of(name)))
    service = entries.documents[name][1] if name != NEW else None
    return await _page(request, visitor, entries, (ServiceForm(name, values, seen, {}, {}), service))


async def write(request: web.Request, visitor: CurrentUser) -> web.StreamResponse:
    """Show what was typed on the phone, or save it if nothing is wrong with it."""
    desk, name = request.config_dict[ADMIN_CONTEXT], request.match_info["service"]
    sent = await read_form(request)
    entries = ServiceEntries(await desk.draft.drafts.working_copy(), visitor.ministry)
    if name != NEW and not (ID.fullmatch(name) and len(name) <= MAX_ID_CHARACTERS):
        raise web.HTTPNotFound
    form, text, service = _tried(entries, name, sent)
    if sent.get("action") != SAVE:
        shown = await _page(request, visitor, entries, (form, service))
        if shown.status == 422:  # nothing was refused: what is wrong with it is shown while it is typed
            shown.set_status(200)
        return shown
    if form.complaints or form.by:
        return await _page(request, visitor, entries, (form, service))
    by = visitor.operator.name if visitor.operator else DEMO
    saved = entries.free_id(form.values["short"]) if name == NEW else name
    try:
        await desk.draft.drafts.save(by, path_of(saved), text.encode(), seen="" if name == NEW else form.seen)
    except DraftChanged:
        return await write(request, visitor)
    except MenusRefused as refused:
        await note_form_refusal(request, visitor, refused)
        return await _page(request, visitor, entries, (_complaining(form, str(refused)), service))
    return web.Response(status=303, headers={"Location": f"/bureau/services/{saved}?{SAVED}=1"})


def _tried(entries: ServiceEntries, name: str, sent: Mapping[str, object]) -> tuple[ServiceForm, str, Service | None]:
    """Return the form with complaints at its fields, the text of the file, and the service; None if it is none."""
    before, present = entries.fields(name), values_of(entries.fields(name))
    values = {key: str(sent.get(key, old)).replace("\r\n", "\n") for key, old in present.items()}
    seen = "" if name == NEW else content_digest(entries.working_copy.files.get(path_of(name)))
    typed, file = Typed(values), entries.free_id(values["short"]) if name == NEW else name
    text = entries.write(file, typed.fields(before))
    service, wrong = entries.check(file, text)
    missing = typed.missing(before)
    asked = missing if sent.get("action") == SAVE else typed.passed_over(missing)
    complaints = {**_at_fields(wrong, ASKED if missing else ()), **asked}
    is_changed = str(sent.get("seen", "")) != seen
    others = {key: old for key, old in present.items() if is_changed and values[key].strip() != old.strip()}
    others = {key: old for key, old in others.items() if not key.startswith(SHARED)}
    changed = entries.working_copy.changed.get(path_of(name))
    by = (changed.by if changed else "une publication") if others else ""
    return ServiceForm(name, values, seen, complaints, others, by), text, service


def _at_fields(wrong: Complaints, asked: Collection[str]) -> Complaints:
    """Return complaints by field of the form, without those that the form asks in its words: a key of a fact stands
    for its value.
    """
    said = {key: tuple(line for line in lines if line not in asked) for key, lines in wrong.items()}
    return {f"{key}.value" if key in FACT_LABELS else key: lines for key, lines in said.items() if lines}


def _complaining(form: ServiceForm, line: str) -> ServiceForm:
    return ServiceForm(form.name, form.values, form.seen, {**form.complaints, "": (line,)}, form.present, form.by)


async def _page(
    request: web.Request, visitor: CurrentUser, entries: ServiceEntries, shown: tuple[ServiceForm, Service | None]
) -> web.Response:
    desk, (form, service) = request.config_dict[ADMIN_CONTEXT], shown
    edition = await desk.draft.edition(entries.working_copy)
    fields, spellings = {*form.values, ""}, {key: entries.spellings(key) for key in (*ALONE, "administration")}
    context: dict[str, Any] = {
        "form": form,
        "names": NAME_LABELS,
        "facts": FACT_LABELS,
        "about": ABOUT_LABELS,
        "shared": SHARED_LABELS,
        "required": REQUIRED,
        "new": form.name == NEW,
        "rest": [line for key, lines in form.complaints.items() if key not in fields or not key for line in lines],
        "spellings": spellings,
        "alone": {key: ALONE[key] for key in ALONE if form.values[key] and form.values[key] not in spellings[key]},
        "own": {key: any(form.values[f"{key}.{part}"] for part in ABOUT_LABELS) for key in FACT_LABELS},
        "views": by_language(card_views(edition, service, desk.settings)) if service else {},
        "is_saved": SAVED in request.query,
        "price": partial(sms_price, desk.settings.sms_price),
        "may_write": visitor.has_permission("menus"),
    }
    return render(request, visitor, "service.html", status=422 if form.complaints or form.by else 200, **context)


WAYS: Final = (
    Route("GET", "/services/{service}", "view", show),
    Route("POST", "/services/{service}", "menus", write, MAX_BYTES),
)
