"""The contract of a message channel: SMS, WhatsApp, Telegram.

A request passes verify and read, as for a USSD channel. It may hold several events or none: messages, delivery reports,
opt-outs. Each message is answered once, identified by the gateway's message id. The answer goes through the outbox,
unless the gateway accepts it in the HTTP response. Every authentic request is answered 200, because a gateway repeats
other requests for hours or days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from channels.contracts.sender import Reported
from channels.contracts.webhook_request import BodyRule, WebhookRequest, WebhookResponse
from state.interfaces import Inbound, Recipient, Reply, ScreenSize


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """A gateway's report of the final state of a message that it accepted."""

    gateway: str
    reference: str
    state: Reported
    why: str = ""


@dataclass(frozen=True, slots=True)
class OptOut:
    """A citizen's opt-out. If for_good is false, it only cancels the deferred answers so far."""

    who: Recipient
    for_good: bool


@dataclass(frozen=True, slots=True)
class UnknownReport:
    """A delivery report with a status that is in no list of the gateway: it ends no message, and is counted."""

    gateway: str
    status: str


ChannelEvent = Inbound | DeliveryReport | OptOut | UnknownReport


class MessageRules(Protocol):
    """What the answer to a message depends on. dedup_seconds is how long the gateway may repeat a message,
    response_deadline how many seconds it waits for our response.
    """

    @property
    def name(self) -> str:
        """The channel's name in stored sessions, logs and metrics."""

    @property
    def room(self) -> ScreenSize:
        """The size of one screen or answer."""

    @property
    def dedup_seconds(self) -> float:
        """How long the gateway may repeat a message."""

    @property
    def response_deadline(self) -> float:
        """How many seconds it waits for our response."""

    def replies_inline(self, inbound: Inbound) -> bool:
        """Whether our HTTP response carries the answer to this message, instead of the outbox."""


class MessageChannel(MessageRules, Protocol):
    """Converts one gateway's requests into events.

    tests/contracts/test_message_channels.py is the full contract. name is also the name of the table of real requests
    there. room is the size of one answer.
    """

    @property
    def path(self) -> str:
        """The path of its address, as a router writes it."""

    @property
    def body_rule(self) -> BodyRule:
        """What its requests must be."""

    def verify(self, request: WebhookRequest) -> None:
        """Raise Unauthenticated if the address does not hold our secret. Does not read the body."""

    def read(self, request: WebhookRequest) -> Sequence[ChannelEvent]:
        """Parse the events in their order. Raises BadRequest, and Unauthenticated for a body with a wrong signature."""

    def acknowledge(self, inbound: Inbound | None, reply: Reply | None) -> WebhookResponse:
        """Build the response. inbound is the request's last message, if any; reply the answer to carry, if any."""
