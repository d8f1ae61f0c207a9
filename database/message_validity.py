"""Whether what a message says still holds, asked in the statement that is about to let it go.

Whoever tells something that can be taken back gives the number of the publication on which it stands, its basis; 0 for
what nobody takes back. Who sends messages knows nothing of results, and who publishes results nothing of gateways: the
table of publications is all that they share.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, exists, or_, select, update

from database import tables

_O, _P = tables.outbox.c, tables.publications.c
_VALID: Final = (_P.ended_at.is_(None), _P.withdrawn_at.is_(None))
_WAITS: Final = or_(
    _O.state == "queued",
    # Claimed, and not handed over; or handed over by a process that was killed.
    (_O.state == "sending") & (_O.handed_at.is_(None) | (_O.due_at <= bindparam("now"))),
)
_OUTDATED: Final = (_O.basis != 0, _O.basis.not_in(select(_P.number).where(*_VALID)))


def holds(basis: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether this holds, as the statement finds it."""
    return or_(basis == 0, basis.in_(select(_P.number).where(*_VALID)))


def held_fast(basis: ColumnElement[Any]) -> Any:
    """The publication with this number, if it is valid: nobody can end it before the transaction that asks is over.

    Without that, PostgreSQL would let a message in beside the very transaction that withdraws what it says.
    """
    return select(_P.number).where(_P.number == basis, *_VALID).with_for_update(read=True)


def can_be_handed() -> ColumnElement[bool]:
    """Whether a message of the outbox may leave now, until the transaction that asks is over."""
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
