"""A staged version held against what citizens get: what they would notice, which calls written down go otherwise, and
who is in the middle of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from editions.compiled import Compiled
from editions.contrast import as_text, contrast
from editions.differences import differences
from editions.open_sessions import OpenSessions, Walked, look
from editions.shelf import Publication
from editions.telling import Line, Section
from playing.differing import Differing
from state.errors import StoreUnavailable

NOTHING: Final = "Un citoyen ne remarquerait rien."
NEW: Final = "Aucune version n'est encore en service : tout est nouveau."
NOT_KNOWN: Final = "On ne sait pas qui est en ligne : Valkey ne répond pas."
FINISH: Final = "Ceux qui sont en ligne finissent sur la version où ils ont commencé ; le catalogue change pour tous."


Replay = Callable[[Path, Path], Awaitable[Sequence[Differing]]]  # the folders before and after


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is known before a version is published. open is None when nobody could say who is on the line."""

    version: str
    in_service: Publication | None
    sections: tuple[Section, ...]
    retold: tuple[Differing, ...]
    open: OpenSessions | None


async def compare(compiled: Compiled, version: str, store: Walked, replay: Replay | None = None) -> Comparison:
    """Hold a version against the newest publication. Raises MenusRefused, MenuBroken and SourceUnavailable."""
    last = await compiled.shelf.in_service()
    after, to_folder = await compiled.of(version), await compiled.folder(version)
    if last is None:
        return Comparison(version, None, (), (), None)
    before, from_folder = await compiled.of(last.version), await compiled.folder(last.version)
    found = await asyncio.to_thread(differences, (before, from_folder), (after, to_folder))
    try:
        open_now = await look(store, found.removed, found.changed, found.services)
    except StoreUnavailable:
        open_now = None
    retold = tuple(await replay(from_folder, to_folder)) if replay else ()
    return Comparison(version, last, found.sections, retold, open_now)


def told(found: Comparison) -> Iterator[str]:
    """The comparison as lines of text."""
    if found.in_service is None:
        yield NEW
        return
    yield f"{found.version} au lieu de {found.in_service.version} (publication {found.in_service.number})"
    for section in found.sections:
        yield f"\n{section.title}"
        for line in section.lines:
            yield from _line(line)
    if found.retold:
        yield "\nAppels écrits qui se passent autrement"
        for call in found.retold:
            cannot = f", qui ne se joue pas : {call.problem}" if call.problem else ""
            yield f"- {call.title} ({call.name}){cannot}"
            yield from (f"    {line}" for line in as_text(contrast(call.before, call.after)))
    if not found.sections and not found.retold:
        yield NOTHING
    yield ""
    yield from people(found.open)


def people(found: OpenSessions | None) -> Iterator[str]:
    """Who is on the line, in sentences."""
    if found is None:
        yield NOT_KNOWN
        return
    least = "" if found.whole else "au moins "
    yield f"En ligne maintenant : {least}{found.many}."
    where = (
        (found.on_removed, "sur un écran retiré"),
        (found.on_changed, "sur un écran changé"),
        (found.on_service, "sur un service qui change"),
    )
    yield from (f"{many} {place}." for many, place in where if many)
    yield FINISH


def _line(line: Line) -> Iterator[str]:
    yield f"- {line.what}"
    for sign, text in (("avant", line.before), ("après", line.after)):
        if text:
            yield f"    {sign} : " + text.strip().replace("\n", "\n" + " " * 12)
