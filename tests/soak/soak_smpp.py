"""20,000 messages over SMPP while connections go, and a minute of refusals: part of `make soak`."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pytest

from channels.contracts.sender import Message
from channels.outbox.repository import Outbox
from database.encryption import Seal
from smpp.constants import RMSGQFUL, RTHROTTLED
from tests.support.database import Registry
from tests.support.lost_connections import LEASE, LEFT, arrive_despite_losses
from tests.support.smpp_process import PHONE, bound_process
from tests.support.smsc import SUBMIT, SUBMIT_RESP, open_smsc, pdu, well_behaved

MESSAGES: Final = 20_000
REFUSED: Final = 200  # messages in the minute of refusals
MINUTE: Final = 60.0


@pytest.mark.timeout(3600)
async def test_20000_messages_arrive_whatever_connections_go(registry: Registry, tmp_path: Path) -> None:
    arrived = await arrive_despite_losses(registry, tmp_path, MESSAGES)
    print(f"\n{arrived.losses} connections gone, {arrived.doubles} of {MESSAGES} messages twice")
    assert (arrived.messages, arrived.is_within_window) == (MESSAGES, True)
    assert "Traceback" not in arrived.logged


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("status", [RTHROTTLED, RMSGQFUL])
async def test_minute_of_refusals_loses_nothing(registry: Registry, tmp_path: Path, status: int) -> None:
    outbox, begins = Outbox(registry.database, Seal(*registry.settings.secrets.rest)), time.monotonic()
    refused = 0

    def script(command: int, sequence: int) -> Iterable[bytes]:
        nonlocal refused
        if command != SUBMIT or time.monotonic() - begins > MINUTE:
            return well_behaved(command, sequence)
        refused += 1
        return [pdu(SUBMIT_RESP, sequence, status)]

    many = (Message(f"m{number}", "sms", f"+{PHONE}", f"{number}") for number in range(REFUSED))
    await asyncio.gather(*map(outbox.enqueue, many))
    async with open_smsc(script) as smsc, bound_process(registry, tmp_path, smsc.port, lease=LEASE) as zin:
        while (await registry.database.rows(LEFT))[0]["left"]:  # noqa: ASYNC110 - another process writes them
            await asyncio.sleep(0.5)
        arrived = Counter(smsc.taken)
    print(f"\n{refused} refusals in a minute")
    assert (len(arrived), arrived.total()) == (REFUSED, REFUSED)
    assert "Traceback" not in zin.logged
