"""What marks a message as answered, under a key of its pseudonym in the store.

The mark says how the answer went: in the usual way, or with the answer itself, for as long as it may be sent.

    ANSWERED        the gateway got it, or the outbox did; the same message again gets nothing
    UNSENT + reply  the outbox could not take it; the gateway sends the message again, and gets this answer
    QUEUED + reply  of a postponed message: a worker puts it into the outbox; the same message again gets nothing
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from state.citizen_keys import CitizenKeys
from state.identity import Pseudonyms
from state.interfaces import Card, Inbound, Reply
from state.record_format import RecordFormat, UnknownRecord
from state.session import Session
from state.store.interface import Entry, Store

ANSWERED: Final = b"1"
UNSENT: Final = b"unsent:"
QUEUED: Final = b"queued:"
REPLY_SECONDS: Final = 24 * 3600.0  # no answer is sent later
FORMAT: Final = RecordFormat(Reply)


class HeardMessage(NamedTuple):
    """A message, by its pseudonym, and the key of its mark; seconds is how long its gateway may repeat it.

    is_postponed: a worker answers it now, through the outbox. waits: it is rather not answered now than without what
    our own tables have.
    """

    name: str
    key: str
    seconds: float
    is_postponed: bool = False
    waits: bool = False

    def entry(self, session: Session) -> Entry:
        """Return the mark to save with this session, whose answer is that to this message."""
        if self.is_postponed:
            return Entry(self.key, QUEUED + FORMAT.serialize(session.reply()), self.reply_seconds)
        return Entry(self.key, ANSWERED, self.seconds)

    @property
    def reply_seconds(self) -> float:
        """The life of a mark that has an answer."""
        return min(self.seconds, REPLY_SECONDS)

    def is_queued(self, mark: bytes) -> bool:
        """Whether a worker sends the answer to this message, so that its repetition needs none."""
        return not self.is_postponed and mark.startswith(QUEUED)

    def reply(self, mark: bytes) -> Reply | None:
        """Return the answer that this mark has and that is still to be sent; None if there is none."""
        start = QUEUED if self.is_postponed else UNSENT
        return _decode(mark.removeprefix(start)) if mark.startswith(start) else None


class HeardMessages:
    """The marks of messages in the store."""

    def __init__(self, store: Store, names: Pseudonyms) -> None:
        self._store, self._names = store, names
        self._keys = CitizenKeys(names, is_sharded=store.is_sharded)

    def message(
        self, inbound: Inbound, seconds: float, *, postponed: bool = False, waits: bool = False
    ) -> HeardMessage:
        """Return this message under its pseudonym."""
        name = self._names.message(inbound)
        return HeardMessage(name, self._keys.mark(inbound, name), seconds, postponed, waits)

    async def keep_unsent(self, inbound: Inbound, seconds: float, reply: Reply) -> None:
        """Store an answer that could not be sent: the same message gets it when it comes again, also after others.

        Raises StoreUnavailable.
        """
        heard = self.message(inbound, seconds)
        unsent = UNSENT + FORMAT.serialize(reply)
        await self._store.compare_and_set(heard.key, ANSWERED, unsent, heard.reply_seconds)


def _decode(stored: bytes) -> Reply | None:
    """Return a stored answer; None if another version wrote it."""
    try:
        fields = dict(FORMAT.fields_of(stored))
        card: Any = fields.get("card")
        if card:
            buttons = tuple((str(sends), str(label)) for sends, label in card["buttons"])
            fields["card"] = Card(str(card["say"]), buttons)
        return Reply(**fields)
    except (KeyError, TypeError, ValueError, UnknownRecord):
        return None
