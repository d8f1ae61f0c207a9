"""Which counts a user may see: a person of a ministry, those of its journeys and services, and of the house.

What concerns everybody stays: people, calls, hops, networks, languages, messages, communes, and words that were sought
in vain. A screen, a service or a question of which no file is left is nobody's: only accounts of all ministries see it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from admin.context import AdminContext
from admin.permissions import CurrentUser
from admin.visible_files import VisibleFiles, journey_path, visible_files
from analytics.people import SERVICE
from analytics.repository import Totals
from authoring.drafts.service_entries import path_of
from catalog.source_files import FOLDER as SOURCES
from state.yaml_files.loader import parse

OF_SCREENS: Final = frozenset({"arrived", "went_on", "missed"})
OF_JOURNEYS: Final = frozenset({"answer_seconds", "answer_hops"})
OPINIONS: Final = "opinion"
OF_QUESTIONS: Final = frozenset({"asked", "refused"})
Sees = Callable[[str, str], bool]  # whether a count of this kind and name may be seen


def sees_all(_: str, __: str) -> bool:
    """Return that every count may be seen."""
    return True


async def visible_figures(desk: AdminContext, visitor: CurrentUser) -> Sees:
    """Return which counts this user may see. Raises SourceUnavailable."""
    if not visitor.scope.is_bound:
        return sees_all
    visible = await visible_files(desk, visitor)
    files = {path for path in visible.working_copy.files if visible.has(path)}
    hidden = set(_questions(visible, own=False)) - set(_questions(visible, own=True))

    def sees(what: str, of: str) -> bool:
        about = of.split(" ", 3)[-1]  # of an opinion, after its number, channel and language
        if what == OPINIONS and about.startswith(SERVICE):
            return path_of(about.removeprefix(SERVICE)) in files
        if what == OPINIONS:
            return journey_path(about) in files
        if what in OF_SCREENS or what in OF_JOURNEYS:
            return journey_path(of.partition(" ")[0]) in files
        if what in OF_QUESTIONS:
            return of.partition(" ")[0] not in hidden
        return not of.startswith(SERVICE) or path_of(of.removeprefix(SERVICE)) in files

    return sees


def only_seen(found: Totals, sees: Sees) -> Totals:
    """Return the counts that may be seen."""
    return {what: {of: many for of, many in counts.items() if sees(what, of)} for what, counts in found.items()}


def _questions(visible: VisibleFiles, *, own: bool) -> Iterator[str]:
    """Yield the questions that sources answer whose files may be seen, or else may not."""
    for path, content in visible.working_copy.files.items():
        if path.startswith(f"{SOURCES}/") and visible.has(path) == own:
            data = parse(content, path).data
            yield str(data.get("question")) if isinstance(data, dict) else ""
