"""Files that somebody sends into the draft: stored for a while, compared with it and checked, then taken or not.

form -> read within limits -> store -> comparison, and what `zin check` would say -> the draft, all of it or nothing
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from aiohttp import web

from admin.context import ADMIN_CONTEXT, AdminContext
from admin.permissions import DEMO, CurrentUser
from admin.refusals import note_form_refusal
from admin.routes import Route
from admin.templating import form as read_form
from admin.templating import render
from admin.visible_files import visible_files
from admin.writing.changed_files import changed_file
from admin.writing.files_page import HOME, files_page
from admin.writing.pending_uploads import PendingUpload, PendingUploads
from authoring.diff.text_diff import side_by_side
from authoring.drafts.blocks import Side
from authoring.drafts.repository import Change
from authoring.drafts.working_copy import Content, DraftFile, WorkingCopy, content_digest
from authoring.uploads.compared_files import Arrival, ComparedFile, Comparison, compare
from authoring.uploads.received import MAX_BYTES, read_received
from authoring.versions.archive import Files
from authoring.versions.errors import MenusRefused
from catalog.facts import local_today
from channels.contracts.request_body import MAX_BYTES as MAX_FIELD_BYTES
from state.errors import Problem

PAGE: Final = f"{HOME}/apport"
CHOICE: Final = "choix."  # before the path of a file in a form
MAX_SHOWN, MAX_SHOWN_BLOCKS = 20, 6  # files that are shown beside those of the draft, and parts of each
MAX_LISTED: Final = 200  # names of a list
MAX_NAME_CHARACTERS: Final = 60
NOTHING: Final = "Rien n'attend : apportez d'abord un fichier."
AGAIN: Final = "Le brouillon a changé entre-temps : voici la comparaison avec ce qui s'y trouve maintenant."


@dataclass(frozen=True, slots=True)
class Faults:
    """What `zin check` would say of the draft with other files, and does not say of it now.

    of_languages block their language only.
    """

    problems: tuple[Problem, ...]
    of_languages: tuple[Problem, ...]


async def receive(request: web.Request, visitor: CurrentUser) -> web.StreamResponse:
    """Store what was sent, and lead to its comparison; nothing is taken yet."""
    desk, sent = request.config_dict[ADMIN_CONTEXT], await read_form(request)
    file = sent.get("file")
    try:
        if not isinstance(file, web.FileField) or not file.filename:
            raise MenusRefused("Choisissez d'abord le fichier.")
        name = "".join(sign if sign.isprintable() else "?" for sign in file.filename)[-MAX_NAME_CHARACTERS:]
        upload = PendingUpload(name, str(sent.get("dossier", "")), await asyncio.to_thread(file.file.read))
        await _compare(desk, upload, visitor)
    except MenusRefused as refused:
        await note_form_refusal(request, visitor, refused)
        return await files_page(request, visitor, str(refused), 422)
    await PendingUploads(desk.store).put(visitor.name, upload)
    return web.Response(status=303, headers={"Location": PAGE})


async def show(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Show what would change in the draft."""
    return await _page(request, visitor)


async def take(request: web.Request, visitor: CurrentUser) -> web.StreamResponse:
    """Take into the draft what was compared, if the draft is still the one that it was compared with."""
    desk, sent = request.config_dict[ADMIN_CONTEXT], await read_form(request)
    upload = await PendingUploads(desk.store).find(visitor.name)
    if upload is None or upload.digest != sent.get("fichier"):
        return await files_page(request, visitor, NOTHING, 409)
    comparison = await _compare(desk, upload, visitor)
    if comparison.working_copy.version != sent.get("seen"):
        return await _page(request, visitor, AGAIN, 409)
    try:
        changes = comparison.changes(_sides(sent), with_gone=sent.get("retirer") == "1")
        if (await _faults(desk, comparison.working_copy, changes)).problems:
            raise MenusRefused("Rien n'est pris : il y a d'abord à corriger dans ces fichiers.")
        await _save(desk, comparison, changes, visitor)
    except MenusRefused as refused:
        await note_form_refusal(request, visitor, refused)
        return await _page(request, visitor, str(refused), 409)
    await PendingUploads(desk.store).end(visitor.name)
    return web.Response(status=303, headers={"Location": "/bureau/brouillon"})


async def drop(request: web.Request, visitor: CurrentUser) -> web.StreamResponse:
    """Forget what was sent."""
    await PendingUploads(request.config_dict[ADMIN_CONTEXT].store).end(visitor.name)
    return web.Response(status=303, headers={"Location": HOME})


async def _save(
    desk: AdminContext, comparison: Comparison, changes: Mapping[str, Content], visitor: CurrentUser
) -> None:
    files, by = comparison.working_copy.files, visitor.operator.name if visitor.operator else DEMO
    saved = {path: Change(content, content_digest(files.get(path))) for path, content in changes.items()}
    if saved:
        await desk.draft.drafts.save_all(by, saved, what=comparison.received.name)


async def _compare(desk: AdminContext, upload: PendingUpload, visitor: CurrentUser) -> Comparison:
    """Compare what was sent with the draft as it is now. Raises MenusRefused."""
    working_copy = await desk.draft.drafts.working_copy()

    def compared() -> Comparison:
        received = read_received(upload.raw, upload.name, working_copy.files, upload.folder)
        return compare(received, working_copy, Arrival(visitor.name, local_today()))

    comparison, visible = await asyncio.to_thread(compared), await visible_files(desk, visitor)
    if foreign := next((one.path for one in comparison.files if not visible.has(one.path)), ""):
        raise MenusRefused(f"« {foreign} » est à un autre ministère : enlevez-le de ce que vous envoyez.")
    return replace(comparison, gone=tuple(path for path in comparison.gone if visible.has(path)))


async def _faults(desk: AdminContext, working_copy: WorkingCopy, changes: Mapping[str, Content]) -> Faults:
    after = await desk.draft.check(working_copy.with_changes(changes, ""))
    if not (after.problems or after.translation_problems):
        return Faults((), ())
    before = await desk.draft.check(working_copy)
    known = {(one.file, one.what) for one in (*before.problems, *before.translation_problems)}
    new = (
        tuple(one for one in found if (one.file, one.what) not in known)
        for found in (after.problems, after.translation_problems)
    )
    return Faults(*new)


def _sides(sent: Mapping[str, object]) -> Mapping[str, Side]:
    """Return the side that stays of each contested file."""
    named: dict[object, Side] = {"mine": "mine", "theirs": "theirs"}
    chosen = {name.removeprefix(CHOICE): value for name, value in sent.items() if name.startswith(CHOICE)}
    return {path: named[value] for path, value in chosen.items() if value in named}


async def _page(request: web.Request, visitor: CurrentUser, line: str = "", status: int = 200) -> web.Response:
    desk = request.config_dict[ADMIN_CONTEXT]
    upload = await PendingUploads(desk.store).find(visitor.name)
    if upload is None:
        return await files_page(request, visitor, NOTHING if status == 200 else line, status)
    try:
        comparison = await _compare(desk, upload, visitor)
    except MenusRefused as refused:
        return await files_page(request, visitor, str(refused), 409)
    changes = comparison.changes(dict.fromkeys((one.path for one in comparison.files), "mine"))
    context = await _context(desk, comparison)
    context |= {"upload": upload, "line": line, "faults": await _faults(desk, comparison.working_copy, changes)}
    return render(request, visitor, "upload.html", status=status, **context)


async def _context(desk: AdminContext, comparison: Comparison) -> dict[str, Any]:
    found, working_copy = comparison.files, comparison.working_copy
    on_disk = await desk.on_disk.find(working_copy.in_service)
    return {
        "left_out": comparison.problems,
        "contested": [_shown(one, working_copy.files) for one in found if one.contested],
        "new": [one.path for one in found if one.present is None and not one.contested],
        "changed": [_shown(one, working_copy.files) for one in found if one.present is not None and not one.contested],
        "gone": comparison.gone,
        "seen": working_copy.version,
        "on_disk": [one.path for one in found if one.path in on_disk],
        "contrast": side_by_side,
        "most": MAX_SHOWN,
        "most_blocks": MAX_SHOWN_BLOCKS,
        "listed": _listed,
    }


def _shown(one: ComparedFile, present: Files) -> Any:
    """Return a file beside the one of the draft, with what the sender would change in it."""
    return changed_file(DraftFile(one.path, present.get(one.path), one.mine, "", 0))


def _listed(names: Iterable[str]) -> tuple[list[str], int]:
    """Return the names that a page lists, and how many are left out."""
    several = list(names)
    return several[:MAX_LISTED], max(0, len(several) - MAX_LISTED)


WAYS: Final = (
    Route("POST", "/fichiers", "menus", receive, MAX_BYTES + MAX_FIELD_BYTES),
    Route("GET", "/fichiers/apport", "menus", show),
    Route("POST", "/fichiers/apport", "menus", take),
    Route("POST", "/fichiers/oublier", "menus", drop),
)
