"""Versions of the menus: the active one, the staged ones, and what a publication would change."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from admin.context import ADMIN_CONTEXT, AdminContext
from admin.menus.decisions import decision_of, schedules
from admin.permissions import CurrentUser
from admin.routes import Route
from admin.templating import render
from admin.visible_files import VisibleFiles, is_visible_version, visible_files
from authoring.diff.call_groups import group_calls
from authoring.diff.comparison import CALLS, Comparison, compare, open_session_lines, replay_journeys, title
from authoring.diff.text_diff import side_by_side
from authoring.versions.archive import digest
from authoring.versions.errors import MenusRefused
from authoring.versions.folders import folders_of
from authoring.versions.repository import Publication, Staged
from state.errors import InvalidMenu, Problem

HELD_BACK: Final = "retenu"  # in an address: a language that staging left as it is in service
MAX_LISTED: Final = 200  # lines of one section that are shown


@dataclass(frozen=True, slots=True)
class ActionOutcome:
    """The result of an action or its error: a line, or problems with their places."""

    message: str = ""
    problems: Sequence[Problem] = ()
    status: int = 200


async def show(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Show all versions, with the publication that was just made."""
    return await versions(request, visitor, ActionOutcome())


async def versions(request: web.Request, visitor: CurrentUser, outcome: ActionOutcome) -> web.Response:
    """Show all versions, with the outcome of an action."""
    desk = request.config_dict[ADMIN_CONTEXT]
    repository, number = desk.versions.repository, request.query.get("publication", "")
    history, visible = await repository.history(MAX_LISTED), await visible_files(desk, visitor)
    staged = [one for one in await repository.staged() if await is_visible_version(desk, visible, one.version)]
    last = history[0] if history else None
    return render(
        request, visitor, "menus.html", status=outcome.status, outcome=outcome, history=history, staged=staged,
        draft=await _changed_files(desk, visible), hours=await schedules(desk).all(),
        folder=await _folder(desk, last, staged), problems=list(filter(visible.has_problem, desk.change_feed.problems)),
        translation_problems=desk.change_feed.translation_problems,
        reloads=desk.settings.reloads_saved_menus, done=last if last and number == str(last.number) else None,
    )  # fmt: skip


async def _changed_files(desk: AdminContext, visible: VisibleFiles) -> int:
    """Return how many files the draft changes, of those that may be seen."""
    try:
        return sum(map(visible.has, (await desk.draft.drafts.working_copy()).changed))
    except MenusRefused:  # there is nothing that a draft could start from
        return 0


async def _folder(desk: AdminContext, last: Publication | None, staged: Sequence[Staged]) -> str:
    """Compare the menu folder with the versions: same, staged, older, other; or absent if there is none."""
    try:
        version = digest(await asyncio.to_thread(folders_of(desk.settings.menus, desk.settings.locales).read))
    except (MenusRefused, OSError):
        return "absent"
    if last and version == last.version:
        return "same"
    if version in {one.version for one in staged}:
        return "staged"
    in_service = (await desk.draft.drafts.working_copy()).in_service
    is_older = digest(in_service) != version and not await desk.on_disk.find(in_service)
    return "older" if is_older else "other"


async def show_version(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Show one version beside the active one."""
    desk, version = request.config_dict[ADMIN_CONTEXT], request.match_info["version"]
    try:
        found = await compare(desk.versions.compiled, version, desk.store)
    except MenusRefused as refused:
        return await versions(request, visitor, ActionOutcome(str(refused), status=404))
    except InvalidMenu as broken:
        return await versions(request, visitor, ActionOutcome(f"{version} n'est plus juste.", broken.problems, 409))
    decision = await decision_of(desk, version)
    return render(
        request, visitor, "menus_version.html", found=found, waits=decision is not None, decision=decision,
        people=list(open_session_lines(found.open)),
        contrast=side_by_side, most=MAX_LISTED, held_back=_held_back(request, desk),
        running=_runs(found), calls=CALLS if desk.replay else "",
    )  # fmt: skip


def _held_back(request: web.Request, desk: AdminContext) -> list[str]:
    """Return the names of the languages that the action before this page left as they are in service."""
    wordings = desk.menus.current.wordings
    return [wordings[code].language.name for code in request.query.getall(HELD_BACK, ()) if code in wordings]


def _runs(found: Comparison) -> bool:
    return found.in_service is not None and found.in_service.version == found.version


async def show_calls(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Show the recorded calls that differ on one version."""
    desk, version = request.config_dict[ADMIN_CONTEXT], request.match_info["version"]
    try:
        calls = await replay_journeys(desk.versions.compiled, version, desk.replay)
    except (MenusRefused, InvalidMenu) as wrong:
        return await versions(request, visitor, ActionOutcome(str(wrong), status=404))
    return render(
        request,
        visitor,
        "menus_calls.html",
        version=version,
        calls=calls,
        groups=group_calls(calls),
        title=title,
        most=MAX_LISTED,
    )


WAYS: Final = (
    Route("GET", "/menus", "view", show),
    Route("GET", "/menus/{version}", "view", show_version),
    Route("GET", "/menus/{version}/appels", "view", show_calls),
)
