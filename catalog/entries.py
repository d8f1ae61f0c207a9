"""Reference data as operators write it: one YAML file for each service, exam or status, named by its id.

Each file of a folder is validated (`state.yaml_files.loader`), then the files are compared with one another. All
problems of all files are reported together, as file:line:column. A fact stands beside its source and its date. A fact
that is not verified is left out of the file, and citizens read « à confirmer » instead.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import Field

from catalog.entry_types import Code, Label, Text, slug
from catalog.facts import Cost, Documents, Figure, Site
from state.errors import InvalidMenu, Problem
from state.yaml_files.loader import Document, parse, read
from state.yaml_files.strict_model import StrictModel, validate

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MAX_ID_LENGTH = 40
MAX_CACHED = 4096  # parsed files, about 10 KiB each


class Service(StrictModel):
    """One public service; every figure may be missing, and is then not known."""

    name: Text
    short: Label = Field(description="nom court pour les listes numérotées : 30 caractères au plus, unique")
    code: Code | None = Field(None, description="code au portail")
    theme: Text
    life_event: Text
    administration: Text
    words: tuple[Text, ...] = Field((), description="mots que les citoyens tapent pour trouver ce service")
    cost: Cost | None = None
    delay: Figure | None = None
    validity: Figure | None = None
    documents: Documents | None = None
    where: Figure | None = None
    url: Site | None = None


class Verdict(StrictModel):
    """What a candidate reads: the verdict, and what comes next."""

    say: Label
    advice: Text


SessionName = Annotated[str, Field(pattern=r"^[a-z0-9]{1,20}$")]  # citizens read it behind the year
VerdictName = Literal["admitted", "admissible", "refused", "adjourned", "absent"]


class Exam(StrictModel):
    """One national exam, and only the verdicts that it knows."""

    name: Label = Field(description="le sigle que tout le monde dit : BAC, BEPC")
    title: Text
    publisher: Text
    sessions: tuple[SessionName, ...] = Field((), description="les autres sessions que l'ordinaire : remplacement")
    verdicts: dict[VerdictName, Verdict] = Field(min_length=1)


class Status(StrictModel):
    """One stage of a citizen's request, and what the citizen should do now."""

    label: Label
    advice: Text


Entry = TypeVar("Entry", Service, Exam, Status)
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Kind(Generic[Entry]):
    """The entries of one folder. `unique` is a key that no two may share; `groups` are keys that group entries by
    name.
    """

    folder: str
    shape: type[Entry]
    unique: str
    groups: tuple[str, ...] = ()

    def read(self, folder: Path) -> tuple[dict[str, Entry], list[Problem]]:
        """Return the valid entries by id, and every problem of the folder."""
        if not folder.is_dir():
            return {}, [Problem(str(folder), 1, 1, "ce dossier n'existe pas")]
        read_one = [self._read(path) for path in sorted(folder.iterdir()) if path.suffix in (".yaml", ".yml")]
        documents = [document for document, _ in read_one]
        found = {Path(one.file).stem: entry for one, entry in read_one}
        problems = [problem for one in documents for problem in one.problems]
        problems += self._shared(documents)
        return {name: entry for name, entry in found.items() if entry is not None}, sorted(problems)

    def _read(self, path: Path) -> tuple[Document, Entry | None]:
        """Return a file's document, which must not be changed, and its entry; an unchanged file is parsed once."""
        try:
            return _parsed(self, str(path), path.read_bytes())
        except OSError:
            document = read(path)
            return document, self.validate_entry(document)

    def validate_entry(self, document: Document) -> Entry | None:
        """Validate a document and return its entry, or None; problems are added to the document."""
        path = Path(document.file)
        if path.suffix != ".yaml":
            document.problems.append(document.problem_at((), "le nom de ce fichier doit finir par .yaml"))
        if not ID.fullmatch(path.stem) or len(path.stem) > MAX_ID_LENGTH:
            what = f"nom de fichier : minuscules sans accent, chiffres et tirets, {MAX_ID_LENGTH} signes au plus"
            document.problems.append(document.problem_at((), what))
        return None if document.data is None else validate(document, document.data, self.shape)

    def _shared(self, documents: list[Document]) -> Iterator[Problem]:
        """Yield problems of two files with the same unique text, or with two spellings of one group."""
        for key in (self.unique, *self.groups):
            first: dict[str, tuple[str, Document]] = {}
            for one in documents:
                written = one.data.get(key) if isinstance(one.data, dict) else None
                if not isinstance(written, str):
                    continue
                before, there = first.setdefault(slug(written), (written, one))
                if there is not one and (key == self.unique or before != written):
                    line, _ = there.places[(key,)]
                    what = f"« {before} » est déjà dans {Path(there.file).name}, ligne {line}"
                    advice = "choisissez un autre texte" if key == self.unique else "écrivez-le de la même façon"
                    yield one.problem_at((key,), f"{what} : {advice}")


@lru_cache(maxsize=MAX_CACHED)
def _parsed(kind: Kind[Entry], file: str, raw: bytes) -> tuple[Document, Entry | None]:
    document = parse(raw, file)
    return document, kind.validate_entry(document)


SERVICES = Kind("catalogue", Service, "short", ("theme", "life_event"))
EXAMS = Kind("exams", Exam, "name")
STATUSES = Kind("statuses", Status, "label")
KINDS: tuple[Kind[Any], ...] = (SERVICES, EXAMS, STATUSES)


def _require_valid(found: tuple[Found, list[Problem]]) -> Found:
    entries, problems = found
    if problems:
        raise InvalidMenu(problems)
    return entries


def read_services(folder: Path) -> Mapping[str, Service]:
    """Return the services of menus/catalogue by id. Raises InvalidMenu with every problem of every file."""
    return _require_valid(SERVICES.read(folder))


def read_exams(folder: Path) -> Mapping[str, Exam]:
    """Return the exams of menus/exams by id. Raises InvalidMenu with every problem of every file."""
    return _require_valid(EXAMS.read(folder))


def read_statuses(folder: Path) -> Mapping[str, Status]:
    """Return the statuses of menus/statuses by id. Raises InvalidMenu with every problem of every file."""
    return _require_valid(STATUSES.read(folder))


@dataclass(frozen=True, slots=True)
class Entries:
    """All entries by id, as read from the files."""

    services: Mapping[str, Service]
    exams: Mapping[str, Exam]
    statuses: Mapping[str, Status]


def read_all(menus: Path) -> tuple[Entries, list[Problem]]:
    """Return the valid entries below this folder of menus, and all problems of the files."""
    found = [kind.read(menus / kind.folder) for kind in KINDS]
    return Entries(*(entries for entries, _ in found)), [problem for _, problems in found for problem in problems]


def read_entries(menus: Path) -> Entries:
    """Return all entries below this folder of menus. Raises InvalidMenu with every problem of every file."""
    return _require_valid(read_all(menus))


def find_problems(menus: Path) -> list[Problem]:
    """Return all problems in the entry files below this folder of menus."""
    return read_all(menus)[1]


def json_schemas() -> Mapping[str, str]:
    """Return the JSON Schema of each kind of entry, by its path below the folder of menus; editors use it."""
    return {
        f"{kind.folder}/schema.json": json.dumps(kind.shape.model_json_schema(), ensure_ascii=False, indent=2) + "\n"
        for kind in KINDS
    }
