"""Writes services as CSV, with everything that their entries say: an import of the file changes nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from authoring.services.columns import ID, about, join, titles
from authoring.services.record import ABOUT, PLAIN
from catalog.entries import Service

BOM = "\ufeff"  # by which spreadsheets know UTF-8


def write_table(services: Mapping[str, Service]) -> bytes:
    """Return the file, in the form that French spreadsheets open: semicolons, UTF-8 with its mark."""
    columns = titles()
    made = io.StringIO()
    writer = csv.writer(made, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns.values())
    for name, service in sorted(services.items()):
        cells = dict(_cells(name, service))
        writer.writerow([cells.get(column, "") for column in columns])
    return (BOM + made.getvalue()).encode()


def _cells(name: str, service: Service) -> Iterator[tuple[str, str]]:
    yield ID, name
    for key in PLAIN:
        value = getattr(service, key)
        yield key, join(list(value)) if isinstance(value, tuple) else value or ""
    for key, found in service.facts():
        said = found.model_dump()
        yield key, join(list(said["value"])) if isinstance(said["value"], tuple) else said["value"]
        yield from ((about(key, one), said[one] or "") for one in ABOUT[1:])
