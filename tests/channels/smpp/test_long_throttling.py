"""An operator that says « throttled » or « queue full » for a minute: every message arrives once, and few are refused.

The minute is one of a virtual clock (tests/support/virtual_loop.py); `make soak` plays a real one to `zin smpp`.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field

import pytest

from channels.contracts.sender import Message, RetryLater
from channels.smpp.sender import SmppSms, SmsRoute
from smpp.bind_request import BindRequest
from smpp.client import Client, Peer
from smpp.connection import Connection
from smpp.constants import BINDS, RMSGQFUL, RTHROTTLED, SUBMIT_SM
from smpp.messages import decode_message
from smpp.octets import encode_string
from smpp.pdu import Pdu
from smpp.window import Window
from tests.support.smpp_gateway import example, example_sms
from tests.support.virtual_loop import run_virtually

MANY = 200  # messages, as many tasks as the outbox has in flight
WINDOW, PER_SECOND = 10, 20.0
MINUTE = 60.0
PAUSE = 5.0  # seconds, before the outbox tries again


@dataclass
class Busy:
    """An operator that refuses everything with a status for a minute."""

    status: int
    arrived: Counter[bytes] = field(default_factory=Counter)
    refused: int = 0

    def accept(self) -> Connection:
        return Connection(self.take)

    def take(self, connection: Connection, pdu: Pdu) -> bool:
        if pdu.command in BINDS:
            connection.respond(pdu, body=encode_string("busy"))
        elif pdu.command == SUBMIT_SM and asyncio.get_running_loop().time() < MINUTE:
            self.refused += 1
            connection.respond(pdu, self.status)
        elif pdu.command == SUBMIT_SM:
            self.arrived[decode_message(pdu.body).text] += 1
            connection.respond(pdu, body=encode_string("1"))
        return True


async def send_all() -> float:
    """Send every message, again and again while it is refused; the time when all were taken."""
    loop = asyncio.get_running_loop()
    client = Client(Peer("operator", 2775), BindRequest("zin", "secret"), Window(WINDOW, PER_SECOND), lambda *_: None)
    running = asyncio.create_task(client.run())
    sender = SmppSms([SmsRoute("essai", example().file, example_sms(), client)])
    await asyncio.gather(*(send(sender, number) for number in range(MANY)))
    took = loop.time()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    client.window.close()
    return took


async def send(sender: SmppSms, number: int) -> None:
    while True:
        try:
            await sender.send(Message(f"m{number}", "sms", "+2290190000001", f"message {number}"))
        except RetryLater:
            await asyncio.sleep(PAUSE)
        else:
            return


@pytest.mark.parametrize("status", [RTHROTTLED, RMSGQFUL])
def test_minute_of_refusals_loses_nothing(status: int) -> None:
    busy = Busy(status)
    took = run_virtually(send_all, busy.accept)
    assert set(busy.arrived.values()) == {1}
    assert len(busy.arrived) == MANY
    assert busy.refused < 40, "the window slows down: without it, 1,200 would be refused"
    assert took < 2 * MINUTE, "and it comes back"
