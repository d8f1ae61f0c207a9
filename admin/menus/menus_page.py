"""The versions of the menus: what citizens get, what is prepared, and what would change if it were published."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from admin.context import DESK, Desk
from admin.permissions import Visitor
from admin.routes import Way
from admin.templating import render
from authoring.diff.comparison import CALLS, Comparison, compare, people, retold, title
from authoring.diff.text_diff import contrast
from authoring.versions.archive import digest, read_folder
from authoring.versions.errors import MenusRefused
from authoring.versions.repository import Publication, Staged
from state.errors import MenuBroken, Problem

MOST: Final = 200  # lines of one section that are shown


@dataclass(frozen=True, slots=True)
class Told:
    """What an act had for an answer, or what is wrong: a line, or problems with their places."""

    said: str = ""
    problems: Sequence[Problem] = ()
    status: int = 200


async def show(request: web.Request, visitor: Visitor) -> web.Response:
    """All versions; what was just published is said above them."""
    return await versions(request, visitor, Told())


async def versions(request: web.Request, visitor: Visitor, told: Told) -> web.Response:
    """The page of all versions, with what is to be told of an act above."""
    desk = request.config_dict[DESK]
    shelf, number = desk.versions.shelf, request.query.get("publication", "")
    history, staged = await shelf.history(MOST), await shelf.staged()
    last = history[0] if history else None
    return render(
        request, visitor, "menus.html", status=told.status, told=told, history=history, staged=staged,
        folder=await _folder(desk, last, staged), problems=desk.lookout.problems, demo=desk.settings.env == "demo",
        done=last if last and number == str(last.number) else None,
    )  # fmt: skip


async def _folder(desk: Desk, last: Publication | None, staged: Sequence[Staged]) -> str:
    """How the folder of menus stands beside the versions: same, staged, other; or absent where there is none."""
    try:
        version = digest(await asyncio.to_thread(read_folder, desk.settings.menus))
    except (MenusRefused, OSError):
        return "absent"
    if last and version == last.version:
        return "same"
    return "staged" if version in {one.version for one in staged} else "other"


async def show_version(request: web.Request, visitor: Visitor) -> web.Response:
    """One version beside what citizens get."""
    desk, version = request.config_dict[DESK], request.match_info["version"]
    try:
        found = await compare(desk.versions.compiled, version, desk.store)
    except MenusRefused as refused:
        return await versions(request, visitor, Told(str(refused), status=404))
    except MenuBroken as broken:
        return await versions(request, visitor, Told(f"{version} n'est plus juste.", broken.problems, 409))
    waits = version in {one.version for one in await desk.versions.shelf.staged()}
    return render(
        request, visitor, "menus_version.html", found=found, waits=waits, people=list(people(found.open)),
        contrast=contrast, most=MOST, running=_runs(found), calls=CALLS if desk.replay else "",
    )  # fmt: skip


def _runs(found: Comparison) -> bool:
    return found.in_service is not None and found.in_service.version == found.version


async def show_calls(request: web.Request, visitor: Visitor) -> web.Response:
    """The calls that were written down and go another way with one version."""
    desk, version = request.config_dict[DESK], request.match_info["version"]
    try:
        calls = await retold(desk.versions.compiled, version, desk.replay)
    except (MenusRefused, MenuBroken) as wrong:
        return await versions(request, visitor, Told(str(wrong), status=404))
    return render(
        request, visitor, "menus_calls.html", version=version, calls=calls, contrast=contrast, title=title, most=MOST
    )


WAYS: Final = (
    Way("GET", "/menus", "view", show),
    Way("GET", "/menus/{version}", "view", show_version),
    Way("GET", "/menus/{version}/appels", "view", show_calls),
)
