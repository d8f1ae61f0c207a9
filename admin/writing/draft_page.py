"""The draft of the menus: which files operators changed, where somebody must choose, and the way to a version."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from admin.context import ADMIN_CONTEXT, AdminContext
from admin.menus.menus_actions import address_of
from admin.permissions import DEMO, CurrentUser
from admin.refusals import note_form_refusal
from admin.routes import Act, Route
from admin.templating import form as read_form
from admin.templating import render
from admin.visible_files import visible_files
from admin.writing.changed_files import MAX_BLOCKS, block_title, changed_file
from authoring.diff.text_diff import side_by_side
from authoring.drafts.blocks import Side
from authoring.drafts.files_on_disk import taken
from authoring.drafts.repository import MAX_PATH_CHARACTERS
from authoring.drafts.working_copy import Content, DraftFile, WorkingCopy, content_digest
from authoring.versions.errors import MenusRefused
from authoring.versions.languages import is_of_languages
from state.errors import InvalidMenu, Problem

HOME: Final = "/bureau/brouillon"
CHOICE: Final = "choix."  # before the name of a block in a form
TO_MEND: Final = "Le brouillon n'est pas préparé : il y a d'abord à corriger."
Do = Callable[[AdminContext, str, Mapping[str, object]], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an action ended with: a line, or problems with their places."""

    message: str = ""
    problems: tuple[Problem, ...] = ()
    status: int = 200


async def show(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Show the draft."""
    return await _page(request, visitor, Outcome())


async def _page(request: web.Request, visitor: CurrentUser, outcome: Outcome) -> web.Response:
    desk = request.config_dict[ADMIN_CONTEXT]
    working_copy = await desk.draft.drafts.working_copy()
    on_disk = await desk.on_disk.find(working_copy.in_service)
    visible = await visible_files(desk, visitor)
    files = [changed_file(one) for path, one in working_copy.changed.items() if visible.has(path)]
    return render(
        request, visitor, "draft.html", status=outcome.status, outcome=outcome, files=files,
        translation_problems=await _translation_problems(desk, working_copy),
        conflicts=[one for one in working_copy.conflicts if visible.has(one.path)],
        contrast=side_by_side, most=MAX_BLOCKS, block_title=block_title,
        on_disk=[changed_file(one) for one in _beside(working_copy, on_disk) if visible.has_file(one)],
    )  # fmt: skip


async def _translation_problems(desk: AdminContext, working_copy: WorkingCopy) -> tuple[Problem, ...]:
    """Return what is wrong in the translations that the draft changes."""
    if not any(map(is_of_languages, working_copy.changed)):
        return ()
    return (await desk.draft.check(working_copy)).translation_problems


def _beside(working_copy: WorkingCopy, on_disk: Mapping[str, Content]) -> Iterator[DraftFile]:
    """Yield the files on disk beside those of the draft, but for those that the draft has by now."""
    for path, content in on_disk.items():
        if taken(working_copy, path, content) != working_copy.files.get(path):
            yield DraftFile(path, working_copy.files.get(path), content, "", 0)


def _perform(do: Do) -> Act:
    """Return a handler that runs the action and redirects; errors are shown on the page of the draft."""

    async def act(request: web.Request, visitor: CurrentUser) -> web.StreamResponse:
        by = visitor.operator.name if visitor.operator else DEMO
        try:
            address = await do(request.config_dict[ADMIN_CONTEXT], by, await read_form(request))
        except MenusRefused as refused:
            await note_form_refusal(request, visitor, refused)
            return await _page(request, visitor, Outcome(str(refused), status=409))
        except InvalidMenu as broken:
            return await _page(request, visitor, Outcome(TO_MEND, broken.problems, 422))
        return web.Response(status=303, headers={"Location": address})

    return act


async def _stage(desk: AdminContext, by: str, sent: Mapping[str, object]) -> str:
    why = str(sent.get("why", "")).strip()
    if not why:
        raise MenusRefused(
            "Dites pourquoi ce brouillon change les menus : qui l'approuve le lit, et le journal le garde."
        )
    staged = await desk.versions.stage_draft(by, await desk.draft.drafts.working_copy(), why)
    return f"/bureau/menus{address_of(staged)}"


async def _discard(desk: AdminContext, by: str, sent: Mapping[str, object]) -> str:
    await desk.draft.drafts.discard(by, str(sent.get("path", "")), seen=str(sent.get("seen", "")))
    return HOME


async def _take(desk: AdminContext, by: str, sent: Mapping[str, object]) -> str:
    """Take a file of the disk into the draft, if it is the one that was shown."""
    path, working_copy = str(sent.get("path", "")), await desk.draft.drafts.working_copy()
    on_disk = await desk.on_disk.find(working_copy.in_service)
    if path not in on_disk or content_digest(on_disk[path]) != sent.get("seen"):
        raise MenusRefused(f"« {path[:MAX_PATH_CHARACTERS]} » a changé sur le disque : relisez-le.")
    made = taken(working_copy, path, on_disk[path])
    seen = content_digest(working_copy.files.get(path))
    await desk.draft.drafts.save(by, path, made, seen=seen, what="pris du disque")
    return HOME


async def _choose(desk: AdminContext, by: str, sent: Mapping[str, object]) -> str:
    sides = {name.removeprefix(CHOICE): value for name, value in sent.items() if name.startswith(CHOICE)}
    chosen = {block: side for block, value in sides.items() if (side := _side(value))}
    await desk.draft.drafts.resolve(by, str(sent.get("path", "")), chosen, seen=str(sent.get("seen", "")))
    return HOME


def _side(value: object) -> Side | None:
    return "mine" if value == "mine" else "theirs" if value == "theirs" else None


WAYS: Final = (
    Route("GET", "/brouillon", "view", show),
    Route("POST", "/brouillon/preparer", "menus", _perform(_stage)),
    Route("POST", "/brouillon/abandonner", "menus", _perform(_discard)),
    Route("POST", "/brouillon/choisir", "menus", _perform(_choose)),
    Route("POST", "/brouillon/disque", "menus", _perform(_take)),
)
