"""Whether a ministry may write to a citizen, and through which gateway.

STOP on any gateway with phone numbers holds for all of them. A citizen who follows a question that the message's file
names asked for it, and gets it where the news of that question go. Others get it as an SMS, and only for a purpose that
an approver released.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from api.purposes import Purposes
from catalog.message_files import MessageFile
from channels.contracts.phone_numbers import NUMBERED
from channels.deferred.subscriptions import Subscriptions
from state.conversation.deferred_answers import DeferredRequest
from state.identity import Pseudonyms
from state.interfaces import Recipient

Asked = Mapping[str, Sequence[DeferredRequest]]
QuestionOf = Callable[[str], str]  # the question of a look-up screen, "" for none


class Stops(Protocol):
    """Says whether a recipient opted out."""

    async def stopped(self, to: Recipient) -> bool:
        """Whether this citizen opted out of messages other than answers."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Where to write, or why not: one of stopped and no_consent. language is that of the subscription, if any."""

    to: Recipient | None
    why: str = ""
    language: str = ""


class Consents:
    """The consents of a round of messages, read at once for all their recipients."""

    def __init__(self, subscriptions: Subscriptions, purposes: Purposes, stops: Stops, names: Pseudonyms) -> None:
        self._subscriptions, self._purposes, self._stops, self._names = subscriptions, purposes, stops, names

    async def read(self, phones: Sequence[str]) -> tuple[Asked, frozenset[tuple[str, str]]]:
        """Return the subscriptions by phone number, and the released purposes with their ministries."""
        named = {self._names.of_recipient(Recipient(one, phone)): phone for phone in phones for one in NUMBERED}
        found = await self._subscriptions.of(list(named))
        asked: dict[str, list[DeferredRequest]] = {}
        for citizen, held in found.items():
            asked.setdefault(named[citizen], []).extend(held)
        return asked, frozenset((one.ministry, one.purpose) for one in await self._purposes.known())

    async def decide(self, phone: str, asked: Sequence[DeferredRequest], *, is_released: bool) -> Decision:
        """Decide about one citizen; asked are the subscriptions to questions that the message's file names."""
        for gateway in NUMBERED:
            if await self._stops.stopped(Recipient(gateway, phone)):
                return Decision(None, "stopped")
        if asked:
            latest = max(asked, key=lambda one: one.to.heard_at)
            return Decision(latest.to, language=latest.language)
        return Decision(Recipient("sms", phone)) if is_released else Decision(None, "no_consent")


def matching(asked: Sequence[DeferredRequest], file: MessageFile, question_of: QuestionOf) -> list[DeferredRequest]:
    """Return the subscriptions to the questions that this file names."""
    return [one for one in asked if question_of(one.screen) in file.asked]
