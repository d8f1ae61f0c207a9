"""Service centres: the communes that have a known centre, and the centres nearest to a commune.

"Nearest" to a commune means in the same commune, else in the same department; texts for citizens must not promise more.
For a sent location (state/text/positions.py), the search gives the communes with a centre whose seats are nearest. The
communes are few and rarely change, so they are cached in memory.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from catalog.entry_types import slug
from catalog.normalize import answer
from database import tables
from database.interface import Database, Row
from state.interfaces import FieldSpec, Outcome, Question
from state.text.index import Index
from state.text.positions import Position, distance_km, read_position
from state.text.search import plain

UNKNOWN = Outcome("unknown")
MAX_FOUND = 9
MAX_NEAR, MAX_KM = 3, 100.0  # what is farther is in another country, or no help
CACHE_SECONDS = 600.0

COMMUNES = select(tables.communes)
NAME = {"name": FieldSpec("Ouassa-Péhunco")}
SCORE = {"score": FieldSpec("100", "number")}
QUESTIONS = (
    Question("centres.departments", gives={"name": FieldSpec("Atlantique")}, rows=True, max_rows=12),
    Question("centres.communes", {"department": "text"}, NAME, rows=True, max_rows=9),
    Question("centres.search", {"commune_name": "text"}, {**NAME, **SCORE}, rows=True, max_rows=MAX_FOUND),
    Question(
        "centres.nearest",
        {"commune": "text"},
        {
            "commune": FieldSpec("Ouassa-Péhunco"),
            "department": FieldSpec("Atlantique"),
            "opened": FieldSpec("2021-12-21", "date"),
            "centres": FieldSpec("Ouassa-Péhunco, Tanguiéta, Natitingou"),
        },
        outcomes=("found", "elsewhere", "unknown"),
    ),
)


class Centres:
    """A Source over the communes in the database. `clock` gives seconds of a monotonic clock."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database, self._clock = database, clock
        self._atlas, self._old_at = Atlas(()), float("-inf")
        self.questions: Mapping[str, Question] = {question.name: question for question in QUESTIONS}

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        """Answer from the cached communes. Raises SourceUnavailable if they cannot be loaded."""
        atlas = await self._fresh()
        match question:
            case "centres.departments":
                return _found(atlas.departments)
            case "centres.communes":
                return _found(atlas.of_department.get(answer(answers, "department"), ()))
            case "centres.search":
                typed = answer(answers, "commune_name")
                at = read_position(typed)
                return _found(atlas.around(at) if at else atlas.search(typed))
            case _:
                return atlas.nearest.get(answer(answers, "commune"), UNKNOWN)

    async def close(self) -> None:
        """Do nothing: the caller owns the database."""

    async def _fresh(self) -> Atlas:
        if self._clock() >= self._old_at:
            self._atlas = Atlas(await self._database.rows(COMMUNES))
            self._old_at = self._clock() + CACHE_SECONDS
        return self._atlas


@dataclass(frozen=True, slots=True, init=False)
class Atlas:
    """The communes, indexed for each question; `nearest` has the complete answer for each commune."""

    departments: list[Mapping[str, str]]
    of_department: Mapping[str, list[Mapping[str, str]]]
    rows: Mapping[str, Mapping[str, str]]
    nearest: Mapping[str, Outcome]
    index: Index
    places: Mapping[str, Position]

    def __init__(self, communes: Iterable[Row]) -> None:
        departments: dict[str, list[Row]] = defaultdict(list)
        for row in sorted(communes, key=lambda row: (plain(row["department"]), plain(row["commune"]))):
            departments[row["department"]].append(row)
        named = {row["commune"]: _row(row["commune"]) for rows in departments.values() for row in rows}
        fill = object.__setattr__  # the dataclass is frozen: set its fields once
        fill(self, "departments", [_row(name) for name in departments])
        fill(
            self,
            "of_department",
            {slug(name): [named[row["commune"]] for row in rows] for name, rows in departments.items()},
        )
        fill(self, "rows", {row["id"]: row for row in named.values()})
        fill(
            self,
            "nearest",
            {slug(row["commune"]): _nearest(row, rows) for rows in departments.values() for row in rows},
        )
        seats = (row for rows in departments.values() for row in rows if row["centre"] and row["latitude"] is not None)
        fill(self, "places", {slug(row["commune"]): Position(row["latitude"], row["longitude"]) for row in seats})
        # some citizens type "porto novo" as one word
        fill(self, "index", Index({slug(name): (name, plain(name).replace(" ", "")) for name in named}))

    def search(self, typed: str) -> Iterator[Mapping[str, str]]:
        """Yield the communes with a name like this, each with its score in %."""
        yield from ({**self.rows[one.name], "score": one.percent} for one in self.index.find(typed, MAX_FOUND))

    def around(self, at: Position) -> list[Mapping[str, str]]:
        """Return the communes with a centre nearest to this position, the nearest first; none is far away."""
        far = {name: distance_km(at, seat) for name, seat in self.places.items()}
        near = sorted((name for name, km in far.items() if km <= MAX_KM), key=lambda name: (far[name], name))
        return [self.rows[name] for name in near[:MAX_NEAR]]


def _row(name: str) -> Mapping[str, str]:
    return {"id": slug(name), "name": name}


def _nearest(commune: Row, department: Iterable[Row]) -> Outcome:
    """Return the answer for one commune: its own centre, else the known centres of its department."""
    centres = [row["commune"] for row in department if row["centre"]]
    facts = {
        "commune": commune["commune"],
        "department": commune["department"],
        "opened": str(commune["opened"] or ""),
        "centres": ", ".join(centres),
    }
    return Outcome("found" if commune["centre"] else "elsewhere" if centres else "unknown", facts)


def _found(rows: Iterable[Mapping[str, str]]) -> Outcome:
    found = tuple(rows)
    return Outcome("found", rows=found) if found else UNKNOWN
