"""A bind that stays up: connects, binds, asks whether the peer is there, and begins again when it is not.

    connect -> bind -> bound: submit, deliveries, enquire_link while nothing comes -> lost -> pause -> connect

Requests of the peer that come before the response to our bind are refused (SMPP 3.4, section 2.2). The pause between
two tries doubles, with a random part, so that the clients of one peer do not all come back at once.
"""

from __future__ import annotations

import asyncio
import random
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, NoReturn

from smpp.bind_request import BindRequest
from smpp.connection import Connection
from smpp.constants import (
    DELIVER_SM,
    ENQUIRE_LINK,
    RINVBNDSTS,
    SUBMIT_SM,
    THROTTLED,
    UNBIND,
    status_name,
)
from smpp.errors import NoAnswer, NotBound, SmppError, reason_of
from smpp.messages import ShortMessage
from smpp.pdu import Pdu
from smpp.window import Window

FIRST_PAUSE: Final = 0.5  # seconds before the second try to connect
UNBIND_SECONDS: Final = 2.0  # at most that an end waits for the response to its unbind


@dataclass(frozen=True, slots=True)
class Peer:
    """The server of an operator, and how it wants to be spoken to. Times are in seconds."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None
    connect_seconds: float = 10.0
    bind_seconds: float = 10.0
    answer_seconds: float = 10.0
    enquire_seconds: float = 30.0
    longest_pause: float = 30.0


class Client:
    """One bind. on_delivery takes each deliver_sm and answers it; on_change gets the reason whenever the bind is lost,
    "" when it is there.
    """

    def __init__(
        self,
        peer: Peer,
        bind: BindRequest,
        window: Window,
        on_delivery: Callable[[Connection, Pdu], None],
        on_change: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._peer, self._bind, self.window = peer, bind, window
        self._on_delivery, self._on_change = on_delivery, on_change
        self._bound = asyncio.Event()
        self._connection: Connection | None = None
        self.why = "not_connected"

    @property
    def is_bound(self) -> bool:
        """Return whether messages can be sent now."""
        return self._bound.is_set()

    async def run(self) -> NoReturn:
        """Keep the bind up until cancelled; then unbind."""
        pause = FIRST_PAUSE
        while True:
            was_bound = False
            try:
                await self._connect()
                was_bound = True
                await self._watch()
            except (SmppError, OSError) as error:
                self._lose(reason_of(error))
            finally:
                await self._leave()
            pause = FIRST_PAUSE if was_bound else min(pause * 2, self._peer.longest_pause)
            await asyncio.sleep(pause * (0.5 + random.random()))

    async def submit(self, message: ShortMessage, seconds: float, *, is_urgent: bool = False) -> Pdu:
        """Send a message and return the response, within so many seconds until it leaves.

        Raises NotBound and NoPlace if it was not sent, NoAnswer if nobody knows what became of it.
        """
        body, until = message.encoded(), asyncio.get_running_loop().time() + seconds
        if not self._bound.is_set():
            await self._wait_bound(seconds)
        async with self.window.place(until - asyncio.get_running_loop().time(), is_urgent=is_urgent):
            connection = self._connection
            if connection is None or not connection.is_open:
                raise NotBound("not_bound")
            answer = await connection.request(SUBMIT_SM, body, self._peer.answer_seconds)
        if answer.status in THROTTLED:
            self.window.throttled()
        else:
            self.window.accepted()
        return answer

    async def _wait_bound(self, seconds: float) -> None:
        """Wait for the bind. Raises NotBound."""
        try:
            async with asyncio.timeout(seconds):
                await self._bound.wait()
        except TimeoutError:
            raise NotBound("not_bound") from None

    async def _connect(self) -> None:
        """Connect and bind. Raises SmppError and OSError."""
        peer, loop = self._peer, asyncio.get_running_loop()
        opening = loop.create_connection(lambda: Connection(self._take), peer.host, peer.port, ssl=peer.tls)
        _, connection = await asyncio.wait_for(opening, peer.connect_seconds)
        self._connection = connection
        answer = await connection.request(self._bind.command, self._bind.encoded(), peer.bind_seconds)
        if not connection.is_bound:
            raise NotBound(status_name(answer.status))
        self._bound.set()
        self.why = ""
        self._on_change("")

    def _take(self, connection: Connection, pdu: Pdu) -> bool:
        if pdu.command != DELIVER_SM:
            return False
        if connection.is_bound:
            self._on_delivery(connection, pdu)
        else:
            connection.respond(pdu, RINVBNDSTS, b"\0")
        return True

    async def _watch(self) -> None:
        """Ask for a sign of life whenever nothing came for enquire_seconds. Raises NoAnswer at the end."""
        connection, loop = self._connection, asyncio.get_running_loop()
        assert connection, "it was just bound"
        while not connection.closed.done():
            silent = loop.time() - connection.heard_at
            await asyncio.wait((connection.closed,), timeout=max(0.0, self._peer.enquire_seconds - silent))
            if loop.time() - connection.heard_at >= self._peer.enquire_seconds:
                await connection.request(ENQUIRE_LINK, seconds=self._peer.answer_seconds)
        raise NoAnswer("connection_lost")

    def _lose(self, why: str) -> None:
        self._bound.clear()
        self.why = why
        self._on_change(why)

    async def _leave(self) -> None:
        """Unbind if this is still bound, and close the connection."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        if self._bound.is_set() and connection.is_open:
            self._bound.clear()
            with suppress(NoAnswer):
                await connection.request(UNBIND, seconds=UNBIND_SECONDS)
        self._bound.clear()
        connection.abort()
