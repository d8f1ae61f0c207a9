"""Reads the folder of gateways: each file by its name, and every problem with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import Field

from channels.declared.rules import Complaint, name_taken, ussd_complaints
from channels.declared.shape import Page, Title, UssdPart, UssdSample
from channels.declared.sms_rules import sms_complaints
from channels.declared.sms_shape import AnswerSample, SmsPart, SmsSample
from state.errors import InvalidMenu, Problem
from state.yaml_files.loader import Document, read
from state.yaml_files.strict_model import StrictModel, validate

SMPP: Final = "smpp"
ROUTES: Final = "routes.yaml"  # not a gateway, but the table that chooses between them (channels/routing)
NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class Samples(StrictModel):
    """The tables of a file: requests that come in, and answers to messages that go out."""

    ussd: tuple[UssdSample, ...] = ()
    sms: tuple[SmsSample, ...] = ()
    answers: tuple[AnswerSample, ...] = ()


class GatewayFile(StrictModel):
    """One file of gateways/."""

    title: Title
    docs: tuple[Page, ...] = Field(min_length=1, description="les pages publiques d'où vient ce fichier")
    ussd: UssdPart | None = None
    sms: SmsPart | None = None
    samples: Samples = Field(Samples(), description="des requêtes et des réponses de ces pages, et ce que Zin y lit")


class Found(NamedTuple):
    """One file: what it says, None with a problem, and its document, which knows the places."""

    name: str
    file: GatewayFile | None
    document: Document

    @property
    def problems(self) -> list[Problem]:
        """Return the problems of its shape."""
        return self.document.problems


def find_files(folder: Path) -> list[Found]:
    """Read every file of a gateway over HTTP, and again only after a change. A folder that is not there has none."""
    if not folder.is_dir():
        return []
    paths = sorted(path for path in folder.glob("*.yaml") if path.name != ROUTES)
    stamps = tuple((path, stat.st_mtime_ns, stat.st_size) for path in paths for stat in (path.stat(),))
    return list(_read_all(stamps))


def read_gateways(folder: Path) -> Mapping[str, GatewayFile]:
    """Return the files by name. Raises InvalidMenu with every problem of their shape."""
    found = find_files(folder)
    if problems := [problem for one in found for problem in one.problems]:
        raise InvalidMenu(problems)
    return {one.name: one.file for one in found if one.file}


@lru_cache(maxsize=32)
def _read_all(stamps: tuple[tuple[Path, int, int], ...]) -> tuple[Found, ...]:
    documents = ((path, read(path)) for path, _, _ in stamps)
    return tuple(_read(path, document) for path, document in documents if not speaks_smpp(document))


def speaks_smpp(document: Document) -> bool:
    """Return whether a file describes a gateway over SMPP (channels/smpp/smpp_files.py) and none over HTTP."""
    return isinstance(document.data, dict) and document.data.get("protocol") == SMPP


def _read(path: Path, document: Document) -> Found:
    if not NAME.fullmatch(path.stem):
        what = f"« {path.stem} » : un fichier a un nom en minuscules, chiffres et tirets, comme mon-operateur.yaml"
        document.problems.append(document.problem_at((), what))
    file = validate(document, document.data, GatewayFile) if not document.problems else None
    for where, what in _complaints(path.stem, file) if file else ():
        document.problems.append(document.problem_at(where, what))
    return Found(path.stem, file if not document.problems else None, document)


def _complaints(name: str, file: GatewayFile) -> Iterator[Complaint]:
    yield from name_taken(name)
    if file.ussd is None and file.sms is None:
        yield (), "ce fichier ne décrit rien : il manque ussd ou sms"
    if file.ussd:
        yield from ((("ussd", *where), what) for where, what in ussd_complaints(name, file.ussd))
    if file.sms:
        yield from ((("sms", *where), what) for where, what in sms_complaints(name, file.sms))


def has_routes(folder: Path) -> bool:
    """Return whether a folder has a table with rows, right or wrong."""
    path = folder / ROUTES
    return path.is_file() and _has_rows(path, path.stat().st_mtime_ns, path.stat().st_size)


@lru_cache(maxsize=8)
def _has_rows(path: Path, changed: int, size: int) -> bool:
    data = read(path).data
    return not isinstance(data, dict) or data.get("routes") != []
