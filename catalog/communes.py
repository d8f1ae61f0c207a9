"""Reads menus/communes.csv: the communes of each department, and where their seats are."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from catalog.entry_types import slug
from catalog.normalize import day
from state.errors import Problem
from state.text.positions import Position
from state.yaml_files.loader import MAX_FILE_BYTES

FILE: Final = "communes.csv"
NAMES: Final = ("department", "commune")
CENTRE: Final = ("centre", "opened", "source")  # of a commune of whose centre no more is known than this
PLACE: Final = ("latitude", "longitude", "located")  # the seat of the commune in degrees, and the source
COLUMNS: Final = (NAMES, NAMES + PLACE, NAMES + CENTRE, NAMES + CENTRE + PLACE)
DEGREES: Final = r"-?[0-9]{1,3}(?:\.[0-9]{1,8})?"
LIMITS: Final = {"latitude": 90, "longitude": 180}
IS_SERVED: Final = {"": False, "oui": True}


@dataclass(frozen=True, slots=True)
class Commune:
    """One commune. `is_served`: the file itself says that it has a centre, since the day `opened`, from `source`."""

    name: str
    department: str
    seat: Position | None = None
    is_served: bool = False
    opened: str = ""
    source: str = ""


def read_communes(path: Path) -> tuple[dict[str, Commune], list[Problem]]:
    """Return the communes by id, in the order of the file, and every problem in it, by line."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            return {}, [Problem(str(path), 1, 1, "lecture impossible : fichier trop gros (plus d'un mégaoctet)")]
        lines = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        return {}, [Problem(str(path), 1, 1, f"lecture impossible : {error}")]
    if not lines:
        return {}, [Problem(str(path), 1, 1, "aucune commune dans ce fichier")]
    seen: dict[str, int] = {}
    problems = [
        Problem(str(path), number, 1, what)
        for number, line in enumerate(lines, 2)
        for what in _wrong(line, seen.setdefault(slug(line.get("commune") or ""), number), number)
    ]
    return {} if problems else {slug(line["commune"]): _commune(line) for line in lines}, problems


def _wrong(line: Mapping[str, Any], first: int, number: int) -> Iterator[str]:
    if tuple(line) not in COLUMNS or None in line.values():
        yield (
            f"il faut les colonnes {', '.join(NAMES + PLACE)} ; les trois dernières peuvent manquer"
            " (un texte avec une virgule va entre guillemets)"
        )
        return
    if not line["department"] or not line["commune"]:
        yield "il manque le département ou la commune"
    elif first != number:
        yield f"la commune « {line['commune']} » est déjà ligne {first}"
    yield from _wrong_centre(line.get("centre", ""), line.get("opened", ""))
    for name, most in LIMITS.items():
        written = line.get(name, "")
        if written and ((degrees := _degrees(written)) is None or abs(degrees) > most):
            yield f"{name} : « {written} » ; écrivez des degrés avec un point, comme 6.37, ou rien"
    if bool(line.get("latitude")) != bool(line.get("longitude")):
        yield "il faut latitude et longitude, ou aucune des deux"


def _wrong_centre(centre: str, opened: str) -> Iterator[str]:
    if centre not in IS_SERVED:
        yield f"centre : « {centre} » n'est pas prévu ; écrivez oui, ou rien quand aucun centre n'est connu"
    if opened and (centre != "oui" or day(opened) != opened):
        yield "opened : la date d'ouverture d'un centre connu, AAAA-MM-JJ, ou rien"


def _degrees(written: str) -> float | None:
    return float(written) if re.fullmatch(DEGREES, written, re.ASCII) else None


def _commune(line: Mapping[str, str]) -> Commune:
    latitude, longitude = (_degrees(line.get(name, "")) for name in LIMITS)
    seat = None if latitude is None or longitude is None else Position(latitude, longitude)
    is_served = IS_SERVED[line.get("centre", "")]
    return Commune(line["commune"], line["department"], seat, is_served, line.get("opened", ""), line.get("source", ""))
