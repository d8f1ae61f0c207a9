"""Pauses by operators: all messages of one gateway, or of one broadcast.

No process claims a paused message (channels/outbox/queries.py); a claimed one that waits for the rate limit is put back
(channels/workers/gateway_delivery.py). A message that expires during the pause is not sent, and an operator
can cancel all that waits. An action and its entry in the audit are one transaction.

A gateway sends the messages of all ministries: an account of one ministry pauses only what is its ministry's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import ColumnElement, Update, bindparam, delete, literal, select, union_all, update

from accounts.audit import Audit, AuditEvent
from accounts.refusals import Refused, attempt
from accounts.scope import load_scope
from channels.contracts.sender import GATEWAYS
from channels.outbox.queries import WAITING
from database import tables
from database.column_limits import milliseconds
from database.interface import Database, Writer

Kind = Literal["gateway", "topic"]
_P, _O, _W = tables.paused.c, tables.outbox.c, tables.promises.c
END: Final = delete(tables.paused).where(_P.kind == bindparam("of"), _P.name == bindparam("called")).returning(_P.name)
IS_PAUSED: Final = select(_P.name).where(_P.kind == bindparam("of"), _P.name == bindparam("called"))


def _cancel(column: ColumnElement[str]) -> Update:
    """Cancel what waits with this value of a column. Returns the keys."""
    ended = {"state": "cancelled", "ended_at": bindparam("now"), "why": "operator", "text": "", "card": ""}
    return update(tables.outbox).where(column == bindparam("called"), WAITING).values(ended).returning(_O.key)


CANCEL: Final[Mapping[Kind, Update]] = {"gateway": _cancel(_O.gateway), "topic": _cancel(_O.topic)}
ALL: Final = select(tables.paused).order_by(_P.kind, _P.name)
ASK: Final = "une personne sans ministère peut l'arrêter et le reprendre."
# A topic must have a deferred answer or a message, so that a misspelt name is refused.
_ONE: Final = literal(1).label("one")
KNOWN: Final = union_all(
    select(_ONE).where(select(_W.key).where(_W.topic == bindparam("called")).exists()),
    select(_ONE).where(select(_O.key).where(_O.topic == bindparam("called")).exists()),
)


class CannotPause(Refused):
    """The gateway or topic cannot be paused or resumed; the text is for the operator."""


class NotYourMinistry(CannotPause):
    """What is paused or resumed sends messages of others than the ministry of the account."""


@dataclass(frozen=True, slots=True)
class Paused:
    """A pause, with its operator and its start in Unix seconds."""

    kind: Kind
    name: str
    paused_by: str
    paused_at: int


def kind_of(name: str) -> Kind:
    """Whether this name is that of a gateway or of a topic. No topic has the name of a gateway."""
    return "gateway" if name in GATEWAYS else "topic"


def of_the_house(_: str) -> str:
    """Return that a gateway or topic is of no ministry."""
    return ""


class Pauses:
    """The pauses in one database. clock gives Unix seconds; whose, the ministry of a gateway or topic, "" for all.

    Every method raises SourceUnavailable.
    """

    def __init__(
        self,
        database: Database,
        clock: Callable[[], float] = time.time,
        whose: Callable[[str], str] = of_the_house,
    ) -> None:
        self._database, self._clock, self._whose = database, clock, whose
        self._audit = Audit(database, clock)

    async def pause(self, by: str, name: str, why: str = "") -> None:
        """Pause this gateway or topic, and note why in the audit. Raises CannotPause."""
        async with attempt(self._audit, by, "outbox pause", name):
            kind = kind_of(name)
            if kind == "topic" and not (name and await self._database.rows(KNOWN, called=name)):
                raise CannotPause(
                    f"« {name} » n'est ni une passerelle ({', '.join(GATEWAYS)}) ni une annonce que Zin connaît."
                )
            row = {"kind": kind, "name": name, "paused_by": by, "paused_at": int(self._clock())}
            async with self._database.exclusive_transaction() as writer:
                await self._require_own(writer, by, name)
                if not await writer.insert_once(tables.paused, row):
                    raise CannotPause(f"« {name} » est déjà en pause.")
                await self._audit.add_within(writer, AuditEvent(by, "outbox pause", name, {"why": why} if why else {}))

    async def resume(self, by: str, name: str) -> None:
        """End a pause. Raises CannotPause."""
        async with attempt(self._audit, by, "outbox resume", name), self._database.exclusive_transaction() as writer:
            await self._require_own(writer, by, name)
            if not await writer.rows(END, of=kind_of(name), called=name):
                raise CannotPause(f"« {name} » n'est pas en pause.")
            await self._audit.add_within(writer, AuditEvent(by, "outbox resume", name))

    async def cancel(self, by: str, name: str) -> int:
        """Cancel all that waits in a paused gateway or topic. Returns how many messages. Raises CannotPause."""
        async with attempt(self._audit, by, "outbox cancel", name), self._database.exclusive_transaction() as writer:
            await self._require_own(writer, by, name)
            kind, now = kind_of(name), milliseconds(self._clock())
            if not await writer.rows(IS_PAUSED, of=kind, called=name):
                raise CannotPause(
                    f"« {name} » n'est pas en pause : mettez-le d'abord en pause, pour que rien ne parte."
                )
            cancelled = len(await writer.rows(CANCEL[kind], called=name, now=now))
            await self._audit.add_within(writer, AuditEvent(by, "outbox cancel", name, {"messages": str(cancelled)}))
        return cancelled

    async def _require_own(self, writer: Writer, by: str, name: str) -> None:
        if not (await load_scope(writer, by)).may_change(self._whose(name)):
            raise NotYourMinistry(f"« {name} » n'est pas à votre ministère seul : {ASK}")

    async def known(self) -> list[Paused]:
        """All present pauses."""
        return [Paused(**row) for row in await self._database.rows(ALL)]
