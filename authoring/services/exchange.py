"""Reads and writes files of services in the form that their names say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from authoring.services.cpsv_export import write_cpsv
from authoring.services.cpsv_import import read_cpsv
from authoring.services.record import Origin, Records
from authoring.services.table_export import write_table
from authoring.services.table_import import read_table
from catalog.entries import Service
from state.errors import ZinError

JSON_LD: Final = (".jsonld", ".json")
TABLE: Final = ".csv"


class FileNotWritten(ZinError):
    """An export that cannot be written, and why."""


def read_services_file(path: Path, origin: Origin) -> Records:
    """Read services. Raises FileBroken if the file cannot be read at all."""
    return (read_cpsv if path.suffix.lower() in JSON_LD else read_table)(path, origin)


def write_services_file(path: Path, services: Mapping[str, Service]) -> None:
    """Write services. Raises FileNotWritten."""
    suffix = path.suffix.lower()
    if suffix not in (TABLE, *JSON_LD):
        raise FileNotWritten(f"{path.name} : le nom doit finir par .csv, ou par .jsonld pour CPSV-AP")
    made = write_table(services) if suffix == TABLE else write_cpsv(services)
    try:
        path.write_bytes(made)
    except OSError as error:
        raise FileNotWritten(f"{path} : écriture impossible : {error.strerror}") from error
