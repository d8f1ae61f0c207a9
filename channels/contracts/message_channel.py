"""What a channel of messages is: SMS, WhatsApp, Telegram.

A request comes in through verify and read, as for any channel, but may hold several things, or none that concerns us:
messages, reports of deliveries, somebody who wants no more. Each message is heard once, under the gateway's name for
it; its answer leaves through the outbox, unless the gateway takes it in its own response. Whatever is authentic is
answered 200, since a gateway sends again, for hours or days, what it was not thanked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from aiohttp import web

from channels.contracts.sender import Reported
from state.interfaces import Inbound, Recipient, Reply, ScreenSize


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """A gateway's word on how a message that it took ended."""

    gateway: str
    reference: str
    state: Reported
    why: str = ""


@dataclass(frozen=True, slots=True)
class OptOut:
    """Somebody who wants no more messages; for_good: never again, else none of those promised so far."""

    who: Recipient
    for_good: bool


ChannelEvent = Inbound | DeliveryReport | OptOut


class MessageChannel(Protocol):
    """Speaks one gateway's language on one side and ours on the other.

    tests/contracts/test_message_channels.py is the full contract. name is also that of its table of real requests
    there; room is that of one answer; remembers is for how many seconds the gateway may send the same message again,
    patience how many it waits for our response.
    """

    name: ClassVar[str]
    path: ClassVar[str]
    room: ClassVar[ScreenSize]
    dedup_seconds: ClassVar[float]
    response_deadline: ClassVar[float]

    def verify(self, request: web.Request) -> None:
        """Raises Stranger, before anything of the body is read, for whoever does not know our secret."""

    async def read(self, request: web.Request) -> Sequence[ChannelEvent]:
        """What the gateway says, in its order. Raises BadRequest, and Stranger for a body that is not signed."""

    def replies_inline(self, inbound: Inbound) -> bool:
        """Whether the answer to this message travels in our response, and not through the outbox."""

    def acknowledge(self, inbound: Inbound | None, reply: Reply | None) -> web.Response:
        """The response to a request, to its last message where it holds one; reply is the answer that it carries."""
