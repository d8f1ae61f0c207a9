"""Which lines of the simulator a user may try: a person of a ministry, none with unpublished work of another.

Of the draft they try what they would publish, the changes of their ministry; of the staged versions, the newest that
they may see.
"""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from admin.context import ADMIN_CONTEXT
from admin.permissions import CurrentUser
from admin.simulator.sandbox import Sandbox
from admin.simulator.sandboxes import SANDBOXES
from admin.simulator.tried_menus import DRAFT, SERVICE, STAGED
from admin.visible_files import is_visible_version, visible_files


async def lines_of(request: web.Request, visitor: CurrentUser, version: str) -> Mapping[str, Sandbox]:
    """Return the lines that this user may try now, by name, with a version that is asked for."""
    names = dict.fromkeys((SERVICE, STAGED, DRAFT, version))
    found = {name: await line_of(request, visitor, name) for name in names}
    return {name: line for name, line in found.items() if line}


async def line_of(request: web.Request, visitor: CurrentUser, name: str) -> Sandbox | None:
    """Return the line of this name; None if this user may not try it, or there is none."""
    sandboxes, scope = request.config_dict[SANDBOXES], visitor.scope
    if not scope.is_bound or name in (SERVICE, DRAFT):
        return await sandboxes.line(name, scope)
    for version in await _staged(request, visitor):
        if name in (STAGED, version):
            return await sandboxes.line(version)
    return None


async def _staged(request: web.Request, visitor: CurrentUser) -> list[str]:
    """Return the staged versions that may be seen, the newest first."""
    desk = request.config_dict[ADMIN_CONTEXT]
    visible, staged = await visible_files(desk, visitor), await desk.versions.repository.staged()
    return [one.version for one in staged if await is_visible_version(desk, visible, one.version)]
