"""Everything that a citizen would notice if one version replaced another, in French, one line each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from authoring.diff import screens
from authoring.diff.changes import Change, ChangeSection
from authoring.diff.entries import entries_changed, places_changed
from authoring.diff.highlights import highlights
from authoring.diff.transitions import changed_transitions
from authoring.diff.untranslated import translations_changed, untranslated_texts
from authoring.versions.cache import CompiledMenus


@dataclass(frozen=True, slots=True)
class Differences:
    """The sections that are not empty, and the names of screens and services that are removed or changed.

    highlights is what citizens notice first, one line for each screen.
    """

    sections: tuple[ChangeSection, ...]
    removed: frozenset[str]
    changed: frozenset[str]
    services: frozenset[str]
    highlights: tuple[str, ...] = ()


def find_differences(was: CompiledMenus, now: CompiledMenus) -> Differences:
    """Compare two versions. Takes milliseconds to a second."""
    old, new = was.edition, now.edition
    added, removed = list(screens.added(old, new)), list(screens.removed(old, new))
    texts, behaviour = list(screens.texts_changed(old, new)), list(screens.behaviour_changed(old, new))
    ways, entries = list(changed_transitions(old, new)), list(entries_changed(was.entries, now.entries))
    sections = {
        "Écrans ajoutés": _lines(added),
        "Écrans retirés": _lines(removed),
        "Textes changés": [*_lines(texts), *screens.phrases_changed(old, new)],
        "Chemins changés": _lines(ways),
        "Réponses et recherches changées": _lines(behaviour),
        "Questions après une réponse": list(screens.surveys_changed(old, new)),
        "Mots et numéros qui ouvrent un parcours": list(screens.openings_changed(old, new)),
        "Services, examens et étapes": _lines(entries),
        "Traductions d'annonces, de services et d'examens": list(translations_changed(old, (new, now.entries))),
        "Communes et centres": list(places_changed(was.entries, now.entries)),
        "Textes qui restent en français": list(untranslated_texts((old, was.entries), (new, now.entries))),
    }
    return Differences(
        tuple(_sections(sections)),
        frozenset(name for name, _ in removed),
        frozenset(name for name, _ in (*texts, *behaviour, *ways)),
        frozenset(name for name, _ in entries),
        tuple(highlights(was, now, _lines(entries))),
    )


def _lines(found: list[tuple[str, Change]]) -> list[Change]:
    return [line for _, line in found]


def _sections(sections: dict[str, list[Change]]) -> Iterator[ChangeSection]:
    yield from (ChangeSection(title, tuple(lines)) for title, lines in sections.items() if lines)
