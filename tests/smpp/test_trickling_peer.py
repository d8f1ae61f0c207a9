"""A peer that sends an octet a second and never a whole PDU: no sign of life, so the client leaves it."""

from __future__ import annotations

import asyncio
from typing import cast

from smpp.bind_request import BindRequest
from smpp.client import Client, Peer
from smpp.pdu import PduStream
from smpp.window import Window
from tests.support.smsc import BIND, DELIVER, pdu, well_behaved
from tests.support.virtual_loop import run_virtually

MINUTE = 60


class Trickling(asyncio.Protocol):
    """Takes the bind; then a delivery comes, an octet a second."""

    binds = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport, self._stream = cast(asyncio.Transport, transport), PduStream()

    def data_received(self, data: bytes) -> None:
        for request in self._stream.feed(data):
            if request.command == BIND:
                Trickling.binds += 1
                self._transport.write(b"".join(well_behaved(BIND, request.sequence)))
                self._trickle(pdu(DELIVER, 1, body=b"x" * 1000))

    def _trickle(self, rest: bytes) -> None:
        self._transport.write(rest[:1])
        asyncio.get_running_loop().call_later(1.0, self._trickle, rest[1:])


async def minute() -> list[str]:
    """What the client says of its bind within a minute."""
    changes = list[str]()
    peer = Peer("operator", 2775, answer_seconds=5.0, enquire_seconds=10.0)
    client = Client(peer, BindRequest("zin", "secret"), Window(1, 1.0), lambda *_: None, changes.append)
    running = asyncio.create_task(client.run())
    await asyncio.sleep(MINUTE)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return changes


def test_octets_alone_are_no_sign_of_life() -> None:
    changes = run_virtually(minute, Trickling)
    assert changes[:3] == ["", "no response within 5 s", ""]
    assert Trickling.binds > 2
