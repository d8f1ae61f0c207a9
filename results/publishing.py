"""Publication, withdrawal and closing of approved results.

    approved (results/approval.py) -> published at its hour -> withdrawn, or replaced by another publication

Only an approved set can be published, for the whole session or for one department, and it stays hidden until its hour.
The newest action decides, not the hour or the id of a set. Publishing ends, in the same transaction, all earlier
publications for the same seats, also those with a later hour (results/succession.py). Until the new hour no result is
shown for these seats. To return to an earlier set, publish it again.

A publication that replaces another set needs a reason, and stores the seats that it changes: these citizens read the
reason. Each action and its audit entry are one transaction, and these transactions never run in parallel.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import structlog

from accounts.accounts import Operator
from database import tables
from database.column_limits import max_length
from database.interface import Row, Writer
from database.message_validity import BEING_HANDED, CANCEL_OUTDATED
from reporting.french import format_count
from results import publication_queries as sql
from results import succession
from results.announcer import TOPIC
from results.approval import Approval
from results.queries import CLOSE_SESSION, REOPEN_SESSION
from results.refusals import PublicationRefused, record_refusals, require_role
from results.succession import Decision
from state.errors import SourceUnavailable

LONGEST_WHY: Final = max_length(tables.publications.c.why)
HANDED_SECONDS: Final = 5.0  # maximum wait for gateways; a gateway accepts a message within a second
LOOK_SECONDS: Final = 0.02
log = structlog.get_logger()
CORRECTION: Final = "Ces résultats en remplacent d'autres : dites pourquoi, les personnes concernées le liront."


class Publishing(Approval):
    """The actions of publication, in addition to those of approval, in one database.

    Each action raises PublicationRefused if a rule forbids it, and SourceUnavailable. In both cases nothing was
    changed.
    """

    @record_refusals("results publish")
    async def publish(self, by: Operator, named: str, at: float, department: str = "", why: str = "") -> None:
        """Publish an approved set from the hour `at` (Unix seconds). `why` is required if it corrects another set."""
        require_role(by, "approver")
        async with self._database.exclusive_transaction() as writer:
            found = await self._find_set(writer, named)
            if found["state"] != "approved":
                raise PublicationRefused(f"{named} n'est pas approuvé : une seconde personne doit d'abord l'approuver.")
            await self._refuse_sample(writer, found["session"])
            departments = [row["department"] for row in await writer.rows(sql.DEPARTMENTS, named=named)]
            if department and department not in departments:
                raise PublicationRefused(
                    f"Personne dans {named} n'est du département « {department} » : vérifiez le nom."
                )
            hour = max(int(at), int(self._clock()))
            decided = Decision(found["session"], named, departments, department, hour, why.strip())
            await self._replace(writer, decided)
            await writer.rows(REOPEN_SESSION, of=decided.session)
            details = {"at": str(hour), "department": department, "why": decided.why}
            await self._take_back_news(writer, found["session"])
            await self._record(writer, by, "results publish", named, **details)
        await self._wait_for_gateways()

    @record_refusals("results withdraw")
    async def withdraw(self, by: Operator, session: str, department: str, why: str) -> str:
        """Withdraw a session or one department, cancel its messages, and return the id of the withdrawn result set."""
        require_role(by, "approver")
        _require_reason(why, "Dites pourquoi les résultats sont retirés.")
        now = int(self._clock())
        async with self._database.exclusive_transaction() as writer:
            past = await _past(writer, session, now)
            gone = await writer.rows(sql.WITHDRAW, of=session, where=department, now=now)
            if not gone:
                raise PublicationRefused(f"Rien n'est publié pour {session}{f', {department}' if department else ''}.")
            if renewed := succession.withdraw(past, department, await _next_number(writer)):
                await writer.rows(sql.END_OTHERS, of=session, now=now)
                await self._add(writer, renewed)
            named = str(max(gone, key=lambda row: row["number"])["result_set"])
            await self._take_back_news(writer, session)
            await self._record(writer, by, "results withdraw", named, department=department, why=why)
        await self._wait_for_gateways()
        return named

    @record_refusals("results close")
    async def close_session(self, by: Operator, session: str, why: str) -> None:
        """Remove a session from the list shown to citizens, until a set of it is published again."""
        require_role(by, "approver")
        _require_reason(why, "Dites pourquoi la session est fermée.")
        now = int(self._clock())
        async with self._database.exclusive_transaction() as writer:
            if await writer.rows(sql.COMING, of=session, now=now):
                raise PublicationRefused(f"Une heure est donnée pour {session} : retirez-la d'abord.")
            if not await writer.rows(CLOSE_SESSION, of=session, now=now):
                raise PublicationRefused(f"Il n'y a pas de session ouverte sous le nom {session}.")
            await self._record(writer, by, "results close", session, why=why)

    async def _take_back_news(self, writer: Writer, session: str) -> None:
        """Cancel the messages that depend on the ended publications, and erase their texts."""
        now = round(self._clock() * 1000)
        await writer.rows(CANCEL_OUTDATED, now=now)
        await writer.rows(sql.CANCEL, about=f"{TOPIC}:{session}", now=now)

    async def _wait_for_gateways(self) -> None:
        """Wait until no gateway is receiving a cancelled message, so that none arrives after this action.

        The action is already committed, so a database failure is logged here and not raised.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + HANDED_SECONDS
        now = round(self._clock() * 1000)
        try:
            while await self._database.rows(BEING_HANDED, now=now) and loop.time() < until:  # noqa: ASYNC110 - any process
                await asyncio.sleep(LOOK_SECONDS)
            await self._database.write(CANCEL_OUTDATED, now=now)  # messages that a gateway refused meanwhile
        except SourceUnavailable as down:
            log.warning("done, and gateways not waited for", why=str(down))

    async def _replace(self, writer: Writer, decided: Decision) -> None:
        """End the publications for these seats, and add the new ones."""
        now = int(self._clock())
        past = await _past(writer, decided.session, now)
        if succession.corrected_sets(past, decided):
            _require_reason(decided.why, CORRECTION)
        if decided.department:
            await _refuse_moved(writer, past, decided)
            await writer.rows(sql.END_OTHERS, of=decided.session, now=now)
        made = succession.publish(past, decided, await _next_number(writer))
        await writer.rows(sql.END, of=decided.session, where=decided.department, now=now)
        await self._add(writer, made)
        await writer.rows(sql.NOTE_PUBLISHED, of=decided.session, now=now)

    async def _add(self, writer: Writer, made: Sequence[Row]) -> None:
        await writer.add(tables.publications, made)
        for noted in (sql.NOTE_CHANGED, sql.NOTE_GONE):
            await writer.rows(noted, first=made[0]["number"])


async def _past(writer: Writer, session: str, now: int) -> list[dict[str, Any]]:
    """Return every publication of a session in order, after marking those that citizens could already read."""
    await writer.rows(sql.NOTE_PUBLISHED, of=session, now=now)
    return await writer.rows(sql.PAST, of=session)


async def _next_number(writer: Writer) -> int:
    return int((await writer.rows(sql.NEXT_NUMBER))[0]["number"])


async def _refuse_moved(writer: Writer, past: Sequence[Row], decided: Decision) -> None:
    """Refuse a set in which a seat has another department than in the other published sets."""
    beside = {row["result_set"] for row in succession.public_publications(past, "")} - {decided.result_set}
    for before in sorted(beside):
        moved = await writer.rows(sql.MOVED, named=decided.result_set, before=before, where=decided.department)
        if many := moved[0]["many"]:
            candidates = format_count(int(many), "candidat n'est", "candidats ne sont")
            raise PublicationRefused(
                f"{candidates} pas du même département dans {decided.result_set} et dans {before} : "
                "publiez pour tous les départements."
            )


def _require_reason(why: str, missing: str) -> None:
    if not why.strip():
        raise PublicationRefused(missing)
    if len(why.strip()) > LONGEST_WHY:
        raise PublicationRefused(f"La raison a {len(why.strip())} signes : {LONGEST_WHY} au plus.")
