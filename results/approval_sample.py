"""The seats that an approver reads from the paper list: drawn at random from the draft, once for each approver.

The seats are stored, so that a reloaded page, another window and the command line show the same ones. If they were
drawn again each time, an approver could reload until a known seat appears. After MAX_TRIES wrong answers this approver
can no longer approve this draft.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from secrets import SystemRandom
from typing import Final

from sqlalchemy import bindparam, delete, func, select, update

from database import tables
from database.interface import Database, Writer

MAX_SEATS: Final = 10
MAX_TRIES: Final = 3
_R, _D = tables.exam_results.c, tables.approval_draws.c
_OF: Final = _R.result_set == bindparam("named")
_MINE: Final = (_D.result_set == bindparam("named"), _D.approver == bindparam("by"))
MANY: Final = select(func.count().label("many")).where(_OF)
NTH: Final = select(_R.seat).where(_OF).order_by(_R.seat).offset(bindparam("skipped")).limit(1)
VERDICT: Final = select(_R.verdict).where(_OF, _R.seat == bindparam("called"))
STORED: Final = select(_D.seats, _D.tries).where(*_MINE)
WRONG: Final = update(tables.approval_draws).where(*_MINE).values(tries=_D.tries + 1).returning(_D.tries)
FORGET: Final = delete(tables.approval_draws).where(_D.result_set == bindparam("named"))


async def draw_seats(database: Database, named: str, by: str) -> tuple[str, ...]:
    """Return the seats of this draft for this approver, and draw them at the first call. Raises SourceUnavailable."""
    if stored := await database.rows(STORED, named=named, by=by):
        return tuple(json.loads(stored[0]["seats"]))
    many = (await database.rows(MANY, named=named))[0]["many"]
    places = SystemRandom().sample(range(many), min(many, MAX_SEATS))
    seats = [(await database.rows(NTH, named=named, skipped=place))[0]["seat"] for place in places]
    row = {"result_set": named, "approver": by, "seats": json.dumps(seats), "tries": 0}
    await database.insert_once(tables.approval_draws, row)  # if another window has just drawn, its seats stay
    return tuple(json.loads((await database.rows(STORED, named=named, by=by))[0]["seats"]))


async def tries_left(writer: Writer, named: str, by: str) -> int:
    """Return how many attempts this approver has left."""
    stored = await writer.rows(STORED, named=named, by=by)
    return max(0, MAX_TRIES - int(stored[0]["tries"])) if stored else MAX_TRIES


async def count_wrong(writer: Writer, named: str, by: str) -> int:
    """Count a wrong answer, and return how many attempts are left."""
    return max(0, MAX_TRIES - int((await writer.rows(WRONG, named=named, by=by))[0]["tries"]))


async def are_right(writer: Writer, named: str, seats: tuple[str, ...], verdicts: Mapping[str, str]) -> bool:
    """Return whether the verdicts of all these seats are right. Every seat is compared, even after a wrong one."""
    wrong = 0
    for seat in seats:
        found = await writer.rows(VERDICT, named=named, called=seat)
        wrong += not found or found[0]["verdict"] != verdicts.get(seat)
    return bool(seats) and not wrong
