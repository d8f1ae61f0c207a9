"""Differences in services, exams, statuses and communes between two versions, one line each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from authoring.diff.changes import Change, shorten
from catalog.centres import Centre
from catalog.communes import Commune
from catalog.entries import Entries, Exam, Service, Status
from catalog.message_files import MessageFile, MessageFiles
from catalog.source_files import SourceFile, SourceFiles
from catalog.synonyms import Synonyms

PARTS: Final = {
    "name": "nom",
    "short": "nom court",
    "code": "code",
    "theme": "thème",
    "life_event": "événement",
    "administration": "administration",
    "words": "mots",
    "asked": "demandé",
    "cost": "prix",
    "rates": "barème",
    "delay": "délai",
    "validity": "validité",
    "documents": "pièces",
    "where": "où",
    "url": "adresse",
    "title": "titre",
    "publisher": "qui publie",
    "label": "étape",
    "advice": "conseil",
    "verdicts": "verdicts",
    "source": "source",
    "as_of": "date",
    "until": "jusqu'au",
    "note": "note",
    "say": "dit",
    "text": "texte",
    "values": "valeurs",
    "ministry": "ministère",
    "purposes": "à quoi il sert",
    "address": "adresse postale",
    "opened": "ouverture",
    "landmark": "repère",
    "hours": "horaires",
    "phone": "téléphone",
    "services": "services",
    "position": "lieu",
}
Entry = Service | Exam | Status | Synonyms | SourceFile | MessageFile | Centre
Named = (
    Mapping[str, Service]
    | Mapping[str, Exam]
    | Mapping[str, Status]
    | Mapping[str, Synonyms]
    | SourceFiles
    | MessageFiles
    | Mapping[str, Centre]
)


def entries_changed(before: Entries, after: Entries) -> Iterator[tuple[str, Change]]:
    """Yield the id and the change of every entry that is added, removed or different."""
    for what, was, now in (
        ("service", before.services, after.services),
        ("examen", before.exams, after.exams),
        ("étape de demande", before.statuses, after.statuses),
        ("fichier de synonymes", before.synonyms, after.synonyms),
        ("source", before.sources, after.sources),
        ("message", before.messages, after.messages),
    ):
        yield from _changed(what, was, now)


def services_changed(before: Mapping[str, Service], after: Mapping[str, Service]) -> Iterator[Change]:
    """Yield the change of every service that is added, removed or different."""
    yield from (change for _, change in _changed("service", before, after))


def places_changed(before: Entries, after: Entries) -> Iterator[Change]:
    """Yield the differences between the communes, and between the centres."""
    was, now = set(map(_commune, before.communes.values())), set(map(_commune, after.communes.values()))
    yield from (Change(f"nouveau : {line}") for line in sorted(now - was))
    yield from (Change(f"enlevé : {line}") for line in sorted(was - now))
    yield from (change for _, change in _changed("centre", before.centres, after.centres))


def _changed(what: str, was: Named, now: Named) -> Iterator[tuple[str, Change]]:
    for name in sorted(was.keys() | now.keys()):
        old, new = was.get(name), now.get(name)
        if old is None and new is not None:
            yield name, Change(f"{what} ajouté : {_called(name, new)}")
        elif new is None and old is not None:
            yield name, Change(f"{what} enlevé : {_called(name, old)}")
        elif old is not None and new is not None and old != new:
            yield name, Change(f"{what} changé : {_called(name, new)}, {' ; '.join(_parts(old, new))}")


def _called(name: str, entry: Entry) -> str:
    match entry:
        case Status():
            called = entry.label
        case Synonyms() | MessageFile():
            called = entry.title
        case SourceFile():
            called = entry.root.title
        case _:
            called = entry.name
    return f"« {called} » ({name})"


def _parts(old: Any, new: Any) -> Iterator[str]:
    """Yield the fields of an entry that changed, as « prix : 1000 → 1500 »."""
    was, now = (dict(_flat(entry.model_dump())) for entry in (old, new))
    for where in dict.fromkeys((*was, *now)):
        if was.get(where) != now.get(where):
            yield f"{where} : {shorten(was.get(where, 'rien'))} → {shorten(now.get(where, 'rien'))}"


def _flat(fields: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for name, value in fields.items():
        here = above if name == "value" else f"{above} {PARTS.get(name, name)}".strip()
        if isinstance(value, dict):
            yield from _flat(value, here)
        elif isinstance(value, tuple | list):
            yield here, ", ".join(map(str, value))
        elif value not in (None, ""):
            yield here, str(value)


def _commune(one: Commune) -> str:
    where = f", {one.seat.latitude} {one.seat.longitude}" if one.seat else ""
    return f"{one.name} ({one.department}){where}"
