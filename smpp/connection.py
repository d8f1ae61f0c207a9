"""One connection, the same on both sides: requests with their responses, and requests of the peer.

    bytes -> PduStream -> a response: the request that waits for it
                       -> enquire_link, unbind: answered here
                       -> any other request: on_request

What nobody can answer gets a generic_nack, and the connection goes on. Only a length that no PDU has ends it, because
the next PDU cannot be found. A peer that reads nothing is not read from either, so that nothing piles up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

from smpp.constants import (
    BINDS,
    ENQUIRE_LINK,
    GENERIC_NACK,
    RALYBND,
    RESPONSE,
    RINVCMDID,
    RINVCMDLEN,
    ROK,
    UNBIND,
)
from smpp.errors import InvalidFrame, NoAnswer
from smpp.pdu import MAX_SEQUENCE, Pdu, PduStream

OnRequest = Callable[["Connection", Pdu], bool]


class Connection(asyncio.Protocol):
    """A connection. on_request gets the peer's requests and returns whether it knows the command; it does not wait."""

    def __init__(self, on_request: OnRequest) -> None:
        self._on_request, self._stream = on_request, PduStream()
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[int, tuple[int, asyncio.Future[Pdu]]] = {}
        self._sequence, self._transport = 0, cast(asyncio.Transport, None)
        self._writable = asyncio.Event()
        self._writable.set()
        self.is_bound = False
        self.closed: asyncio.Future[None] = self._loop.create_future()
        self.heard_at = self._loop.time()

    @property
    def is_open(self) -> bool:
        """Return whether something can be sent."""
        return not self.closed.done() and not self._transport.is_closing()

    async def request(self, command: int, body: bytes = b"", seconds: float = 10.0) -> Pdu:
        """Send a request and return its response; a generic_nack is one too. Raises NoAnswer."""
        sequence = self._next_sequence()
        answer: asyncio.Future[Pdu] = self._loop.create_future()
        self._waiting[sequence] = (command | RESPONSE, answer)
        try:
            async with asyncio.timeout(seconds):  # also of the wait for a peer that does not read
                await self._writable.wait()
                if not self.is_open:
                    raise NoAnswer("the connection is closed")
                self._transport.write(Pdu(command, sequence, body=body).encoded())
                return await answer
        except TimeoutError:
            raise NoAnswer(f"no response within {seconds:g} s") from None
        finally:
            self._waiting.pop(sequence, None)

    def respond(self, request: Pdu, status: int = ROK, body: bytes = b"") -> None:
        """Answer a request of the peer. If the connection has gone, nothing happens."""
        if self.is_open:
            self._transport.write(Pdu(request.command | RESPONSE, request.sequence, status, body).encoded())

    def close(self) -> None:
        """Send what is written and close."""
        self._transport.close()

    def abort(self) -> None:
        """Close at once."""
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Take what came in, in whatever pieces. Only a whole PDU is a sign of life: any peer can send octets."""
        try:
            for pdu in self._stream.feed(data):
                self.heard_at = self._loop.time()
                self._take(pdu)
        except InvalidFrame:
            self._transport.write(Pdu(GENERIC_NACK, 0, RINVCMDLEN).encoded())
            self.close()

    def connection_lost(self, error: Exception | None) -> None:
        """Let everybody who waits for a response know that none comes."""
        self._writable.set()
        if not self.closed.done():
            self.closed.set_result(None)
        for _, answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(NoAnswer("the connection ended before the response"))

    def pause_writing(self) -> None:
        """Read no more from a peer that does not read."""
        self._writable.clear()
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        """Go on."""
        self._writable.set()
        self._transport.resume_reading()

    def _take(self, pdu: Pdu) -> None:
        if pdu.is_response:
            self._settle(pdu)
        elif pdu.command == ENQUIRE_LINK:
            self.respond(pdu)
        elif pdu.command == UNBIND:
            self.respond(pdu)
            self.close()
        elif not self._on_request(self, pdu) and self.is_open:
            self._transport.write(Pdu(GENERIC_NACK, pdu.sequence, RINVCMDID).encoded())

    def _settle(self, pdu: Pdu) -> None:
        """Give a response to its request. One that belongs to none, or to one of another kind, is dropped."""
        command, answer = self._waiting.get(pdu.sequence, (0, None))
        if pdu.command == command and command & ~RESPONSE in BINDS and pdu.status in (ROK, RALYBND):
            self.is_bound = True  # now, because the next PDU may be in the same segment
        if answer and not answer.done() and pdu.command in (command, GENERIC_NACK):
            answer.set_result(pdu)

    def _next_sequence(self) -> int:
        self._sequence = self._sequence % MAX_SEQUENCE + 1
        return self._sequence if self._sequence not in self._waiting else self._next_sequence()
