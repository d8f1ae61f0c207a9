"""The contract of a sender, which gives a message to one gateway, and the errors that it raises."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

from httpclient.failures import NoAnswer
from httpclient.json_client import Answer, is_success
from state.errors import ZinError
from state.interfaces import Card

GATEWAYS: Final = ("sms", "whatsapp", "telegram")  # gateways that deliver messages to citizens


class RetryLater(ZinError):
    """The gateway refused the message for now. seconds is the wait that it asked for, else 0."""

    def __init__(self, why: str, seconds: float = 0.0) -> None:
        super().__init__(why)
        self.seconds = seconds


@contextmanager
def retrying_later() -> Iterator[None]:
    """Turn a call without an answer into RetryLater, with the same text."""
    try:
        yield
    except NoAnswer as error:
        raise RetryLater(str(error)) from None


async def answer_to_message(call: Awaitable[Answer]) -> Answer:
    """The gateway's answer to a message; without a payload if it broke off behind a status of success.

    With such a status the gateway took the message, and it must not be sent again. Without any status it is unknown
    whether it did; then the message is sent again, because twice is better than never. Raises RetryLater.
    """
    try:
        return await call
    except NoAnswer as error:
        if is_success(error.status):
            return Answer(error.status, "", {}, is_cut=True)
        raise RetryLater(str(error)) from None


class Shown(RetryLater):
    """The gateway showed the message in a call: it is sent after all when seconds are over without an answer."""


class PermanentFailure(ZinError):
    """The message can never be sent: the number is impossible, or the citizen does not want it."""


class Suppressed(ZinError):
    """No gateway is configured: the message was only printed."""


class NeedsOperator(ZinError):
    """An operator must act before anything can be sent: a wrong key, no credit. The message is retried slowly."""


class Sender(Protocol):
    """Sends messages to one gateway. tests/channels/workers/test_delivery.py is the full contract."""

    @property
    def gateway(self) -> str:
        """The gateway's name, one of GATEWAYS."""

    @property
    def per_second(self) -> float:
        """How many messages the gateway accepts per second, from all processes together."""

    async def close(self) -> None:
        """Release connections and threads."""

    async def send(self, message: Message) -> str:
        """Send one message and return the gateway's identifier.

        An answer of success that does not refuse the message has taken it, whatever it looks like; without an
        identifier it gives "". Raises RetryLater, PermanentFailure, Suppressed and NeedsOperator.
        """


Reported = Literal["delivered", "failed"]  # the final state in a gateway's report


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one citizen through one gateway.

    key identifies the message when it is enqueued again. After ttl_seconds it is no longer sent. card is the text for
    gateways with buttons; text is complete without it. last_inbound_at is when the citizen last wrote to that gateway,
    in Unix seconds, 0 if unknown. topic is the subject of a news message, else "". basis is the number of the
    publication that the text depends on (state/interfaces.py, Outcome), 0 for none. request_id names the request that
    the message answers in the log, "" for none.
    """

    key: str
    gateway: str
    address: str = field(repr=False)
    text: str = field(repr=False)
    is_awaited: bool = False
    ttl_seconds: float = 24 * 3600.0
    card: Card | None = None
    last_inbound_at: float = 0.0
    topic: str = ""
    basis: int = 0
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class ClaimedMessage:
    """A message that only this process sends now. tries includes the current try."""

    message: Message
    tries: int
