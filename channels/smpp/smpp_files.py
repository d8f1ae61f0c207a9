"""Reads the SMPP gateways of the folder of gateways and their dialects, and every problem with its place."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from channels.declared.files import NAME, ROUTES, speaks_smpp
from channels.smpp.smpp_shape import Dialect, SmppFile
from state.errors import InvalidMenu, Problem
from state.yaml_files.loader import Document, read
from state.yaml_files.strict_model import validate


class FoundGateway(NamedTuple):
    """One gateway: the name of its file, what it says, and its dialect if it has calls."""

    name: str
    file: SmppFile
    dialect: Dialect | None


Found = tuple[list[FoundGateway], list[Problem]]


def read_gateways(folder: Path) -> list[FoundGateway]:
    """Read every SMPP gateway of a folder. Raises InvalidMenu with each problem and its place."""
    found, problems = _found_in(folder)
    if problems:
        raise InvalidMenu(problems)
    return list(found)


def found_gateways(folder: Path) -> list[FoundGateway]:
    """Return the SMPP gateways of a folder whose files have no problem."""
    return list(_found_in(folder)[0])


def smpp_problems(folder: Path) -> list[Problem]:
    """Return each problem of the SMPP gateways of a folder, with its place."""
    return list(_found_in(folder)[1])


def _found_in(folder: Path) -> Found:
    described = (path for path in folder.glob("*.yaml") if path.name != ROUTES)
    paths = sorted([*described, *folder.glob("dialects/*.yaml")])
    stamps = ((path, stat.st_mtime_ns, stat.st_size) for path in paths for stat in (path.stat(),))
    return _read_all(folder, tuple(stamps))


@lru_cache(maxsize=32)
def _read_all(folder: Path, stamps: tuple[tuple[Path, int, int], ...]) -> Found:
    found, problems, dialects = list[FoundGateway](), list[Problem](), dict[str, Dialect | None]()
    for path in (path for path, _, _ in stamps if path.parent != folder):
        spoken = read(path)
        dialects[path.stem] = None if spoken.problems else validate(spoken, spoken.data, Dialect)
        problems += spoken.problems
    for path in (path for path, _, _ in stamps if path.parent == folder):
        document = read(path)
        if not speaks_smpp(document):
            continue
        if not NAME.fullmatch(path.stem):
            document.problems.append(document.problem_at((), "nommez ce fichier en minuscules, chiffres et tirets"))
        gateway = _read_gateway(path.stem, document, dialects)
        problems += document.problems
        found += [gateway] if gateway else []
    return found, problems


def _read_gateway(name: str, document: Document, dialects: Mapping[str, Dialect | None]) -> FoundGateway | None:
    """Read one file; None after noting every problem in the document, or if its dialect has problems."""
    file = validate(document, document.data, SmppFile)
    if file is None or file.ussd is None:
        return FoundGateway(name, file, None) if file else None
    if file.ussd.dialect not in dialects:
        what = f"« {file.ussd.dialect} » : il n'y a pas de fichier {file.ussd.dialect}.yaml dans le dossier dialects"
        document.problems.append(document.problem_at(("ussd", "dialect"), what))
    dialect = dialects.get(file.ussd.dialect)
    if dialect and file.ussd.push and dialect.push is None:
        what = f"le dialecte « {file.ussd.dialect} » n'ouvre pas d'appel sur un téléphone : enlevez push"
        document.problems.append(document.problem_at(("ussd", "push"), what))
    return FoundGateway(name, file, dialect) if dialect else None
