"""The services of the working copy: read once for each content of a file, written so that the file stays as it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

from authoring.drafts.working_copy import WorkingCopy
from authoring.fact_ages import is_old
from authoring.services.entry_text import entry_text
from authoring.services.record import KEYS
from authoring.validation import undisplayable_characters
from catalog.entries import SERVICES, Service
from catalog.entry_files import MAX_ID_CHARACTERS
from catalog.entry_types import slug
from catalog.facts import Sourced
from state.errors import Problem
from state.yaml_files.loader import Document, parse

EXPECTED: Final = (("cost", "rates"), ("delay",), ("documents",), ("where",))  # one of each is what citizens ask for


@dataclass(frozen=True, slots=True)
class ServiceEntry:
    """A service of the working copy, by the id of its file."""

    name: str
    service: Service

    @property
    def unknown(self) -> tuple[str, ...]:
        """The facts that citizens read as « à confirmer »."""
        known = {key for key, _ in self.service.facts()}
        return tuple(keys[0] for keys in EXPECTED if known.isdisjoint(keys))

    def to_confirm(self, today: date) -> Iterator[tuple[str, Sourced]]:
        """Yield the facts that are past, or more than two years old."""
        for key, fact in self.service.facts():
            if fact.is_past(today) or is_old(fact.as_of, today):
                yield key, fact

    @property
    def oldest(self) -> str:
        """The date of the oldest fact, "" if none is known."""
        return min((fact.as_of for _, fact in self.service.facts()), default="")


class ServiceEntries:
    """The services of a working copy. Files that cannot be read have a document and no entry.

    A new one is of the given ministry, of none for "".
    """

    def __init__(self, working_copy: WorkingCopy, ministry: str = "") -> None:
        self.working_copy, self._ministry = working_copy, ministry

    @cached_property
    def documents(self) -> Mapping[str, tuple[Document, Service | None]]:
        """Each file with its entry, by id."""
        prefix = f"{SERVICES.folder}/"
        files = (
            (path.removeprefix(prefix).removesuffix(".yaml"), path, content)
            for path, content in self.working_copy.files.items()
            if path.startswith(prefix) and path.endswith(".yaml")
        )
        return {name: SERVICES.parse_entry(path, content) for name, path, content in files}

    def entries(self) -> Iterator[ServiceEntry]:
        """Yield the services that can be read, in the order of their short names."""
        found = (ServiceEntry(name, entry) for name, (_, entry) in self.documents.items() if entry)
        yield from sorted(found, key=lambda one: slug(one.service.short))

    def spellings(self, key: str) -> tuple[str, ...]:
        """Return the themes or life events that exist, as they are written."""
        return tuple(sorted({getattr(entry, key) for _, entry in self.documents.values() if entry}))

    def fields(self, name: str) -> Mapping[str, Any]:
        """Return what the file of a service says, as the loader reads it; for a new one, its ministry at most."""
        if name not in self.documents:
            return {"ministry": self._ministry} if self._ministry else {}
        document = self.documents[name][0]
        return document.data if isinstance(document.data, dict) else {}

    def free_id(self, short: str) -> str:
        """Return an id for a new service that no other has."""
        wanted = slug(short)[:MAX_ID_CHARACTERS].strip("-") or "service"
        taken = self.documents.keys()
        numbered = (f"{wanted[: MAX_ID_CHARACTERS - 5]}-{number}" for number in range(2, 10_000))
        return wanted if wanted not in taken else next(one for one in numbered if one not in taken)

    def write(self, name: str, fields: Mapping[str, Any]) -> str:
        """Return the text of a service's file with these fields; what stays is not touched."""
        text = self.working_copy.text(path_of(name))
        return entry_text(text, {key: fields[key] for key in KEYS if key in fields})

    def check(self, name: str, text: str) -> tuple[Service | None, Mapping[str, tuple[str, ...]]]:
        """Return the service that a text describes, and complaints by key: "cost.value", "" for the whole."""
        document = parse(text.encode(), path_of(name))
        service = SERVICES.validate_entry(document)
        others = [one for other, (one, _) in self.documents.items() if other != name]
        problems = [*document.problems, *undisplayable_characters(document.file, text.encode())]
        problems += [one for one in SERVICES.compare([*others, document]) if one.file == document.file]
        found: dict[str, dict[str, None]] = {}
        for problem in problems:
            found.setdefault(_key_at(document, problem), {})[problem.what] = None
        return service if not problems else None, {key: tuple(lines) for key, lines in found.items()}


def path_of(name: str) -> str:
    """Return the path of a service's file."""
    return f"{SERVICES.folder}/{name}.yaml"


def _key_at(document: Document, problem: Problem) -> str:
    """Return the key whose value stands at the line of a problem, as key or key.part."""
    by_line = sorted((line, where) for where, (line, _) in document.keys.items() if len(where) < 3)
    above = [where for line, where in by_line if line <= problem.line]
    return ".".join(map(str, above[-1])) if above and problem.line > 1 else ""
