"""A centre that carries calls over one bind, and our side of it: each phone waits for the screen of its number.

The centre packs its PDUs by hand (tests/support/smsc.py), so that it shares no code with what it tests.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import NamedTuple

from channels.smpp.arrivals import Arrivals
from channels.smpp.call_deliveries import CallDeliveries
from channels.smpp.ussd_calls import UssdCalls
from smpp.bind_request import BindRequest
from smpp.client import Client, Peer
from smpp.window import Window
from tests.support.patience import PATIENCE
from tests.support.smsc import BIND, DELIVER, DELIVER_RESP, ENQUIRE, SUBMIT, UNBIND, pdu, tlv

OP, INFO, REFERENCE = 0x0501, 0x1383, 0x0204


class Shown(NamedTuple):
    """What a submit_sm says: service_type, sender, text as octets, data_coding and optional parameters."""

    service: bytes
    sender: bytes
    text: bytes
    coding: int
    parameters: dict[int, bytes]


def deliver(number: str, text: bytes, parameters: dict[int, bytes], to: str = "384229", service: str = "") -> bytes:
    """The body of a deliver_sm from a phone."""
    head = f"{service}\0\1\1{number}\0\0\1{to}\0".encode() + b"\0\0\0\0\0\0\0\0\0" + bytes((len(text),))
    return head + text + b"".join(tlv(tag, value) for tag, value in parameters.items())


def read_submit(body: bytes) -> tuple[str, Shown]:
    """Read the body of a submit_sm; the number that it is for, and what it shows."""
    service, rest = body.split(b"\0", 1)
    sender, rest = rest[2:].split(b"\0", 1)
    number, rest = rest[2:].split(b"\0", 1)
    _, _validity, rest = rest[3:].split(b"\0", 2)
    coding, length, rest = rest[2], rest[4], rest[5:]
    text, rest, parameters = rest[:length], rest[length:], {}
    while rest:
        tag, size = struct.unpack("!HH", rest[:4])
        parameters[tag], rest = rest[4 : 4 + size], rest[4 + size :]
    return number.decode(), Shown(service, sender, text, coding, parameters)


class Centre:
    """The centre of an operator. waiting are the phones that expect a screen, acknowledged the deliver_sm_resp; client
    is our side of the bind.
    """

    client: Client

    def __init__(self) -> None:
        self._writer: asyncio.StreamWriter | None = None
        self._sequence, self.acknowledged = 0, 0
        self.waiting: dict[str, asyncio.Queue[Shown]] = {}
        self.bound = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while not writer.is_closing():
                length, command, _, sequence = struct.unpack("!IIII", await reader.readexactly(16))
                body = await reader.readexactly(length - 16)
                if command in (BIND, SUBMIT, UNBIND, ENQUIRE):
                    answer = {BIND: b"centre\0", SUBMIT: b"%d\0" % sequence}.get(command, b"")
                    writer.write(pdu(command | 0x80000000, sequence, body=answer))
                self._note(command, body)
        writer.close()

    def _note(self, command: int, body: bytes) -> None:
        self.acknowledged += command == DELIVER_RESP
        if command == BIND:
            self.bound.set()
        elif command == SUBMIT:
            number, shown = read_submit(body)
            self.waiting.setdefault(number, asyncio.Queue()).put_nowait(shown)

    def send(self, body: bytes) -> None:
        """Send a deliver_sm."""
        assert self._writer, "bound"
        self._sequence += 1
        self._writer.write(pdu(DELIVER, self._sequence, body=body))

    async def screen(self, number: str) -> Shown:
        """The next screen of this number."""
        async with asyncio.timeout(PATIENCE):
            return await self.waiting.setdefault(number, asyncio.Queue()).get()

    async def ask(self, body: bytes, number: str) -> Shown:
        """Send a deliver_sm and wait for the screen."""
        self.send(body)
        return await self.screen(number)


@asynccontextmanager
async def centre_for(calls: UssdCalls) -> AsyncIterator[Centre]:
    """A centre whose deliveries `calls` answers, over one bind of our client."""
    centre = Centre()
    server = await asyncio.start_server(centre.serve, "127.0.0.1", 0)
    deliveries = CallDeliveries("essai", calls)
    peer = Peer("127.0.0.1", server.sockets[0].getsockname()[1], answer_seconds=PATIENCE)
    take = Arrivals("essai", deliveries, None).take
    deliveries.bind = centre.client = client = Client(peer, BindRequest("zin", "secret"), Window(100, 100_000.0), take)
    run = asyncio.create_task(client.run())
    try:
        async with asyncio.timeout(PATIENCE):
            await centre.bound.wait()
            yield centre
            await deliveries.close()
    finally:
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)
        client.window.close()
        server.close()
