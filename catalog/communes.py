"""Loads menus/communes.csv, the communes and their known centres, into its table.

Operators edit the file; at every start the table is updated to match it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from catalog.entry_types import slug
from catalog.normalize import day
from database import tables
from database.interface import Database, Row
from state.errors import InvalidMenu, Problem
from state.yaml_files.loader import MAX_FILE_BYTES

COLUMNS = ("department", "commune", "centre", "opened", "source")
PLACE = ("latitude", "longitude", "located")  # may be left out: the seat of the commune in degrees, and the source
DEGREES = {"latitude": 90, "longitude": 180}
CENTRE = {"": False, "oui": True}
COMMUNES = select(tables.communes)


async def load_communes(database: Database, path: Path) -> None:
    """Update the table to match the file. Raises InvalidMenu and SourceUnavailable."""
    wanted = read_communes(path)
    if _same(await database.rows(COMMUNES), wanted):
        return
    async with database.exclusive_transaction() as writer:
        await writer.run("DELETE FROM communes;")
        await writer.add(tables.communes, wanted)


def read_communes(path: Path) -> list[Row]:
    """Read the rows of the file. Raises InvalidMenu with every problem in it, by line."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise InvalidMenu(
                [Problem(str(path), 1, 1, "lecture impossible : fichier trop gros (plus d'un mégaoctet)")]
            )
        lines = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InvalidMenu([Problem(str(path), 1, 1, f"lecture impossible : {error}")]) from error
    seen: dict[str, int] = {}
    problems = [
        Problem(str(path), number, 1, what)
        for number, line in enumerate(lines, 2)
        for what in _wrong(line, seen.setdefault(slug(line.get("commune") or ""), number), number)
    ]
    if not lines:
        problems.append(Problem(str(path), 1, 1, "aucune commune dans ce fichier"))
    if problems:
        raise InvalidMenu(problems)
    return [_row(line) for line in lines]


def _wrong(line: Mapping[str, Any], first: int, number: int) -> Iterator[str]:
    if tuple(line) not in (COLUMNS, COLUMNS + PLACE) or None in line.values():
        yield (
            f"il faut cinq colonnes : {', '.join(COLUMNS)}, ou trois de plus : {', '.join(PLACE)}"
            " (un texte avec une virgule va entre guillemets)"
        )
        return
    if not line["department"] or not line["commune"]:
        yield "il manque le département ou la commune"
    elif first != number:
        yield f"la commune « {line['commune']} » est déjà ligne {first}"
    if line["centre"] not in CENTRE:
        yield f"centre : « {line['centre']} » n'est pas prévu ; écrivez oui, ou rien quand aucun centre n'est connu"
    if line["opened"] and (line["centre"] != "oui" or day(line["opened"]) != line["opened"]):
        yield "opened : la date d'ouverture d'un centre connu, AAAA-MM-JJ, ou rien"
    for name, most in DEGREES.items():
        written = line.get(name, "")
        if written and ((degrees := _degrees(written)) is None or abs(degrees) > most):
            yield f"{name} : « {written} » ; écrivez des degrés avec un point, comme 6.37, ou rien"


def _degrees(written: str) -> float | None:
    return float(written) if re.fullmatch(r"-?[0-9]{1,3}(?:\.[0-9]{1,8})?", written, re.ASCII) else None


def _row(line: Mapping[str, str]) -> Row:
    opened = date.fromisoformat(line["opened"]) if line["opened"] else None
    names = {name: line[name] for name in ("department", "commune")}
    place = {name: _degrees(line.get(name, "")) for name in DEGREES}
    return {**names, "centre": CENTRE[line["centre"]], "opened": opened, **place}


def _same(stored: list[dict[str, Any]], wanted: list[Row]) -> bool:
    """Whether the table already has these rows; SQLite returns dates and booleans in another form."""

    def comparable(rows: list[Row] | list[dict[str, Any]]) -> set[tuple[object, ...]]:
        return {
            (
                bool(row["centre"]),
                str(row["opened"] or ""),
                *(row[name] for name in ("department", "commune", *DEGREES)),
            )
            for row in rows
        }

    return comparable(stored) == comparable(wanted)
