"""Reference data as operators write it: one YAML file for each service, exam, status or centre, named by its id.

catalog/entry_files.py reads the files of a folder and compares them. All problems of all files are reported together,
as file:line:column. A fact stands beside its source and its date. A fact that is not verified is left out of the file,
and citizens read « à confirmer » instead.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, model_validator

from catalog import centres
from catalog.centres import Centre
from catalog.communes import FILE as COMMUNES
from catalog.communes import Commune, read_communes
from catalog.entry_files import Kind
from catalog.entry_types import Asked, Code, Label, Text
from catalog.facts import FACTS, Cost, Documents, Figure, Site, Sourced
from catalog.message_files import FOLDER as MESSAGES_FOLDER
from catalog.message_files import MessageFile
from catalog.register_files import FOLDER as REGISTERS_FOLDER
from catalog.register_files import RegisterFile
from catalog.source_files import FOLDER as SOURCES_FOLDER
from catalog.source_files import SourceFile
from catalog.synonyms import FOLDER, Synonyms
from state.errors import InvalidMenu, Problem
from state.yaml_files.strict_model import StrictModel
from state.yaml_files.types import Ministry

After = Literal["request", "result", "file"]


class Service(StrictModel):
    """One public service; every figure may be missing, and is then not known."""

    name: Text
    short: Label = Field(description="nom court pour les listes numérotées : 30 caractères au plus, unique")
    code: Code | None = Field(None, description="code au portail")
    theme: Text
    life_event: Text
    administration: Text
    ministry: Ministry = None
    words: tuple[Text, ...] = Field((), description="mots que les citoyens tapent pour trouver ce service")
    asked: Asked = Field("3", description="combien ce service est demandé : de 1, rarement, à 5, tous les jours")
    after: After | None = Field(None, description="ce qui vient ensuite : suivre une demande, un résultat, un dossier")
    cost: Cost | None = None
    rates: Figure | None = Field(None, description="prix qui dépend du cas, en une phrase ; à la place de cost")
    delay: Figure | None = None
    validity: Figure | None = None
    documents: Documents | None = None
    where: Figure | None = None
    url: Site | None = None

    @model_validator(mode="after")
    def _one_price(self) -> Service:
        if self.cost and self.rates:
            raise ValueError("gardez « cost » ou « rates » : un service a un prix, ou un barème")
        return self

    def facts(self) -> Iterator[tuple[str, Sourced]]:
        """Yield the facts that are known, each with its key."""
        for key in FACTS:
            if (fact := getattr(self, key)) is not None:
                yield key, fact


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
    ministry: Ministry = None
    sessions: tuple[SessionName, ...] = Field((), description="les autres sessions que l'ordinaire : remplacement")
    verdicts: dict[VerdictName, Verdict] = Field(min_length=1)


class Status(StrictModel):
    """One stage of a citizen's request, and what the citizen should do now."""

    label: Label
    advice: Text


Found = TypeVar("Found")
SERVICES = Kind("catalogue", Service, "short", ("theme", "life_event"))
EXAMS = Kind("exams", Exam, "name")
STATUSES = Kind("statuses", Status, "label")
SYNONYMS = Kind(FOLDER, Synonyms, "title", is_optional=True)
SOURCES = Kind(SOURCES_FOLDER, SourceFile, "title", is_optional=True)
MESSAGES = Kind(MESSAGES_FOLDER, MessageFile, "title", is_optional=True)
CENTRES = Kind(centres.FOLDER, Centre, "name", is_optional=True)
REGISTERS = Kind(REGISTERS_FOLDER, RegisterFile, "table", is_optional=True)
KINDS: tuple[Kind[Any], ...] = (SERVICES, EXAMS, STATUSES, SYNONYMS, SOURCES, MESSAGES, CENTRES, REGISTERS)


def names_of(service: Service) -> tuple[str, ...]:
    """Return the French texts that a service is found by, the most telling first."""
    return (service.short, *service.words, service.name)


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
    synonyms: Mapping[str, Synonyms]
    sources: Mapping[str, SourceFile] = field(default_factory=dict)
    messages: Mapping[str, MessageFile] = field(default_factory=dict)
    centres: Mapping[str, Centre] = field(default_factory=dict)
    registers: Mapping[str, RegisterFile] = field(default_factory=dict)
    communes: Mapping[str, Commune] = field(default_factory=dict)


def read_all(menus: Path) -> tuple[Entries, list[Problem]]:
    """Return the valid entries below this folder of menus, and all problems of the files."""
    found = [kind.read(menus / kind.folder) for kind in KINDS]
    problems = [problem for _, wrong in found for problem in wrong]
    communes, wrong = read_communes(menus / COMMUNES)
    entries = Entries(*(entries for entries, _ in found))
    if not wrong:
        wrong += centres.unplaced(menus / centres.FOLDER, entries.centres, communes)
    filed = {**entries.centres, **centres.listed(communes, entries.centres)}
    return replace(entries, centres=filed, communes=communes), [*problems, *wrong]


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
