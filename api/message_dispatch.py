"""Takes due messages of ministries to the outbox, each citizen once.

A recipient is claimed under a lease, and its message has the recipient's key in the outbox: if a process is killed in
between, another one finds the message there and does not add a second. At night it waits; after its expiry, and without
the citizen's consent, it is never sent. A message of a test key goes the same way, except into the outbox.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal, NamedTuple, NoReturn

import orjson
import structlog

from api import message_queries as sql
from api.consent import Consents, matching
from api.message_store import TABLE, StoredMessage
from api.quiet_hours import seconds_to_wait
from catalog.message_files import MessageFile, MessageFiles
from catalog.message_texts import message_text
from channels.contracts.sender import Message
from channels.outbox.repository import Outbox
from channels.workers.polling import poll_forever
from database import tables
from database.column_limits import max_length, milliseconds
from database.encryption import Seal
from database.interface import Database, Row
from database.value_lists import value_lists
from state.errors import ZinError
from state.identity import Pseudonyms
from state.menu.versions import MenuVersion
from state.preferences import Preferences
from state.text.languages import SOURCE

MAX_ROWS: Final = 50  # recipients of one round
IDLE_SECONDS: Final = 1.0  # between two rounds when nothing is due, without a signal of new messages
LONGEST_IDLE_SECONDS: Final = 5.0  # with one: a message for a later hour is this late at most
MAX_TOPIC: Final = max_length(tables.outbox.c.topic)
log = structlog.get_logger()
End = Literal["posted", "delivered", "expired", "refused"]


class Due(NamedTuple):
    """A claimed recipient of a message."""

    key: str
    tries: int
    message: StoredMessage
    phone: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Dispatch:
    """What a round uses: the active menus and their messages, the consents, and the outbox that it fills.

    quiet are the local hours between which messages wait; clock gives Unix seconds.
    """

    edition: Callable[[], MenuVersion]
    templates: Callable[[], MessageFiles]
    consents: Consents
    preferences: Preferences
    outbox: Outbox
    names: Pseudonyms
    quiet: tuple[int, int] | None
    clock: Callable[[], float]


class MessageDispatcher:
    """The worker of ministries' messages in one process."""

    def __init__(self, database: Database, seal: Seal, with_: Dispatch) -> None:
        self._database, self._seal, self._with = database, seal, with_

    async def run(self) -> NoReturn:
        """Work until cancelled."""
        rest = partial(self._database.watch(tables.ministry_recipients).wait, IDLE_SECONDS, LONGEST_IDLE_SECONDS)
        await poll_forever(self.round, IDLE_SECONDS, "messages of ministries", rest)

    async def round(self) -> int:
        """Process up to MAX_ROWS due recipients. Returns how many. Raises SourceUnavailable."""
        now = milliseconds(self._with.clock())
        rows = await sql.QUEUE.claim(self._database, now, MAX_ROWS)
        try:
            if rows:
                messages = await self._messages({row["message"] for row in rows})
                await self._process(list(self._opened(rows, messages)))
        except asyncio.CancelledError:  # this process ends
            await sql.QUEUE.give_back(self._database, now, [{"held": row["key"], "try_": row["tries"]} for row in rows])
            raise
        return len(rows)

    async def _messages(self, names: set[str]) -> Mapping[str, StoredMessage]:
        found: dict[str, StoredMessage] = {}
        for wanted in value_lists("message", sorted(names)):
            found |= {row["id"]: StoredMessage(**row) for row in await self._database.rows(sql.SEVERAL, **wanted)}
        return found

    def _opened(self, rows: Sequence[Row], messages: Mapping[str, StoredMessage]) -> Iterator[Due]:
        """Yield the recipients that can be decrypted; the others stay claimed until their leases end."""
        for row in rows:
            try:
                phone, values = orjson.loads(self._seal.decrypt(row["sealed"], TABLE, row["key"]))
            except ZinError as sealed:
                log.error("ministry message kept back", why=str(sealed))
                continue
            yield Due(row["key"], row["tries"], messages[row["message"]], phone, values)

    async def _process(self, due: Sequence[Due]) -> None:
        asked, released = await self._with.consents.read([one.phone for one in due])
        ends = []
        for one in due:
            is_released = (one.message.ministry, one.message.purpose) in released
            ends.append(await self._end(one, asked.get(one.phone, ()), is_released=is_released))
        await sql.QUEUE.settle_all(self._database, sql.SETTLE, ends)

    async def _end(self, one: Due, asked: Any, *, is_released: bool) -> Row:
        """Send the message to one citizen if that is allowed; return how its row ends, or when it is due again."""
        now, file = self._with.clock(), self._with.templates().get(one.message.template)
        if one.message.expires_at <= milliseconds(now):
            return self._settled(one, "expired")
        if wait := seconds_to_wait(now, self._with.quiet):
            return self._waiting(one, min(milliseconds(now + wait), one.message.expires_at))
        if file is None or file.values.keys() != one.values.keys():
            return self._settled(one, "refused", "template")  # the menus changed meanwhile
        wanted = matching(asked, file, self._question_of)
        decision = await self._with.consents.decide(one.phone, wanted, is_released=is_released)
        if decision.to is None:
            return self._settled(one, "refused", decision.why)
        if one.message.mode == "test":
            return self._settled(one, "delivered")
        language = await self._language(one.phone, decision.language)
        await self._with.outbox.enqueue(self._text(one, file, decision.to, language))
        return self._settled(one, "posted")

    def _text(self, one: Due, file: MessageFile, to: Any, language: str) -> Message:
        menu = self._with.edition().menu(language)
        return Message(
            one.key,
            to.gateway,
            to.address,
            message_text(file, one.values, menu, to.gateway),
            ttl_seconds=one.message.expires_at / 1000 - self._with.clock(),
            last_inbound_at=to.heard_at,
            topic=f"{one.message.ministry}.{one.message.template}"[:MAX_TOPIC],
        )

    async def _language(self, phone: str, subscribed: str) -> str:
        """Return the language that the citizen chose, else that of the subscription, else French."""
        chosen = (await self._with.preferences.of(self._with.names.of(phone))).language or subscribed
        return chosen if chosen in self._with.edition().offered else SOURCE

    def _question_of(self, screen: str) -> str:
        screens = self._with.edition().menus[SOURCE].screens
        question = screens[screen].question if screen in screens else None
        return question.name if question else ""

    def _settled(self, one: Due, to: End, why: str = "") -> Row:
        """Return the end of a row; its phone number and values are erased."""
        erased = self._seal.encrypt("[]", TABLE, one.key)
        return {"held": one.key, "try_": one.tries, "to": to, "because": why, "next": 0, "now_sealed": erased}

    def _waiting(self, one: Due, until: int) -> Row:
        content = orjson.dumps([one.phone, one.values]).decode()
        sealed = self._seal.encrypt(content, TABLE, one.key)
        return {
            **{"held": one.key, "try_": one.tries, "to": "waiting", "because": "quiet"},
            **{"next": until, "now_sealed": sealed},
        }
