"""The calls that Zin opens: a result or an alert of the outbox is first shown on the phone, in a call.

    first try  -> mark of the message, mark of the phone -> submit_sm that opens the call -> tried again later
    an answer  -> « read »: the next try finds the message delivered; the answer itself is an ordinary hop
    no answer  -> the next try sends the SMS

A centre does not say what became of a call that nobody answered: the phone was off, or busy, or the citizen read the
screen and put the phone away. Only an answer proves that a message was read. The marks are in the store before the
call is opened, so a message opens one call, whatever is killed; a message whose mark cannot be stored leaves as an SMS.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

import structlog
from prometheus_client import Counter

from channels.contracts.sender import Message, Shown
from channels.outbox.repository import Outbox
from channels.smpp.sender import GATEWAY, Submitter
from channels.smpp.smpp_files import FoundGateway
from channels.smpp.ussd_dialect import ROOM, dialect_of
from smpp.errors import NoAnswer, NoPlace, NotBound
from state.conversation.announcements import announcement, opt_out_reply
from state.conversation.conversation import Conversation, ConversationPorts
from state.conversation.message_input import is_opt_out
from state.errors import BadRequest, SourceUnavailable, StoreUnavailable
from state.identity import Pseudonyms
from state.interfaces import Inbound, Recipient, Reply

PLACE_SECONDS: Final = 5.0  # for a place in the window; then the message leaves as an SMS
ANSWER_SECONDS: Final = 120.0  # in which the citizen may answer, before the SMS leaves
CALL_SECONDS: Final = 180.0  # for which an answer from this phone may belong to the call; longer than the wait
MARK_SECONDS: Final = 7 * 24 * 3600.0  # for which a message is known to have opened its call
SHOWN, READ, OVER = b"shown", b"read", b"over"
PUSHES = Counter("zin_ussd_pushes_total", "Calls that Zin opened on phones, by how they went", ["gateway", "how"])
log = structlog.get_logger()


class Pushes:
    """The calls that Zin opens by one gateway, whose file has `push`."""

    def __init__(
        self, gateway: FoundGateway, talk: Conversation, outbox: Outbox, ports: ConversationPorts, names: Pseudonyms
    ) -> None:
        dialect = dialect_of(gateway)
        assert dialect, "a file with push has calls"
        self._dialect, self._file, self._names = dialect, gateway.file, names
        self._talk, self._outbox = talk, outbox
        self._store, self._preferences, self._post = ports.store, ports.preferences, ports.post

    async def deliver(self, message: Message, bind: Submitter) -> str:
        """Show a message in a call. Returns its reference if its citizen read it, "" if it must leave as an SMS.

        Raises Shown while the citizen may still answer, and SourceUnavailable.
        """
        if message.is_awaited:
            return ""  # a screen or a message promised it as a message
        try:
            return await self._deliver(message, bind)
        except (BadRequest, StoreUnavailable):
            return ""

    async def _deliver(self, message: Message, bind: Submitter) -> str:
        mark = f"push:{self._names.of(message.key)}"
        if was := await self._store.get(mark):
            return self._reference(mark) if was == READ else ""
        caller = self._dialect.caller(message.address)
        screen = await self._screen(caller, message.text)
        if not (screen and bind.is_bound):
            return ""
        if not await self._store.compare_and_set(self._phone(caller), b"", mark.encode(), CALL_SECONDS):
            return ""  # this phone shows another message
        if not await self._store.compare_and_set(mark, b"", SHOWN, MARK_SECONDS):
            return ""
        if not await self._open(message.address, screen, bind):
            return ""
        raise Shown("pushed", ANSWER_SECONDS)

    async def _screen(self, caller: Inbound, words: str) -> str:
        """Return what the phone shows; "" if the citizen is in a call, or has just been."""
        if await self._talk.has_open_call(caller):
            return ""
        return announcement(self._talk.menus.current, await self._language(caller), words, ROOM)

    async def _open(self, number: str, screen: str, bind: Submitter) -> bool:
        """Open the call; returns False if the centre did not take it."""
        try:
            answer = await bind.submit(self._dialect.open(number, screen, self._file), PLACE_SECONDS)
            how = "refused" if answer.status else "opened"
        except (NotBound, NoPlace):
            how = "refused"
        except NoAnswer:  # the phone may show it
            how = "unclear"
        self._count(how)
        return how != "refused"

    async def heard(self, inbound: Inbound) -> Reply | None:
        """Note what an input says about a call that Zin opened; returns the reply to STOP, else None for a hop."""
        try:
            return await self._heard(inbound)
        except (StoreUnavailable, SourceUnavailable) as down:
            log.warning("answer to a push not noted", gateway=self._dialect.gateway, why=str(down))
            return None

    async def _heard(self, inbound: Inbound) -> Reply | None:
        phone = self._phone(inbound)
        mark = await self._store.get(phone)
        if mark in (b"", OVER):
            return None
        await self._store.compare_and_set(phone, mark, OVER, CALL_SECONDS)
        if inbound.begins:  # the citizen dialled: whether the message was read is unknown
            self._count("dialled")
            return None
        if await self._store.compare_and_set(mark.decode(), SHOWN, READ, MARK_SECONDS):
            self._count("answered")
            await self._report(mark.decode())
        edition = self._talk.menus.current
        if not is_opt_out(edition, inbound):
            return None
        await self._post.stop(Recipient(GATEWAY, inbound.citizen))
        return opt_out_reply(edition, await self._language(inbound), ROOM)

    async def _report(self, mark: str) -> None:
        """Report the message as delivered, also if its next try comes later. Raises SourceUnavailable."""
        named = self._names.reference(GATEWAY, self._reference(mark))
        await self._outbox.record_report(GATEWAY, named, "delivered")

    async def _language(self, inbound: Inbound) -> str:
        with suppress(SourceUnavailable):
            return (await self._preferences.of(self._names.across_channels(inbound))).language
        return ""

    def _phone(self, inbound: Inbound) -> str:
        return f"pushed:{self._names.on_channel(inbound)}"

    def _reference(self, mark: str) -> str:
        return f"{self._dialect.gateway}:{mark}"

    def _count(self, how: str) -> None:
        PUSHES.labels(self._dialect.gateway, how).inc()
