"""Which publications replace which, when an operator publishes or withdraws results.

A publication covers the seats of one department. Publishing for all departments creates one publication for each known
department, and one for all other seats. A new publication ends every earlier one for the same seats, whether it was
public, withdrawn or still to come. An ended publication never becomes valid again.

Each action also renews the publication for all other seats, because "in no list" depends on every list. If only
departments were published, it has no hour until each department of the set has one.

Pure functions without a clock or database: rows are those of the table publications, of one session, in order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from database.interface import Row
from results.publications import OTHERS


@dataclass(frozen=True, slots=True)
class Decision:
    """An operator's decision: publish a set with these departments, for one department or for all (""), from this hour
    on.
    """

    session: str
    result_set: str
    departments: Collection[str]
    department: str
    hour: int
    why: str


def publish(past: Sequence[Row], decided: Decision, number: int) -> list[Row]:
    """Return the publications to add, numbered from `number`."""
    made: list[Row] = [
        _row(decided, department)
        | _reason(_last_published(past, department), decided)
        | {"number": number + place, "deed": number}
        for place, department in enumerate(_about(past, decided))
    ]
    return [*made, _others(past, decided, number + 1)] if decided.department else made


def corrected_sets(past: Sequence[Row], decided: Decision) -> set[str]:
    """Return the ids of the other sets that were last shown for some of these seats."""
    shown = (_last_published(past, department) for department in _about(past, decided))
    return {row["result_set"] for row in shown if row} - {decided.result_set}


def withdraw(past: Sequence[Row], department: str, number: int) -> list[Row]:
    """Return the renewed publication for all other seats, if one department is withdrawn."""
    others = _last(past, OTHERS)
    return [_renewed(others, number)] if department and others and _is_given(others) else []


def public_publications(past: Iterable[Row], department: str) -> list[Row]:
    """Return the current publications for these seats that have an hour and are not withdrawn; "" means all seats."""
    return [row for row in past if _is_last(row) and _is_given(row) and department in ("", row["department"])]


def _about(past: Iterable[Row], decided: Decision) -> list[str]:
    """Return the departments of this decision. A department that once had its own publication always keeps one."""
    if decided.department:
        return [decided.department]
    return sorted({OTHERS, *decided.departments, *(row["department"] for row in past if _is_last(row))})


def _reason(before: Row | None, decided: Decision) -> dict[str, str]:
    """Return the replaced set and the reason; the earlier values if the same set is published again."""
    if before is None:
        return {}
    if before["result_set"] == decided.result_set:
        return {"replaces": before["replaces"], "why": before["why"]}
    return {"replaces": before["result_set"], "why": decided.why}


def _others(past: Sequence[Row], decided: Decision, number: int) -> dict[str, Any]:
    """Return the publication for all other seats, if one department is published."""
    others = _last(past, OTHERS)
    if others and others["deed"] and _is_given(others):
        return _renewed(others, number)
    hours = {row["department"]: row["publish_at"] for row in public_publications(past, "") if row["department"]}
    hours[decided.department] = decided.hour
    whole = all(department in hours for department in decided.departments)
    hour = max(hours.values()) if whole else None
    return _row(decided, OTHERS) | {"number": number, "deed": 0, "publish_at": hour}


def _last_published(past: Sequence[Row], department: str) -> Row | None:
    """Return the publication that citizens last read for a department, or None."""
    shown = [row for row in past if row["told_at"] is not None]
    own = [row for row in shown if row["department"] == department]
    return next(iter(reversed(own or [row for row in shown if row["department"] == OTHERS])), None)


def _last(past: Iterable[Row], department: str) -> Row | None:
    return next((row for row in past if _is_last(row) and row["department"] == department), None)


def _is_last(row: Row) -> bool:
    return row["ended_at"] is None


def _is_given(row: Row) -> bool:
    return row["publish_at"] is not None and row["withdrawn_at"] is None


def _row(decided: Decision, department: str) -> dict[str, Any]:
    about: dict[str, Any] = {"session": decided.session, "department": department, "result_set": decided.result_set}
    return about | {"publish_at": decided.hour, "replaces": "", "why": "", "told_at": None} | _FRESH


def _renewed(others: Row, number: int) -> dict[str, Any]:
    return dict(others) | {"number": number} | _FRESH


_FRESH: dict[str, Any] = {"withdrawn_at": None, "ended_at": None, "announced_at": None}
