"""Decides what an import of services does to the files of menus/catalogue, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from authoring.diff.changes import Change
from authoring.diff.entries import services_changed
from authoring.services.entry_text import entry_text, merged
from authoring.services.record import Fields, Record, Records
from authoring.services.short_names import ShortNames
from authoring.validation import undisplayable_characters
from authoring.versions.archive import MAX_FILES
from catalog.entries import SERVICES, Service
from catalog.entry_files import ID, MAX_ID_CHARACTERS
from catalog.entry_types import slug
from state.errors import InvalidMenu, Problem
from state.text.search import plain
from state.yaml_files.loader import Document, parse, read

NO_TEXT: Final = ""


@dataclass(frozen=True, slots=True)
class Written:
    """An entry that the import adds or changes: the text of its file, and the places of what it comes from."""

    path: Path
    text: str = field(repr=False)
    document: Document = field(repr=False)
    place: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do. refused has one line for each fault; nothing is written while there is one.

    unmentioned is the number of services that the file does not name; they stay as they are.
    """

    written: tuple[Written, ...]
    changes: tuple[Change, ...]
    added: int
    unchanged: int
    unmentioned: int
    made_up: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    def lines(self) -> Iterator[str]:
        """Yield what is shown before anything is written, in French; what is to be corrected comes last."""
        yield from (change.what for change in self.changes)
        yield from (f"nom court à relire, fait du nom entier : {line}" for line in self.made_up)
        counts = f"{self.added} ajoutés, {len(self.written) - self.added} changés, {self.unchanged} inchangés"
        yield f"Services : {counts}, {self.unmentioned} que ce fichier ne nomme pas et qui restent"
        yield from self.refused
        if self.refused:
            yield "Rien n'est importé : corrigez le fichier, puis importez-le de nouveau."


class Catalogue:
    """The present files of a catalogue. Raises InvalidMenu if one of them has a problem."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.services, problems = SERVICES.read(folder)
        if problems:
            raise InvalidMenu(problems)
        self._codes = {one.code: name for name, one in self.services.items() if one.code}
        self._names = {plain(one.name): name for name, one in self.services.items()}
        self._spelled = {
            (key, slug(text)): text
            for one in self.services.values()
            for key in SERVICES.groups
            if (text := getattr(one, key))
        }

    def spelled(self, fields: Fields) -> dict[str, Any]:
        """Return fields in which themes and life events that exist are written as they are."""
        return {key: self._spelled.get((key, slug(text)), text) if key in SERVICES.groups else text
                for key, text in fields.items()}  # fmt: skip

    def entry_of(self, record: Record) -> str:
        """Return the id of the entry that a record describes, a new one if there is none."""
        known = self._codes.get(record.fields.get("code", "")) or self._names.get(plain(record.fields.get("name", "")))
        return record.entry or known or slug(record.fields.get("name", ""))[:MAX_ID_CHARACTERS].strip("-")

    def document(self, name: str) -> tuple[str, Mapping[str, Any]]:
        """Return the text and the fields of an entry, both empty if it is new."""
        path = self.folder / f"{name}.yaml"
        if name not in self.services:
            return NO_TEXT, {}
        return path.read_text("utf-8-sig"), read(path).data


def plan_import(folder: Path, records: Records) -> Plan:
    """Return what the import of these records does. Raises InvalidMenu if the catalogue itself has a problem."""
    catalogue = Catalogue(folder)
    taken: dict[str, str] = {}
    refused = list(records.refused)
    shorts = ShortNames({name: one.short for name, one in catalogue.services.items()})
    written, unchanged = list[Written](), 0
    for record in records.found:
        name = catalogue.entry_of(record)
        if fault := _fault(record, name, taken):
            refused.append(f"{record.place} : {fault}")
            continue
        made = _entry(catalogue, name, record, shorts)
        unchanged += made is None
        written += [made] if made else []
    services = dict(catalogue.services)
    refused += _validate(catalogue, written, services)
    added = sum(one.path.stem not in catalogue.services for one in written)
    return Plan(
        written=tuple(written),
        changes=() if refused else tuple(services_changed(catalogue.services, services)),
        added=added,
        unchanged=unchanged,
        unmentioned=len(catalogue.services.keys() - taken.keys()),
        made_up=tuple(shorts.made),
        refused=tuple(refused),
    )


def _fault(record: Record, name: str, taken: dict[str, str]) -> str:
    """Return why a record has no entry of its own; "" if it has one."""
    if not ID.fullmatch(name) or len(name) > MAX_ID_CHARACTERS:
        return f"« {name[:MAX_ID_CHARACTERS]} » n'est pas un nom de fiche : minuscules sans accent, chiffres et tirets"
    first = taken.setdefault(name, record.place)
    return f"c'est la fiche « {name} », comme {first}" if first != record.place else ""


def _entry(catalogue: Catalogue, name: str, record: Record, shorts: ShortNames) -> Written | None:
    """Return the file of an entry with what the record says; None if that is what it has."""
    text, before = catalogue.document(name)
    said = catalogue.spelled(record.fields)
    if not text and "short" not in said:
        said["short"] = shorts.make(name, said.get("name", ""))
    after = merged(before, said)
    if after == before:
        return None
    path = catalogue.folder / f"{name}.yaml"
    changed = entry_text(text, after)
    return Written(path, changed, parse(changed.encode(), str(path)), record.place)


def _validate(catalogue: Catalogue, written: Sequence[Written], services: dict[str, Service]) -> Iterator[str]:
    """Yield what is wrong with the files as they would be, and add their entries to the services."""
    for one in written:
        entry = SERVICES.validate_entry(one.document)
        if entry:
            services[one.path.stem] = entry
        for problem in (*one.document.problems, *undisplayable_characters(str(one.path), one.text.encode())):
            yield _described(problem, one.place)
    places = {str(one.path): one.place for one in written}
    changed = {one.path for one in written}
    others = [read(path) for path in sorted(catalogue.folder.glob("*.yaml")) if path not in changed]
    if len(others) + len(written) > MAX_FILES:
        yield f"le catalogue aurait {len(others) + len(written)} fiches : {MAX_FILES} fichiers au plus dans les menus"
    for problem in SERVICES.compare([*others, *(one.document for one in written)]):
        yield _described(problem, places.get(problem.file, ""))


def _described(problem: Problem, place: str) -> str:
    """Return a problem at its place in the imported file, else in the file of the catalogue."""
    where = f"{place}, fiche « {Path(problem.file).stem} »" if place else f"{problem.file}:{problem.line}"
    return f"{where} : {problem.what}"


def write_files(written: Iterable[Written]) -> None:
    """Write the files of a plan, each whole or not at all. Raises OSError, before anything is replaced if it can."""
    ready = list[tuple[Path, Path]]()
    try:
        for one in written:
            made = one.path.with_name(f".{one.path.name}.new")
            ready.append((made, one.path))
            made.write_text(one.text, encoding="utf-8")
        for made, path in ready:
            made.replace(path)
    finally:
        for made, _ in ready:
            made.unlink(missing_ok=True)
