"""One file of the draft as YAML, for who prefers it: with marks at its faults, and what others changed meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Final

import orjson
from aiohttp import web

from admin.context import ADMIN_CONTEXT, AdminContext
from admin.permissions import DEMO, CurrentUser
from admin.refusals import note_form_refusal
from admin.routes import Route
from admin.templating import form as read_form
from admin.templating import render
from admin.visible_files import visible_files
from admin.writing.yaml_form import SUFFIX, EditedFile, OpenFile, edited, with_full_check, with_quick_check
from authoring.diff.text_diff import side_by_side
from authoring.drafts.repository import DraftChanged
from authoring.drafts.working_copy import WorkingCopy, content_digest, text_of
from authoring.journeys.yaml_completion import completion_of
from authoring.versions.errors import MenusRefused

HOME: Final = "/bureau/yaml"
MAX_BYTES: Final = 3_000_000  # the file twice, percent-encoded
MAX_TRIES: Final = 3  # saves of a file that others save at the same moment
SAVED, JOINED = "enregistre", "joint"  # of the address
SAVED_BY: Final = "enregistrer"  # the action of the button


async def show_files(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Show the files that can be opened."""
    desk = request.config_dict[ADMIN_CONTEXT]
    working_copy, visible = await _working_copy(desk), await visible_files(desk, visitor)
    files = [path for path in working_copy.files if path.endswith(SUFFIX) and visible.has(path)] if working_copy else []
    folders: dict[str, list[str]] = {}
    for path in sorted(files, key=lambda path: ("/" in path, path)):
        folders.setdefault(path.rpartition("/")[0], []).append(path)
    changed = working_copy.changed.keys() if working_copy else ()
    return render(request, visitor, "yaml_files.html", folders=folders, changed=changed)


async def show(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Show a file in the editor."""
    file = await _open(request)
    if file is None:
        return _unknown(request, visitor)
    text = file.text.replace("\r\n", "\n")
    return await _page(request, visitor, file, EditedFile(text, text, text))


async def write(request: web.Request, visitor: CurrentUser) -> web.StreamResponse:
    """Check what was typed, or save it if nothing is wrong with it."""
    sent = await read_form(request)
    for _ in range(MAX_TRIES):
        try:
            return await _write(request, visitor, sent)
        except DraftChanged:
            continue
    raise web.HTTPServiceUnavailable


async def _write(request: web.Request, visitor: CurrentUser, sent: Mapping[str, object]) -> web.StreamResponse:
    desk, file = request.config_dict[ADMIN_CONTEXT], await _open(request)
    if file is None:
        return _unknown(request, visitor)
    typed, saves = edited(file, sent), sent.get("action") == SAVED_BY
    if not saves and sent.get("action") != "verifier":
        return await _page(request, visitor, file, with_quick_check(file, typed))
    typed = typed if typed.is_undecided else await with_full_check(desk, file, typed)
    if not saves or typed.is_wrong:
        return await _page(request, visitor, file, typed, status=422 if saves else 200)
    try:
        return await _save(desk, visitor, file, typed)
    except DraftChanged:
        raise
    except MenusRefused as refused:
        await note_form_refusal(request, visitor, refused)
        return await _page(request, visitor, file, replace(typed, complaint=str(refused)), status=422)


async def _save(desk: AdminContext, visitor: CurrentUser, file: OpenFile, typed: EditedFile) -> web.StreamResponse:
    by = visitor.operator.name if visitor.operator else DEMO
    text = typed.joined if typed.joined.endswith("\n") else f"{typed.joined}\n"
    written = text.replace("\n", "\r\n") if "\r\n" in file.text else text
    seen = content_digest(file.working_copy.files.get(file.path))
    await desk.draft.drafts.save(by, file.path, written.encode(), seen=seen, what="le fichier entier")
    said = f"{SAVED}=1" + (f"&{JOINED}=1" if typed.by else "")
    return web.Response(status=303, headers={"Location": f"{HOME}/{file.path}?{said}"})


async def _open(request: web.Request) -> OpenFile | None:
    """Return the file that the address names; None if the draft has no such file."""
    desk, path = request.config_dict[ADMIN_CONTEXT], request.match_info["path"]
    working_copy = await _working_copy(desk)
    if working_copy is None or not path.endswith(SUFFIX) or path not in working_copy.files:
        return None
    return OpenFile(path, working_copy.text(path), working_copy, await desk.draft.edition(working_copy))


async def _working_copy(desk: AdminContext) -> WorkingCopy | None:
    try:
        return await desk.draft.drafts.working_copy()
    except MenusRefused:  # there is nothing that a draft could start from
        return None


async def _page(
    request: web.Request, visitor: CurrentUser, file: OpenFile, typed: EditedFile, status: int = 200
) -> web.Response:
    desk = request.config_dict[ADMIN_CONTEXT]
    on_disk = await desk.on_disk.find(file.working_copy.in_service)
    visible, known = await visible_files(desk, visitor), completion_of(file.path, file.edition)
    completion = replace(known, screens=tuple(filter(visible.has_journey, known.screens)))
    beside = on_disk.get(file.path) if file.path in on_disk else file.text.encode()
    return render(
        request, visitor, "yaml_file.html", status=status, file=file, typed=typed, contrast=side_by_side,
        seen=content_digest(file.text.encode()), on_disk=text_of(beside) or "", present=file.text,
        is_saved=SAVED in request.query, is_joined=JOINED in request.query,
        completion=orjson.dumps(asdict(completion)).decode(),
    )  # fmt: skip


def _unknown(request: web.Request, visitor: CurrentUser) -> web.Response:
    name = request.match_info["path"]
    return render(request, visitor, "map_unknown.html", status=404, what="de fichier", name=name)


WAYS: Final = (
    Route("GET", "/yaml", "menus", show_files),
    Route("GET", "/yaml/{path:.+}", "menus", show),
    Route("POST", "/yaml/{path:.+}", "menus", write, MAX_BYTES),
)
