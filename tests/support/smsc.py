"""A message centre on this machine that answers as a test says, rightly or wrongly; its PDUs are packed by hand."""

from __future__ import annotations

import asyncio
import ssl
import struct
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from smpp.bind_request import BindRequest
from smpp.client import Client, Peer
from smpp.connection import Connection
from smpp.errors import InvalidFrame
from smpp.messages import Address, ShortMessage, decode_message
from smpp.pdu import Pdu, PduStream
from smpp.window import Window
from tests.support.patience import PATIENCE

BIND, BIND_RESP, SUBMIT, SUBMIT_RESP, DELIVER, DELIVER_RESP = 9, 0x80000009, 4, 0x80000004, 5, 0x80000005
UNBIND, UNBIND_RESP, ENQUIRE, ENQUIRE_RESP, NACK = 6, 0x80000006, 0x15, 0x80000015, 0x80000000
SHORT = ShortMessage(Address("5000"), Address("2290190000001", 1, 1), b"hello")


def pdu(command: int, sequence: int, status: int = 0, body: bytes = b"") -> bytes:
    return struct.pack("!IIII", 16 + len(body), command, status, sequence) + body


def delivery(sequence: int, text: bytes = b"hi", parameters: bytes = b"", esm: int = 0, service: bytes = b"") -> bytes:
    addresses = b"\1\1" + b"2290190000001\0" + b"\0\0" + b"5000\0"
    body = service + b"\0" + addresses + bytes((esm, 0, 0)) + b"\0\0" + bytes((0, 0, 0, 0, len(text))) + text
    return pdu(DELIVER, sequence, body=body + parameters)


def tlv(tag: int, value: bytes) -> bytes:
    return struct.pack("!HH", tag, len(value)) + value


def well_behaved(command: int, sequence: int) -> Iterable[bytes]:
    """What a peer without faults answers."""
    bodies = {BIND: b"smsc\0", SUBMIT: b"id%d\0" % sequence, ENQUIRE: b"", UNBIND: b""}
    if command in bodies:
        yield pdu(command | NACK, sequence, body=bodies[command])


Script = Callable[[int, int], Iterable[bytes]]


@dataclass(slots=True)
class Smsc:
    """What it heard, on which connection, and how it answers; `closes` are the commands behind which it hangs up
    once.

    `answers` has what it wrote to each PDU of `heard`; `in_octets` writes each octet by itself.
    """

    script: Script = well_behaved
    port: int = 0
    connections: int = 0
    heard: list[tuple[int, int, bytes]] = field(default_factory=list)
    statuses: list[tuple[int, int]] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)
    closes: frozenset[int] = frozenset()
    in_octets: bool = False
    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.append(writer)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while not writer.is_closing():
                length, command, status, sequence = struct.unpack("!IIII", await reader.readexactly(16))
                body = await reader.readexactly(length - 16)
                await self._note(command, status, sequence, body)
                self.answers.append(b"".join(self.script(command, sequence)))
                await self._write(writer, self.answers[-1])
                if command in self.closes:
                    self.closes -= {command}
                    break
        writer.close()

    async def _note(self, command: int, status: int, sequence: int, body: bytes) -> None:
        async with self.arrived:
            self.heard.append((command, sequence, body))
            self.statuses.append((command, status))
            self.arrived.notify_all()

    async def _write(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        if self.in_octets:
            for octet in data:
                writer.write(bytes((octet,)))
                await asyncio.sleep(0)
        else:
            writer.write(data)
        await writer.drain()

    @property
    def taken(self) -> list[bytes]:
        """The texts of the messages that it did not refuse, answered or not."""
        pairs = zip(self.heard, self.answers, strict=False)
        return [
            decode_message(body).text
            for (command, number, body), answer in pairs
            if command == SUBMIT and not _refuses(answer, number)
        ]

    def send(self, data: bytes) -> None:
        """Send something on the newest connection."""
        self.writers[-1].write(data)

    async def until(self, command: int, times: int = 1) -> None:
        """Wait until it heard a command so many times."""
        async with asyncio.timeout(PATIENCE), self.arrived:
            await self.arrived.wait_for(lambda: [one[0] for one in self.heard].count(command) >= times)


def _refuses(answer: bytes, sequence: int) -> bool:
    """Return whether these octets refuse the message of this sequence number."""
    try:
        return any(one.sequence == sequence and one.is_response and one.status for one in PduStream().feed(answer))
    except InvalidFrame:
        return False


@asynccontextmanager
async def open_smsc(script: Script = well_behaved, tls: ssl.SSLContext | None = None) -> AsyncIterator[Smsc]:
    smsc = Smsc(script)
    server = await asyncio.start_server(smsc.serve, "127.0.0.1", 0, ssl=tls)
    smsc.port = server.sockets[0].getsockname()[1]
    try:
        yield smsc
    finally:
        server.close()
        for writer in smsc.writers:
            writer.close()


@dataclass(slots=True)
class Bound:
    """Our client beside a peer: the deliveries that it had, and each change of its bind."""

    client: Client
    had: list[Pdu] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, connection: Connection, pdu: Pdu) -> None:
        self.had.append(pdu)
        connection.respond(pdu, body=b"\0")
        self.changed.set()

    def change(self, why: str) -> None:
        self.changes.append(why)
        self.changed.set()

    async def until(self, met: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not met():
                self.changed.clear()
                await self.changed.wait()

    async def bound(self) -> None:
        await self.until(lambda: self.client.is_bound)


@asynccontextmanager
async def bound_to(
    port: int,
    *,
    most: int = 10,
    short: float = PATIENCE,
    enquire: float = PATIENCE,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[Bound]:
    """Our client, which runs until the end of this context. `short` is how long it waits for any response."""
    peer = Peer(
        "127.0.0.1",
        port,
        tls,
        bind_seconds=short,
        answer_seconds=short,
        enquire_seconds=enquire,
        longest_pause=0.02,
    )
    bound = Bound(client=None)  # type: ignore[arg-type]  # it needs the callbacks first
    bound.client = Client(peer, BindRequest("zin", "secret"), Window(most, 10_000.0), bound.take, bound.change)
    task = asyncio.create_task(bound.client.run())
    try:
        yield bound
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        bound.client.window.close()


def silent_on(silent: int, command: int, sequence: int) -> Iterable[bytes]:
    """What a peer answers that is silent on one command."""
    return () if command == silent else well_behaved(command, sequence)
