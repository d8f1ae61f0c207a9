"""Processes that send by one table of routes side by side."""

from __future__ import annotations

import asyncio

from channels.contracts.sender import Message
from channels.outbox.repository import Outbox
from database.encryption import Seal
from tests.support.database import Registry
from tests.support.routed_processes import MOOV, MTN, RoutedTown, SendingProcess

ALL = ("mtn-sms", "operateur", "africastalking")


async def test_each_message_leaves_once_beside_others(registry: Registry) -> None:
    town = RoutedTown(registry)
    processes = [SendingProcess(town, *ALL) for _ in range(3)]
    keys = [f"m{number:03}" for number in range(200)]
    await town.post(**{key: MTN if place % 2 else MOOV for place, key in enumerate(keys)})
    while len(await town.routes()) < len(keys):
        await asyncio.gather(*(one.round() for one in processes))
    took = [one.took for process in processes for one in process.gateways.values()]
    assert sum(sum(one.values()) for one in took) == len(keys)


async def test_message_of_a_process_without_the_table_is_taken(registry: Registry) -> None:
    town = RoutedTown(registry)
    await Outbox(registry.database, Seal("a secret"), town.clock).enqueue(Message("a", "sms", MTN, "Bonjour"))
    process = SendingProcess(town, *ALL)
    await process.round()
    assert await town.routes() == {}
    await town.outbox.adopt("sms")
    await process.round()
    assert await town.routes() == {"a": "mtn-sms"}
