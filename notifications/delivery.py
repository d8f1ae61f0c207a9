"""Sends the notifications that wait, by e-mail or through the outbox, in each process that delivers.

A notification is claimed under a lease. An SMS has its key in the outbox, so that a second try does not add a second
one; a second e-mail after a kill has the Message-ID of the first. At night an SMS waits. After a failed try a
notification is tried again later and later, until it expires.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import orjson
import structlog
from prometheus_client import Counter

from accounts.contacts import Contact, Contacts
from api.quiet_hours import seconds_to_wait
from channels.contracts.sender import Message
from channels.outbox.repository import Outbox
from database.column_limits import milliseconds
from database.interface import Database
from database.leased_queue import backoff_seconds
from notifications import queries as sql
from notifications.mailer import Mailer, NotSent
from notifications.wording import SUBJECT, email_text, sms_text
from state.errors import SourceUnavailable, ZinError

POLL_SECONDS: Final = 5.0
AT_ONCE: Final = 5  # notifications that a process sends side by side
FIRST_PAUSE_SECONDS: Final = 60.0
LONGEST_PAUSE_SECONDS: Final = 1800.0
log = structlog.get_logger()
SENT = Counter("zin_notifications_total", "Notifications to operators, by what became of a try", ["way", "outcome"])


@dataclass(frozen=True, slots=True)
class Ways:
    """How notifications leave: by a mail server, None if none is set, and through the outbox.

    quiet are the local hours between which SMS wait.
    """

    mailer: Mailer | None
    outbox: Outbox
    quiet: tuple[int, int] | None


class NotificationDelivery:
    """The worker of notifications in one process. clock gives Unix seconds."""

    def __init__(
        self, database: Database, contacts: Contacts, ways: Ways, clock: Callable[[], float] = time.time
    ) -> None:
        self._database, self._contacts, self._ways, self._clock = database, contacts, ways, clock

    async def round(self) -> int:
        """Send some notifications that are due. Returns how many were. Raises SourceUnavailable."""
        rows = await sql.QUEUE.claim(self._database, milliseconds(self._clock()), AT_ONCE)
        await asyncio.gather(*(self._process(row) for row in rows))
        return len(rows)

    async def _process(self, row: Any) -> None:
        try:
            contact = await self._contacts.find(row["name"])
        except SourceUnavailable:
            raise
        except ZinError as sealed:
            log.error("notification held back", why=str(sealed))
            await self._again(row, "unreadable")
            return
        if contact is None:
            await self._settle(row, sql.SENT)  # the account wants none any more
        else:
            await self._send(row, contact)

    async def _send(self, row: Any, contact: Contact) -> None:
        wait = seconds_to_wait(self._clock(), self._ways.quiet) if contact.way == "sms" else 0.0
        if wait:
            await self._settle(row, sql.SETTLE, to="queued", because="", next=milliseconds(self._clock() + wait))
            return
        try:
            await (self._mail(row, contact) if contact.way == "email" else self._text(row, contact))
        except NotSent as refused:
            log.warning("notification not sent", why=refused.why, tries=row["tries"])
            SENT.labels(contact.way, "failed").inc()
            await self._again(row, refused.why, is_final=refused.is_final)
            return
        SENT.labels(contact.way, "sent").inc()
        await self._settle(row, sql.SENT)

    async def _mail(self, row: Any, contact: Contact) -> None:
        if self._ways.mailer is None:
            raise NotSent("no_server")
        await self._ways.mailer.send(row["key"], contact.email, SUBJECT, email_text(orjson.loads(row["content"])))

    async def _text(self, row: Any, contact: Contact) -> None:
        text = sms_text(orjson.loads(row["content"]))
        await self._ways.outbox.enqueue(Message(f"notification:{row['key']}", "sms", contact.number, text))

    async def _again(self, row: Any, why: str, *, is_final: bool = False) -> None:
        """Try it again later, or give it up: because its address is refused, or because it expires before."""
        pause = backoff_seconds(FIRST_PAUSE_SECONDS, row["tries"] - 1, LONGEST_PAUSE_SECONDS)
        due = milliseconds(self._clock() + pause)
        to = "failed" if is_final or due >= row["expires_at"] else "queued"
        await self._settle(row, sql.SETTLE, to=to, because=why, next=due)

    async def _settle(self, row: Any, statement: Any, **values: object) -> None:
        await sql.QUEUE.settle(self._database, statement, row["key"], row["tries"], **values)
