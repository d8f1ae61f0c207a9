"""The SQL statements of the outbox: enqueue, claim, settle, record reports and expire."""

from __future__ import annotations

from sqlalchemy import ColumnElement, ScalarSelect, bindparam, case, exists, literal_column, or_, select, update

from database import tables
from database.leased_queue import NOW, LeasedQueue, QueueTable
from database.message_validity import can_be_handed, held_fast, holds
from database.retention import BEFORE, Retention
from database.value_lists import is_one_of

_O, _E, _P = tables.outbox.c, tables.early_reports.c, tables.paused.c
# As literals, not parameters: only then do the databases use the partial index of waiting messages.
WAITING = _O.state.in_([literal_column("'queued'"), literal_column("'sending'")])


def _paused(kind: str) -> ScalarSelect[str]:
    return select(_P.name).where(_P.kind == kind).scalar_subquery()


# In the same statement as the claim, so that no process can claim a message that was just paused.
# Without any pause, only the first condition is evaluated: otherwise each of 100 000 due messages needs two look-ups.
GOES_ON = or_(
    ~exists(select(_P.kind)),
    _O.gateway.not_in(_paused("gateway")) & _O.topic.not_in(_paused("topic")),
)
PAUSED = select(_P.kind, _P.name)

VALID_BASIS = held_fast(bindparam("basis", type_=_O.basis.type)).subquery()  # of the message that is enqueued
IS_THERE = select(_O.state).where(_O.key == bindparam("called"))
POSTED_AT = select(_O.posted_at).where(_O.key == bindparam("called"))


def _queue(*conditions: ColumnElement[bool], **claimed: object) -> LeasedQueue:
    """Return the queue of the messages of one gateway, the parameter `called`."""
    return LeasedQueue(
        QueueTable(
            table=tables.outbox,
            order=(_O.waited_for.desc(), _O.due_at, _O.key),
            returned=(
                *(_O.key, _O.gateway, _O.address, _O.text, _O.card, _O.heard_at, _O.waited_for, _O.topic, _O.basis),
                *(_O.tries, _O.request_id),
            ),
            held=_O.state == "sending",
            short_wait=WAITING,
            conditions=(
                *(_O.gateway == bindparam("called"), *conditions),
                *(WAITING, _O.expires_at > NOW, GOES_ON, holds(_O.basis)),
            ),
            claimed={"state": "sending", "handed_at": None, **claimed},
        )
    )


QUEUE = _queue()
# Of one network, for the table of routes: channels/routing.
ROUTED = _queue(_O.network == bindparam("named_network"), route=bindparam("named_route"))
# The try of a process that only looks up the network does not count.
SORT = (
    update(tables.outbox)
    .where(QUEUE.held)
    .values(state="queued", tries=_O.tries - 1, due_at=bindparam("now"), network=bindparam("named_network"))
    .returning(_O.key, (_O.tries + 1).label("tries"))
)
_UNSORTED = (
    update(tables.outbox)
    .where(_O.gateway == bindparam("called"), _O.state == literal_column("'queued'"))
    .values(network="")
    .returning(_O.key)
)
UNSORT = _UNSORTED.where(or_(_O.network.is_(None), _O.network != ""))
ADOPT = _UNSORTED.where(_O.network.is_(None))
GATEWAYS = select(_O.gateway).where(WAITING).distinct()
HAND_OVER = (
    update(tables.outbox)
    .where(QUEUE.held, can_be_handed())
    .values(handed_at=bindparam("now"))
    .returning(_O.key, _O.tries)
)
SETTLE = (
    update(tables.outbox)
    .where(QUEUE.held)
    .values(
        state=bindparam("to"),
        due_at=bindparam("next"),
        sent_at=bindparam("sent"),
        ended_at=bindparam("ended"),
        reference=bindparam("named"),
        why=bindparam("because"),
        text=case((bindparam("to") == "queued", _O.text), else_=""),
        card=case((bindparam("to") == "queued", _O.card), else_=""),
    )
    .returning(_O.key, _O.tries)
)
EXPIRE = (
    update(tables.outbox)
    .where(
        WAITING,
        _O.expires_at <= bindparam("now"),
        or_(_O.state == "queued", _O.due_at <= bindparam("now")),
    )
    .values(
        state="expired",
        ended_at=bindparam("now"),
        why=case((GOES_ON, _O.why), else_="paused"),
        text="",
        card="",
    )
    .returning(_O.key)
)
# A message that was sent before references were hashed has the gateway's own reference.
_NAMED = (_O.gateway == bindparam("called"), _O.reference.in_((bindparam("named"), bindparam("own"))))
# Reports may come in any order. One that a message arrived is true, also after one that it failed: a phone that was off
# got it later. Only a report sets `failed` on a message that has a reference.
END = (
    update(tables.outbox)
    .where(*_NAMED, or_(_O.state == "sent", (_O.state == "failed") & (bindparam("to") == "delivered")))
    .values(state=bindparam("to"), ended_at=bindparam("ended"), why=bindparam("because"))
    .returning(_O.key)
)
KNOWN = select(_O.key).where(*_NAMED).limit(1)
EARLY = select(_E.reference, _E.state, _E.why).where(
    _E.gateway == bindparam("called"), is_one_of(_E.reference, "reference")
)
# Many gateways never report: a message that was sent so long ago counts as ended.
ENDED = Retention(tables.outbox, 30, or_(_O.ended_at <= BEFORE, (_O.state == "sent") & (_O.sent_at <= BEFORE)))
EARLY_REPORTS = Retention(tables.early_reports, 1, _E.reported_at <= BEFORE)
