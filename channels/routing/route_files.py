"""Reads gateways/routes.yaml, and every problem with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from channels.declared.files import ROUTES
from channels.routing.ported_numbers import read_ported
from channels.routing.route_shape import RouteRow, RoutesFile
from channels.routing.route_table import RouteTable
from state.country import country
from state.errors import InvalidMenu, Problem
from state.yaml_files.loader import Where, did_you_mean, read
from state.yaml_files.strict_model import validate

Complaint = tuple[Where, str]


class SmsGateway(NamedTuple):
    """What the table needs to know of a gateway: its title, and whether SMS can leave by it as its file is written.

    has_prefixes: its file names first digits of numbers itself. missing are the settings and files without which this
    installation cannot send by it. is_chosen: without a table, all SMS leave by it.
    """

    title: str
    sends: bool = True
    has_prefixes: bool = False
    missing: tuple[str, ...] = ()
    is_chosen: bool = False


def read_routes(folder: Path, known: Mapping[str, SmsGateway]) -> RouteTable:
    """Return the table of a folder, without rows if there is none. Raises InvalidMenu with every problem."""
    table, problems = _read(folder, known)
    if problems:
        raise InvalidMenu(problems)
    return table


def route_problems(folder: Path, known: Mapping[str, SmsGateway]) -> list[Problem]:
    """Return each problem of the table of a folder, with its place."""
    return list(_read(folder, known)[1])


def _read(folder: Path, known: Mapping[str, SmsGateway]) -> tuple[RouteTable, list[Problem]]:
    path = folder / ROUTES
    if not path.is_file():
        return RouteTable(), []
    document = read(path)
    file = validate(document, document.data, RoutesFile) if not document.problems else None
    if file is None or not file.routes:
        return RouteTable(), document.problems
    document.problems += [document.problem_at(where, what) for where, what in _complaints(file, known)]
    ported, wrong = read_ported(folder / file.ported) if file.ported else ({}, [])
    return RouteTable(file.routes, ported), [*document.problems, *wrong]


def _complaints(file: RoutesFile, known: Mapping[str, SmsGateway]) -> Iterator[Complaint]:
    names = [one.name for one in country().numbers.networks]
    for place, row in enumerate(file.routes):
        yield from (((("routes", place, *where)), what) for where, what in _row(row, known, names))
        earlier = (one for one in file.routes[:place] if one.gateway == row.gateway)
        if any(not one.networks or not row.networks or set(one.networks) & set(row.networks) for one in earlier):
            yield ("routes", place, "gateway"), f"« {row.gateway} » a déjà une ligne pour ces numéros"
    for name in names:
        if not any(not row.networks or name in row.networks for row in file.routes):
            yield ("routes",), f"aucune ligne ne sert le réseau {name} : ses messages ne partiraient pas"


def _row(row: RouteRow, known: Mapping[str, SmsGateway], names: list[str]) -> Iterator[Complaint]:
    gateway = known.get(row.gateway)
    if gateway is None:
        what = f"« {row.gateway} » n'est ni africastalking, ni un fichier de ce dossier"
        yield ("gateway",), what + did_you_mean(row.gateway, known)
    elif not gateway.sends:
        yield ("gateway",), f"« {row.gateway} » n'envoie pas de SMS : son fichier n'a pas ce qu'il faut dans sms"
    elif gateway.has_prefixes:
        yield (
            ("gateway",),
            f"« {row.gateway} » a des prefixes dans son fichier : enlevez-les, ceci dit les réseaux",
        )
    for place, name in enumerate(row.networks):
        if name not in names:
            what = f"« {name} » n'est pas un réseau de country.yaml{did_you_mean(name, names)}"
            yield ("networks", place), what
