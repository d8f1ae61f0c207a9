"""Where the menus of each line of the simulator come from: in service, staged, of the draft, or a version by name.

A person of a ministry tries the draft with the changes of that ministry (admin/simulator/visible_lines.py).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from accounts.scope import Scope
from authoring.drafts.compiled_draft import CompiledDraft
from authoring.versions.cache import CompiledMenus, CompiledVersionCache
from catalog.entries import Entries
from state.menu.active_versions import ActiveMenus
from state.menu.versions import MenuVersion

# Lines: the menus that citizens get, those that somebody staged, and those of the draft.
SERVICE, STAGED, DRAFT = "service", "preparee", "brouillon"


@dataclass(frozen=True, slots=True)
class TriedMenus:
    """The menus of a sandbox; with entries, services and centres are those of these menus, not those of the service."""

    edition: MenuVersion
    entries: Entries | None = None


Lines = Mapping[str, Callable[[Scope], Awaitable[TriedMenus | None]]]
Staged = Callable[[str], Awaitable[TriedMenus | None]]  # the staged version of this name


def menus_of_lines(menus: ActiveMenus, compiled: CompiledVersionCache, draft: CompiledDraft) -> Lines:
    """Return where the menus of each line come from."""

    async def served(_: Scope) -> TriedMenus:
        return TriedMenus(menus.current)

    async def staged(_: Scope) -> TriedMenus | None:
        return _tried(compiled.staged)

    async def drafted(scope: Scope) -> TriedMenus | None:
        return _tried(await draft.changed_menus(scope))

    return {SERVICE: served, STAGED: staged, DRAFT: drafted}


def staged_menus(compiled: CompiledVersionCache) -> Staged:
    """Return where the menus of a staged version come from."""

    async def find(version: str) -> TriedMenus | None:
        return _tried(await compiled.find_staged(version))

    return find


def _tried(found: CompiledMenus | None) -> TriedMenus | None:
    return TriedMenus(found.edition, found.entries) if found else None
