"""What was sent to one phone number, for a person who says that a message did not arrive.

A look-up needs a reason, is limited per operator and hour, and is in the audit before anything is shown. The audit has
the reason and a digest of the number, not the number. No text of a message is read.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, func, select

from accounts.audit import Audit, AuditEvent
from accounts.refusals import Refused, attempt
from channels.contracts.phone_numbers import NUMBERED, normalize_number
from channels.outbox.column_values import NUMBER
from channels.outbox.pauses import Pauses
from database import tables
from database.encryption import Seal
from database.interface import Database, Row, Writer
from database.value_lists import is_one_of, value_lists
from state.errors import BadRequest
from state.identity import Pseudonyms
from state.interfaces import Recipient

ACTION: Final = "messages look up"
MOST_AN_HOUR: Final = 30  # look-ups of one operator
MAX_WHY: Final = 160  # characters
MAX_SHOWN: Final = 50  # messages to one number, the newest
HOUR: Final = 3_600_000  # milliseconds
_O, _P, _S, _A = tables.outbox.c, tables.promises.c, tables.opted_out.c, tables.audit.c
MESSAGES: Final = (
    select(_O.gateway, _O.state, _O.why, _O.topic, _O.posted_at, _O.sent_at, _O.ended_at, _O.expires_at)
    .where(is_one_of(_O.address_digest, "digest"), _O.address_digest.is_not(None))
    .order_by(_O.posted_at.desc())
    .limit(bindparam("most"))
)
AWAITED: Final = select(_P.kind, func.count().label("many")).where(is_one_of(_P.citizen, "citizen")).group_by(_P.kind)
STOPPED: Final = select(_S.citizen, _S.since).where(is_one_of(_S.citizen, "citizen"))
RECENT: Final = select(func.count().label("many")).where(
    _A.operator == bindparam("by"), _A.action == ACTION, _A.at > bindparam("since")
)


class CannotLookUp(Refused):
    """The look-up has no reason, no possible number, or comes after too many; the text is for the operator."""


@dataclass(frozen=True, slots=True)
class SentMessage:
    """One message. Times are Unix seconds; is_announcement says that nobody waited for it."""

    gateway: str
    state: str
    why: str
    is_announcement: bool
    posted_at: float
    sent_at: float | None
    ended_at: float | None
    expires_at: float
    is_paused: bool


@dataclass(frozen=True, slots=True)
class NumberReport:
    """The newest messages first, when the citizen opted out by gateway, and the answers and alerts that are due."""

    messages: Sequence[SentMessage]
    stopped: Mapping[str, int]
    answers: int
    alerts: int


class NumberLookup:
    """The look-ups in one database. clock gives Unix seconds."""

    def __init__(
        self, database: Database, seal: Seal, names: Pseudonyms, clock: Callable[[], float] = time.time
    ) -> None:
        self._database, self._seal, self._names, self._clock = database, seal, names, clock
        self._audit = Audit(database, clock)

    async def find(self, by: str, written: str, why: str) -> NumberReport:
        """Return what was sent to this number. Raises CannotLookUp, and SourceUnavailable."""
        async with attempt(self._audit, by, ACTION, "numéro"):
            number, reason = _number(written), _reason(why)
            async with self._database.exclusive_transaction() as writer:
                await self._check_limit(writer, by)
                subject = self._seal.digest(number)[:16]
                await self._audit.add_within(writer, AuditEvent(by, ACTION, subject, {"why": reason}))
        return await self._report(number)

    async def _check_limit(self, writer: Writer, by: str) -> None:
        since = round(self._clock() * 1000) - HOUR
        if (await writer.rows(RECENT, by=by, since=since))[0]["many"] >= MOST_AN_HOUR:
            raise CannotLookUp(f"Déjà {MOST_AN_HOUR} recherches en une heure : reprenez plus tard.")

    async def _report(self, number: str) -> NumberReport:
        pseudonyms = {self._names.of_recipient(Recipient(gateway, number)): gateway for gateway in NUMBERED}
        (digests,) = value_lists("digest", self._seal.digests(number))
        (citizens,) = value_lists("citizen", list(pseudonyms))
        rows = await self._database.rows(MESSAGES, most=MAX_SHOWN, **digests)
        awaited = {row["kind"]: row["many"] for row in await self._database.rows(AWAITED, **citizens)}
        stopped = {pseudonyms[row["citizen"]]: row["since"] for row in await self._database.rows(STOPPED, **citizens)}
        paused = {one.name for one in await Pauses(self._database).known()}
        alerts = awaited.pop("changes", 0)
        return NumberReport([_message(row, paused) for row in rows], stopped, sum(awaited.values()), alerts)


def _number(written: str) -> str:
    try:
        return normalize_number(written.strip())
    except BadRequest:
        raise CannotLookUp("Ce numéro n'est pas possible : écrivez-le avec tous ses chiffres.") from None


def _reason(why: str) -> str:
    if not (given := why.strip()):
        raise CannotLookUp("Dites pourquoi vous cherchez : le journal le garde.")
    if len(given) > MAX_WHY:
        raise CannotLookUp(f"La raison a {len(given)} signes : {MAX_WHY} au plus.")
    return NUMBER.sub("…", given)


def _message(row: Row, paused: set[str]) -> SentMessage:
    is_paused = row["state"] == "queued" and not paused.isdisjoint((row["gateway"], row["topic"]))
    return SentMessage(
        row["gateway"],
        row["state"],
        row["why"],
        bool(row["topic"]),
        row["posted_at"] / 1000,
        _seconds(row["sent_at"]),
        _seconds(row["ended_at"]),
        row["expires_at"] / 1000,
        is_paused,
    )


def _seconds(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000
