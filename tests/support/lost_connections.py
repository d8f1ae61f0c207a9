"""`zin smpp` beside an operator whose connections go at any moment: before, in the middle of and behind a response."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import func, select

from channels.contracts.sender import Message
from channels.outbox.repository import Outbox
from database import tables
from database.encryption import Seal
from tests.support.database import Registry
from tests.support.smpp_faults import WINDOW
from tests.support.smpp_process import PHONE, bound_process
from tests.support.smsc import SUBMIT, Smsc, open_smsc, well_behaved

EVERY: Final = 40  # messages between two losses, on average
LEASE: Final = 60.0  # seconds: longer than a busy machine needs for any answer
TRANSACTION: Final = 100  # messages that are put into the outbox at once
LEFT = select(func.count().label("left")).where(tables.outbox.c.state != "sent", tables.outbox.c.state != "delivered")


class Arrived(NamedTuple):
    """How many different messages arrived, how often more than once, how many connections went, and our log."""

    messages: int
    doubles: int
    losses: int
    logged: str

    @property
    def is_within_window(self) -> bool:
        """Whether no more came twice than what was in flight."""
        return self.doubles <= self.losses * WINDOW


class Losses:
    """A script of an operator (tests/support/smsc.py): the same losses each time."""

    def __init__(self, smsc: Smsc) -> None:
        self._smsc, self._random = smsc, random.Random(19)
        self.times = 0

    def __call__(self, command: int, sequence: int) -> Iterable[bytes]:
        answer = b"".join(well_behaved(command, sequence))
        if command == SUBMIT and self._random.randrange(EVERY) == 0:
            self.times += 1
            self._smsc.closes = frozenset({SUBMIT})
            answer = answer[: self._random.randrange(len(answer) + 1)]
        yield answer


async def arrive_despite_losses(registry: Registry, folder: Path, messages: int) -> Arrived:
    """Send so many messages until none waits."""
    outbox = Outbox(registry.database, Seal(*registry.settings.secrets.rest))
    for begin in range(0, messages, TRANSACTION):
        numbers = range(begin, min(begin + TRANSACTION, messages))
        await asyncio.gather(*(outbox.enqueue(Message(f"m{n}", "sms", f"+{PHONE}", f"{n}")) for n in numbers))
    changes = {"enquire_seconds: 30": "enquire_seconds: 30\nanswer_seconds: 25"}
    async with open_smsc() as smsc, bound_process(registry, folder, smsc.port, changes, LEASE) as zin:
        smsc.script = losses = Losses(smsc)
        while (await registry.database.rows(LEFT))[0]["left"]:  # noqa: ASYNC110 - another process writes them
            await asyncio.sleep(0.1)
        arrived = Counter(smsc.taken)
        return Arrived(len(arrived), arrived.total() - messages, losses.times, zin.logged)
