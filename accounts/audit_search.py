"""Finds entries of the audit by person, action and time, the newest first, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, bindparam, select

from accounts.audit import Audit, AuditEntry, entry_of_row
from accounts.audit_rows import every_row, read
from accounts.refusals import MARK
from database import tables
from database.value_lists import is_one_of, value_lists

_A: Final = tables.audit.c
_O: Final = tables.operators.c
REFUSED: Final = _A.action.startswith(MARK, autoescape=True)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries are wanted; what is empty or 0 does not limit them.

    ministry is that of the accounts that acted. actions are names of actions, at most fifty; since and until are Unix
    milliseconds, until is not included. before is the number of the entry at which the page before ended.
    """

    operator: str = ""
    ministry: str = ""
    actions: Sequence[str] = ()
    is_refused: bool = False
    since: int = 0
    until: int = 0
    before: int = 0


async def search_audit(audit: Audit, wanted: AuditFilter, most: int) -> list[AuditEntry]:
    """Return the newest entries that are wanted, the newest first. Raises SourceUnavailable."""
    conditions = _conditions(wanted)
    statement = _statement(audit.database.dialect, tuple(conditions))
    values: dict[str, Any] = {"most": most}
    for name in conditions:
        values |= _values(name, wanted)
    return [entry_of_row(read(row)) for row in await audit.database.rows(statement, **values)]


def _conditions(wanted: AuditFilter) -> list[str]:
    return [name for name in _CONDITIONS if getattr(wanted, name)]


_CONDITIONS: Final[dict[str, ColumnElement[bool]]] = {
    "operator": _A.operator == bindparam("by"),
    "ministry": _A.operator.in_(select(_O.name).where(_O.ministry == bindparam("whose"))),
    "actions": is_one_of(_A.action, "action"),
    "is_refused": REFUSED,
    "since": _A.at >= bindparam("since"),
    "until": _A.at < bindparam("until"),
    "before": _A.number < bindparam("before"),
}
_PARAMETERS: Final = {"operator": "by", "ministry": "whose", "since": "since", "until": "until", "before": "before"}


def _values(name: str, wanted: AuditFilter) -> dict[str, object]:
    if name == "actions":
        return next(value_lists("action", wanted.actions))
    return {_PARAMETERS[name]: getattr(wanted, name)} if name in _PARAMETERS else {}


@cache
def _statement(dialect: str, conditions: tuple[str, ...]) -> Select[Any]:
    """The statement with these conditions, the same one each time, because it is compiled once."""
    found = every_row(dialect).where(*(_CONDITIONS[name] for name in conditions))
    return found.order_by(_A.number.desc()).limit(bindparam("most"))
