"""Compares a staged version with the active one: visible changes, affected open sessions, and recorded calls that
differ.

Open sessions finish on the version they began on; the count says how many are on a screen that changes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol

from authoring.diff.call_groups import group_calls
from authoring.diff.changes import Change, ChangeSection
from authoring.diff.report import find_differences
from authoring.diff.text_diff import diff_lines
from authoring.replay.regression import ReplayDifference
from authoring.versions.cache import CompiledVersionCache
from authoring.versions.repository import Publication
from state.errors import StoreUnavailable
from state.session import Session, deserialize

CALLS: Final = "Appels écrits qui se passent autrement"
FIRST_NOTICED: Final = "Ce qu'un citoyen remarque d'abord"
NOTHING: Final = "Un citoyen ne remarquerait rien."
NEW: Final = "Aucune version n'est encore en service : tout est nouveau."
NOT_KNOWN: Final = "On ne sait pas combien de conversations sont ouvertes : Valkey ne répond pas."
FINISH: Final = "Chacune finit sur la version où elle a commencé ; le catalogue, lui, change pour toutes."


Replay = Callable[[Path, Path], Awaitable[Sequence[ReplayDifference]]]  # the folders before and after


@dataclass(frozen=True, slots=True)
class Comparison:
    """The differences between a version and the active one. open is None if the sessions could not be counted."""

    version: str
    in_service: Publication | None
    sections: tuple[ChangeSection, ...]
    open: OpenSessions | None
    highlights: tuple[str, ...] = ()


async def compare(compiled: CompiledVersionCache, version: str, store: SessionScanner) -> Comparison:
    """Compare a version with the newest publication. Raises MenusRefused, InvalidMenu and SourceUnavailable."""
    last = await compiled.repository.current()
    after = await compiled.get(version)
    if last is None:
        return Comparison(version, None, (), None)
    before = await compiled.get(last.version)
    found = await asyncio.to_thread(find_differences, before, after)
    try:
        open_now = await count_affected_sessions(store, found.removed, found.changed, found.services)
    except StoreUnavailable:
        open_now = None
    return Comparison(version, last, found.sections, open_now, found.highlights)


async def replay_journeys(
    compiled: CompiledVersionCache, version: str, replay: Replay | None
) -> tuple[ReplayDifference, ...]:
    """Return the recorded calls that differ on a version; takes a second or two. Raises as compare does."""
    last = await compiled.repository.current()
    if last is None or replay is None:
        return ()
    return tuple(await replay(await compiled.folder(last.version), await compiled.folder(version)))


def comparison_lines(found: Comparison, calls: Sequence[ReplayDifference]) -> Iterator[str]:
    """Yield the comparison as lines of text."""
    if found.in_service is None:
        yield NEW
        return
    yield f"{found.version} au lieu de {found.in_service.version} (publication {found.in_service.number})"
    if found.highlights:
        yield f"\n{FIRST_NOTICED}"
        yield from (f"- {line}" for line in found.highlights)
    for section in found.sections:
        yield f"\n{section.title}"
        for line in section.lines:
            yield from _line(line)
    if calls:
        yield f"\n{CALLS}"
        for group in group_calls(calls):
            yield from (f"- {title(call)}" for call in group.calls)
            yield from (f"    {line}" for line in diff_lines(group.rows))
    if not found.sections and not calls:
        yield NOTHING
    yield ""
    yield from open_session_lines(found.open)


def title(call: ReplayDifference) -> str:
    """Return the title and file of a recorded call, and why it cannot be replayed."""
    return f"{call.title} ({call.name})" + (f", qui ne se joue pas : {call.problem}" if call.problem else "")


def open_session_lines(found: OpenSessions | None) -> Iterator[str]:
    """Yield sentences about the open sessions."""
    if found is None:
        yield NOT_KNOWN
        return
    least = "" if found.whole else "au moins "
    where = (
        (found.on_removed, "sur un écran retiré"),
        (found.on_changed, "sur un écran changé"),
        (found.on_service, "dans un service qui change"),
    )
    noticed = ", ".join(f"{many} {place}" for many, place in where if many)
    yield f"Conversations ouvertes en ce moment : {least}{found.many}{', dont ' if noticed else ''}{noticed}."
    yield FINISH


def _line(line: Change) -> Iterator[str]:
    yield f"- {line.what}"
    for sign, text in (("avant", line.before), ("après", line.after)):
        if text:
            yield f"    {sign} : " + text.strip().replace("\n", "\n" + " " * 12)


MAX_SESSIONS: Final = 20_000  # sessions looked at
SESSIONS: Final = "session:"


class SessionScanner(Protocol):
    """A store whose sessions can be read one after another."""

    def scan(self, start: str, most: int) -> AsyncIterator[bytes]:
        """Yield the values whose keys begin with `start`, at most `most` of them."""


@dataclass(frozen=True, slots=True)
class OpenSessions:
    """Open sessions: all, those on a removed screen, on a changed screen, and in a service that changes.

    whole is False if the store has more sessions than were counted.
    """

    many: int = 0
    on_removed: int = 0
    on_changed: int = 0
    on_service: int = 0
    whole: bool = True


async def count_affected_sessions(store: SessionScanner, removed: Collection[str], changed: Collection[str], services:
Collection[str],
               most: int = MAX_SESSIONS) -> OpenSessions:  # fmt: skip
    """Count the open sessions on the screens and services that change. Raises StoreUnavailable."""
    found, looked = OpenSessions(), 0
    async for stored in store.scan(SESSIONS, most):
        looked += 1
        session = deserialize(stored)
        if session and not session.closed:
            found = replace(
                found,
                many=found.many + 1,
                on_removed=found.on_removed + (session.screen in removed),
                on_changed=found.on_changed + (session.screen in changed),
                on_service=found.on_service + _reads(session, services),
            )
    return replace(found, whole=looked < most)


def _reads(session: Session, services: Collection[str]) -> bool:
    """Return whether the session is about one of these services."""
    return session.answers.get("service", "") in services
