"""Made-up requests, results and files for demonstrations, the same on every day. None of them resembles real data.

These are fixed, for the documentation and the tests:

| what | asked with | answer |
|---|---|---|
| request EX-000001 | proof 0001, or born 1990-03-05 | ready |
| request EX-000002 | proof 0002 | incomplete |
| request EX-000003 | proof 0003, or born in 1961, the day is not known | |
| BAC 2026, seat 12345 | | admitted, mention Assez bien |
| BAC 2026, seats 12346, 12347 | | admissible, refused |
| CEP 2026, seat 1001 | | admitted |
| BAC 2026, session of replacement | any seat | not yet published |
| pension file 100001 | born 1961-02-03 | |
| career file 100002 | born 1975-06-15 | |
| pension file 100003 | born in 1961, the day is not known | |

All rows are marked as sample. They are never added to a database with other data, and production does not start on
them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Table, exists, literal, or_, select, true

from catalog.entries import Exam, Service, Status, read_exams, read_services, read_statuses
from catalog.normalize import normalize_code
from database import tables
from database.interface import Database, Row
from settings import Settings
from state.errors import ZinError

REQUESTS, SEATS, FILES = 300, 500, 100
YEAR, LAST_DAY = 2026, date(2026, 9, 30)
PUBLISHED_AT = 1_784_073_600  # 2026-07-15 00:00 UTC
FIRST_SEAT: Final = {"bac": 12345}
FIXED: Final = {"bac": ("admitted", "admissible", "refused"), "cep": ("admitted",)}
FIXED_SERIES: Final = {"bac": "C"}  # of the seats with a fixed verdict
FIXED_REQUESTS: Final[Mapping[int, Row]] = {
    1: {
        "service": "Concours fonction publique",
        "status": "ready",
        "updated": date(2026, 7, 18),
        "birth_date": date(1990, 3, 5),
    },
    2: {"service": "Inscription au BAC", "status": "incomplete", "updated": date(2026, 8, 24)},
    3: {"birth_date": None, "birth_year": 1961},
}
SERIES: Final = {"bac": ("A1", "A2", "B", "C", "D"), "bepc": ("MC", "ML")}
MENTIONS: Final = {"bac": ("Passable", "Assez bien", "Bien")}
WEIGHTS: Final = {"admitted": 65, "admissible": 15, "refused": 14, "adjourned": 4, "absent": 2}
STEPS: Final = (
    ("career", "Avancement d'échelon en cours de signature", "Rien à faire pour le moment."),
    ("career", "Reclassement : dossier à compléter", "Apportez votre diplôme à votre service du personnel."),
    ("pension", "Dossier complet, pension en cours de calcul", "Rien à faire pour le moment."),
    ("pension", "Dossier de pension à compléter", "Apportez votre acte de naissance à votre service du personnel."),
)


def _met(wanted: Callable[[Table], ColumnElement[bool]]) -> Select[Any]:
    """Return a query whose column `met` says whether any table has a row that matches."""
    found = (exists(select(literal(1)).select_from(table).where(wanted(table))) for table in tables.HOLDING_SAMPLE)
    return select(or_(*found).label("met"))


_ANY, _MARKED = _met(lambda table: true()), _met(lambda table: table.c.sample.is_(True))


async def load_sample(database: Database, settings: Settings) -> None:
    """Fill an empty database; a database with any data stays unchanged. Raises ZinError in production."""
    if not settings.has_sample_data:
        raise ZinError("sample data is never loaded in production")
    if await _is_met(database, _ANY):
        return
    rows = sample_rows(
        read_services(settings.menus / "catalogue"),
        read_exams(settings.menus / "exams"),
        read_statuses(settings.menus / "statuses"),
    )
    async with database.exclusive_transaction() as writer:
        if await _is_met(database, _ANY):  # another process has just filled it
            return
        for table, made in rows.items():
            await writer.add(table, made)


async def refuse_sample(database: Database, settings: Settings) -> None:
    """Raise ZinError in production if the database has sample data."""
    if not settings.has_sample_data and await _is_met(database, _MARKED):
        raise ZinError("this registry holds sample data: production needs a database of its own")


async def _is_met(database: Database, asked: Select[Any]) -> bool:
    return bool((await database.rows(asked))[0]["met"])


def sample_rows(
    services: Mapping[str, Service], exams: Mapping[str, Exam], statuses: Mapping[str, Status]
) -> Mapping[Table, list[Row]]:
    """Return every made-up row by table, in an order in which the tables can be filled.

    Each table draws from its own sequence, so that one more service or exam changes no other table.
    """
    chance = Random("Zin results")
    return {
        tables.requests: list(_requests(sorted(one.short for one in services.values()), sorted(statuses))),
        tables.exam_sessions: list(_sessions(exams)),
        tables.result_sets: [_set(name) for name in exams],
        tables.publications: [_publication(number, name) for number, name in enumerate(exams, 1)],
        tables.exam_results: [row for name, exam in exams.items() for row in _results(chance, name, exam)],
        tables.careers: list(_careers()),
    }


def _requests(services: list[str], statuses: list[str]) -> Iterator[Row]:
    chance = Random("Zin requests")
    for number in range(1, REQUESTS + 1) if services and statuses else ():
        yield {
            "reference": normalize_code(f"EX-{number:06}"),
            "service": chance.choice(services),
            "status": chance.choice(statuses),
            "updated": _day(chance, LAST_DAY, 90),
            "note": "Demande d'exemple.",
            "phone_tail": f"{number:04}",
            "birth_date": _day(chance, date(2005, 12, 31), 15_000),
            "birth_year": None,
            "sample": True,
            **FIXED_REQUESTS.get(number, {}),
        }


def _sessions(exams: Mapping[str, Exam]) -> Iterator[Row]:
    yield from (_session(exam, "") for exam in exams)
    if "bac" in exams:
        yield _session("bac", "remplacement")


def _session(exam: str, session: str) -> Row:
    name = "-".join(filter(None, (exam, str(YEAR), session)))
    return {"code": name, "exam": exam, "year": YEAR, "session": session, "sample": True}


def _set(exam: str) -> Row:
    """Return the row of a sample result set; no account can have the names of its importer and approver."""
    people = {"imported_by": "(exemple)", "imported_at": PUBLISHED_AT, "approved_by": "(exemple)"}
    about = {"id": f"{exam}-{YEAR}.1", "session": f"{exam}-{YEAR}", "sha256": "", "rows": SEATS, "state": "approved"}
    return {**about, **people, "approved_at": PUBLISHED_AT, "report": "{}"}


def _publication(number: int, exam: str) -> Row:
    about = {"session": f"{exam}-{YEAR}", "department": "", "result_set": f"{exam}-{YEAR}.1", "why": ""}
    order = {"number": number, "deed": number, "replaces": ""}
    hours = {**dict.fromkeys(("publish_at", "told_at", "announced_at"), PUBLISHED_AT), "withdrawn_at": None}
    return {**about, **order, **hours, "ended_at": None}


def _results(chance: Random, name: str, exam: Exam) -> Iterator[Row]:
    """Yield the results of an exam: the fixed verdicts, then each verdict once, then random ones."""
    known = list(exam.verdicts)
    fixed = [verdict for verdict in FIXED.get(name, ()) if verdict in known]
    left = SEATS - len(fixed) - len(known)
    verdicts = [*fixed, *known, *chance.choices(known, [WEIGHTS[verdict] for verdict in known], k=left)]
    first = FIRST_SEAT.get(name, 1001)
    for place, verdict in enumerate(verdicts):
        series = chance.choice(SERIES.get(name, ("",)))
        mention = chance.choice(MENTIONS.get(name, ("",))) if verdict == "admitted" else ""
        yield {
            "result_set": f"{name}-{YEAR}.1",
            "seat": normalize_code(str(first + place)),
            "verdict": verdict,
            "mention": "Assez bien" if mention and place == 0 else mention,
            "series": FIXED_SERIES[name] if place < len(fixed) and name in FIXED_SERIES else series,
            "centre": f"Centre d'exemple {1 + place % 9}",
            "department": "",
        }


def _careers() -> Iterator[Row]:
    fixed: Mapping[int, tuple[date | int, tuple[str, str, str], date]] = {
        100001: (date(1961, 2, 3), STEPS[2], date(2026, 9, 26)),
        100002: (date(1975, 6, 15), STEPS[0], date(2026, 9, 2)),
        100003: (1961, STEPS[3], date(2026, 9, 18)),
    }
    chance = Random("Zin careers")
    for number in range(100001, 100001 + FILES):
        made = _day(chance, date(1995, 12, 31), 12_000), chance.choice(STEPS), _day(chance, LAST_DAY, 90)
        born, (kind, step, note), updated = fixed.get(number, made)
        of_day, of_year = (None, born) if isinstance(born, int) else (born, None)
        birth = {"birth_date": of_day, "birth_year": of_year}
        file = {"number": normalize_code(str(number)), **birth, "kind": kind, "step": step, "note": note}
        yield {**file, "updated": updated, "sample": True}


def _day(chance: Random, last: date, days: int) -> date:
    return last - timedelta(days=chance.randrange(days))
