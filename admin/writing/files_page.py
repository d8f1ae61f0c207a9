"""The files of a version or of the draft: listed, and given out one by one or as a zip."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from aiohttp import web

from admin.context import ADMIN_CONTEXT, AdminContext
from admin.permissions import CurrentUser
from admin.routes import Route
from admin.templating import page_number, render
from admin.visible_files import is_visible_version, visible_files
from authoring.ministries import ministry_of
from authoring.uploads.received import MENUS, folders_of, zip_to_send
from authoring.versions.archive import Files
from authoring.versions.errors import MenusRefused
from authoring.versions.languages import is_of_languages

HOME: Final = "/bureau/fichiers"
DRAFT: Final = "brouillon"  # in place of a version: the files in service with the draft
PER_PAGE: Final = 50
MAX_SEARCH_CHARACTERS: Final = 80
MAX_VERSIONS: Final = 30  # publications that the page offers
TYPES: Final = {".yaml": "application/yaml", ".po": "text/x-gettext-translation"}


async def show(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Show the files of the draft, or of the version that the address names."""
    return await files_page(request, visitor)


async def files_page(request: web.Request, visitor: CurrentUser, refused: str = "", status: int = 200) -> web.Response:
    """Show the files, with why something that was sent is not taken."""
    desk = request.config_dict[ADMIN_CONTEXT]
    query, version = request.query.get("q", "")[:MAX_SEARCH_CHARACTERS], request.query.get("version", DRAFT)
    offered = await _versions(desk, visitor)
    version = version if version in offered else DRAFT
    try:
        files = await _files(desk, visitor, version)
    except MenusRefused as none:
        files, refused = {}, refused or str(none)
    found = [path for path in files if query.strip().casefold() in path]
    pages = max(1, -(-len(found) // PER_PAGE))
    number = page_number(request.query.get("page", ""), pages)
    return render(
        request, visitor, "files.html", status=status, found=found[(number - 1) * PER_PAGE : number * PER_PAGE],
        many=len(found), number=number, pages=pages, query=query, version=version, versions=offered,
        folders={one or MENUS: one or "parcours" for one in folders_of(files)}, refused=refused,
    )  # fmt: skip


async def give_zip(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Answer with all files of a version as a zip."""
    version = request.match_info["version"]
    try:
        files = await _files(request.config_dict[ADMIN_CONTEXT], visitor, version)
    except MenusRefused as none:
        return await files_page(request, visitor, str(none), 404)
    content = await asyncio.to_thread(zip_to_send, files)
    return _attached(content, f"menus-{version[:8]}.zip", "application/zip")


async def give_file(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Answer with one file of a version."""
    path = request.query.get("chemin", "")
    try:
        files = await _files(request.config_dict[ADMIN_CONTEXT], visitor, request.match_info["version"])
    except MenusRefused as none:
        return await files_page(request, visitor, str(none), 404)
    content = files.get(path)
    if content is None:
        return await files_page(request, visitor, "Il n'y a pas un tel fichier dans cette version.", 404)
    name = PurePosixPath(path)
    return _attached(content, name.name, TYPES.get(name.suffix, "text/plain"))


async def _files(desk: AdminContext, visitor: CurrentUser, version: str) -> Files:
    """Return the files of a version, or those of the draft, that this user may see. Raises MenusRefused."""
    visible, drafts = await visible_files(desk, visitor), desk.draft.drafts
    files = (await drafts.working_copy()).files if version == DRAFT else await desk.versions.repository.files(version)
    return {
        path: visible.translations(content) if is_of_languages(path) else content
        for path, content in files.items()
        if visible.has(path) and visitor.scope.may_see(ministry_of(content))
    }


async def _versions(desk: AdminContext, visitor: CurrentUser) -> Mapping[str, str]:
    """Return what may be downloaded by version, with its name in French: the draft, staged and published ones."""
    found = {DRAFT: "le brouillon"}
    repository = desk.versions.repository
    visible = await visible_files(desk, visitor)
    for one in await repository.staged():
        if await is_visible_version(desk, visible, one.version):
            found[one.version] = f"{one.version[:8]}, préparée par {one.by}"
    history = await repository.history(MAX_VERSIONS)
    for place, past in enumerate(history):
        title = "en service" if place == 0 else f"publication n° {past.number}"
        found.setdefault(past.version, f"{past.version[:8]}, {title}")
    return found


def _attached(content: bytes, name: str, kind: str) -> web.Response:
    plain = "".join(sign if sign.isascii() and sign.isprintable() and sign not in '"\\' else "_" for sign in name)
    headers = {"Content-Disposition": f'attachment; filename="{plain}"'}
    return web.Response(body=content, content_type=kind, headers=headers)


WAYS: Final = (
    Route("GET", "/fichiers", "view", show),
    Route("GET", "/fichiers/{version}/zip", "view", give_zip),
    Route("GET", "/fichiers/{version}/un", "view", give_file),
)
