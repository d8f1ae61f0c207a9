"""Whether the publication that a message depends on is still valid, checked in the statement that sends it.

A text that can be withdrawn has a basis, the number of its results publication; 0 means none. The outbox knows nothing
of results, and publishing knows nothing of gateways: they share only the table of publications.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, exists, or_, select, update

from database import tables

_O, _P = tables.outbox.c, tables.publications.c
_VALID: Final = (_P.ended_at.is_(None), _P.withdrawn_at.is_(None))
_WAITS: Final = or_(
    _O.state == "queued",
    # Claimed and not handed to the gateway, or handed over by a process that was killed.
    (_O.state == "sending") & (_O.handed_at.is_(None) | (_O.due_at <= bindparam("now"))),
)
_OUTDATED: Final = (_O.basis != 0, _O.basis.not_in(select(_P.number).where(*_VALID)))


def holds(basis: ColumnElement[Any]) -> ColumnElement[bool]:
    """The condition that this basis is 0 or valid."""
    return or_(basis == 0, basis.in_(select(_P.number).where(*_VALID)))


def held_fast(basis: ColumnElement[Any]) -> Any:
    """The query of the valid publication with this number, locked until the end of the transaction.

    Without the lock, PostgreSQL would add a message beside the transaction that withdraws its publication.
    """
    return select(_P.number).where(_P.number == basis, *_VALID).with_for_update(read=True)


def can_be_handed() -> ColumnElement[bool]:
    """The condition that a message may be sent now, with its publication locked until the end of the transaction."""
    return exists(held_fast(_O.basis).correlate(tables.outbox))


CANCEL_OUTDATED: Final = (
    update(tables.outbox)
    .where(_WAITS, *_OUTDATED)
    .values(state="cancelled", ended_at=bindparam("now"), why="withdrawn", text="", card="")
    .returning(_O.key)
)
BEING_HANDED: Final = (
    select(_O.key)
    .where(_O.state == "sending", _O.handed_at.is_not(None), _O.due_at > bindparam("now"), *_OUTDATED)
    .limit(1)
)
