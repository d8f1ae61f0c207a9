"""Which files of the menus a user may see: those of their ministry and of the house (accounts/scope.py).

An address that names a thing of another ministry is as unknown to them as one that names nothing: admin/routes.py asks
here before a handler runs. Lists leave such things out. What is changed is checked where it is stored
(authoring/ministries.py), whatever a page showed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from accounts.scope import Scope
from admin.context import ADMIN_CONTEXT, AdminContext
from admin.permissions import CurrentUser
from authoring.drafts.service_entries import path_of
from authoring.drafts.working_copy import DraftFile, WorkingCopy
from authoring.ministries import foreign_changes, foreign_sights, ministry_of, only_texts
from authoring.translating.language_texts import LanguageTexts
from authoring.translating.texts import Text, texts_of
from authoring.versions.archive import Files
from authoring.versions.errors import MenusRefused
from state.errors import Problem

NOTHING: Final = WorkingCopy({}, {})


def journey_path(name: str) -> str:
    """Return the file of a journey, or of a screen by its full name."""
    return f"{name.partition('.')[0]}.yaml"


# The file that a part of an address names, by the name of that part in admin's routes.
FILES: Final[Mapping[str, Callable[[str], str]]] = {
    "journey": journey_path,
    "screen": journey_path,
    "service": path_of,
    "path": str,
}
# Parts that name no file: what they name has its own check, or is of the house.
OTHER_PARTS: Final = frozenset({"name", "named", "version", "code", "text", "line", "secret"})


@dataclass(frozen=True, slots=True)
class VisibleFiles:
    """The files that a scope may see, of the draft and of what it starts from."""

    scope: Scope
    working_copy: WorkingCopy = NOTHING

    def has(self, path: str) -> bool:
        """Whether a file may be seen; one that does not exist may."""
        sides = (self.working_copy.in_service.get(path), self.working_copy.files.get(path))
        return not self.scope.is_bound or all(self.scope.may_see(ministry_of(one)) for one in sides)

    def has_file(self, file: DraftFile) -> bool:
        """Whether a file may be seen as it is, and as it would become."""
        return self.has(file.path) and self.scope.may_see(ministry_of(file.content))

    def has_journey(self, name: str) -> bool:
        """Whether a journey, or a screen by its full name, may be seen."""
        return self.has(journey_path(name))

    def has_problem(self, problem: Problem) -> bool:
        """Whether a problem is of a file that may be seen, wherever its folder stands."""
        parts = problem.file.split("/")
        return all(self.has("/".join(parts[-deep:])) for deep in (1, 2))

    def has_text(self, text: Text) -> bool:
        """Whether a text stands in a file that may be seen, or is of Zin itself."""
        return any(self.has(place.file) for place in text.places)

    def may_change_text(self, text: Text) -> bool:
        """Whether all files in which a text stands are this scope's to change."""
        files = (self.working_copy.files.get(place.file) for place in text.places)
        return not self.scope.is_bound or all(self.scope.may_change(ministry_of(one)) for one in files)

    def may_change_version(self, files: Files) -> bool:
        """Whether all that a version changes, compared with the one in service, is this scope's to change."""
        return not (self.scope.is_bound and foreign_changes(self.scope, self.working_copy.in_service, files, files))

    def texts(self, found: LanguageTexts) -> LanguageTexts:
        """Return a language with the texts that may be seen."""
        if not self.scope.is_bound:
            return found
        own = {name: text for name, text in found.texts.items() if self.has_text(text)}
        return LanguageTexts(found.language, found.content, own)

    def translations(self, content: bytes) -> bytes:
        """Return a .po file without the texts that may not be seen."""
        if not self.scope.is_bound:
            return content
        own = [text for text in texts_of(self.working_copy.files).values() if self.has_text(text)]
        return only_texts(content, own)

    def has_version(self, files: Files) -> bool:
        """Whether all that a version changes, compared with the one in service, may be seen."""
        return not foreign_sights(self.scope, self.working_copy.in_service, files)


async def visible_files(desk: AdminContext, visitor: CurrentUser) -> VisibleFiles:
    """Return which files this user may see. Raises SourceUnavailable."""
    if not visitor.scope.is_bound:
        return VisibleFiles(visitor.scope)
    try:
        return VisibleFiles(visitor.scope, await desk.draft.drafts.working_copy())
    except MenusRefused:  # nothing is in service that a draft could start from
        return VisibleFiles(visitor.scope)


async def is_hidden(request: web.Request, visitor: CurrentUser) -> bool:
    """Return whether the address names what only another ministry sees."""
    if not visitor.scope.is_bound:
        return False
    desk, parts = request.config_dict[ADMIN_CONTEXT], request.match_info
    visible = await visible_files(desk, visitor)
    if any(not visible.has(of(parts[part])) for part, of in FILES.items() if part in parts):
        return True
    if "text" in parts:
        text = texts_of(visible.working_copy.files).get(parts["text"])
        return text is not None and not visible.has_text(text)
    return "version" in parts and not await is_visible_version(desk, visible, parts["version"])


async def is_visible_version(desk: AdminContext, visible: VisibleFiles, version: str) -> bool:
    """Return whether all that a version changes may be seen; of one that does not exist, the page says so."""
    if not visible.scope.is_bound:
        return True
    try:
        return visible.has_version(await desk.versions.repository.files(version))
    except MenusRefused:
        return True
