"""Reads the SMPP gateways of the folder of gateways: each file by its name, and every problem with its place."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from channels.declared.files import NAME, speaks_smpp
from channels.smpp.smpp_shape import SmppFile
from state.errors import InvalidMenu, Problem
from state.yaml_files.loader import read
from state.yaml_files.strict_model import validate

Found = tuple[Mapping[str, SmppFile], list[Problem]]


def read_smpp_files(folder: Path) -> Mapping[str, SmppFile]:
    """Return the SMPP gateways of a folder by name. Raises InvalidMenu with each problem and its place."""
    found, problems = _found_in(folder)
    if problems:
        raise InvalidMenu(problems)
    return found


def smpp_problems(folder: Path) -> list[Problem]:
    """Return each problem of the SMPP gateways of a folder, with its place."""
    return list(_found_in(folder)[1])


def _found_in(folder: Path) -> Found:
    paths = sorted(folder.glob("*.yaml"))
    stamps = ((path, stat.st_mtime_ns, stat.st_size) for path in paths for stat in (path.stat(),))
    return _read_all(tuple(stamps))


@lru_cache(maxsize=32)
def _read_all(stamps: tuple[tuple[Path, int, int], ...]) -> Found:
    found, problems = dict[str, SmppFile](), list[Problem]()
    for path, _, _ in stamps:
        document = read(path)
        if not speaks_smpp(document):
            continue
        if not NAME.fullmatch(path.stem):
            document.problems.append(document.problem_at((), "nommez ce fichier en minuscules, chiffres et tirets"))
        file = validate(document, document.data, SmppFile)
        problems += document.problems
        if file:
            found[path.stem] = file
    return found, problems
