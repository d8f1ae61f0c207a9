"""Measures hops a second over one SMPP bind, and the memory of `zin smpp`: `python -m bench.smpp_hops`.

An operator on this machine plays 100 phones at once, each of which calls to an exam result again and again, every time
with another number: a new citizen, who chooses the language first. The next input of a phone comes as soon as its
screen is there, and each submit_sm is answered at once. The start-up and the first calls are not measured. A time is
that from the deliver_sm to the submit_sm of its screen, both on the operator's side. `make bench` runs it.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Final

from bench.delivery import fill
from bench.processes import ROOT, cpu_of
from bench.report import add_rows, dated
from bench.smpp import LONGEST, bound_to, resident_megabytes, takes_bind
from settings import Settings
from smpp.connection import Connection
from smpp.constants import BINDS, DELIVER_SM, ITS_SESSION_INFO, SUBMIT_SM, USSD_SERVICE_OP
from smpp.messages import Address, ShortMessage, decode_message
from smpp.octets import encode_string
from smpp.pdu import Pdu

HOPS: Final = 30_000
WARM_UP: Final = 3000  # hops that are not measured
PHONES: Final = 100
CODE: Final = "*384*229#"
EXAM: Final = ("1", "3", "1", "12345", "3")
SMALLEST: Final = 10  # octets of a screen: less is no screen of these calls
USSD: Final = f'ussd: {{code: "{CODE}", dialect: tata}}\n'
HEADING: Final = """
# Hops a second over SMPP

One row for each run of `make bench`: hops a second over one bind with 100 phones that call to exam results at once, the
time within which half and 99 in 100 of their screens came, the CPU of `zin smpp` for one hop, its resident memory at
the end, and the hops that got no screen of the call. bench/smpp_hops.py says how.

| date | commit | machine | phones | hops | hops/s | p50 ms | p99 ms | CPU µs | MB | wrong |
|---|---|---|---|---|---|---|---|---|---|---|
"""


@dataclass(slots=True)
class Phones:
    """The operator and its phones. seconds are the times of the screens in their order, wrong those that are none."""

    seconds: list[float] = field(default_factory=list)
    wrong: int = 0
    bound: asyncio.Future[Connection] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    _numbers: Iterator[int] = field(default_factory=count)
    _waiting: dict[str, asyncio.Future[bytes]] = field(default_factory=dict)
    _answers: count[int] = field(default_factory=count)

    def accept(self) -> Connection:
        """Return what answers a new connection."""
        return Connection(self._take)

    def _take(self, connection: Connection, pdu: Pdu) -> bool:
        if takes_bind(connection, pdu):
            self.bound.set_result(connection)
        elif pdu.command == SUBMIT_SM:
            self._show(connection, pdu)
        return pdu.command in BINDS or pdu.command == SUBMIT_SM

    def _show(self, connection: Connection, pdu: Pdu) -> None:
        connection.respond(pdu, body=encode_string(str(next(self._answers))))
        message = decode_message(pdu.body)
        if waiting := self._waiting.pop(message.destination.digits, None):
            waiting.set_result(message.text)

    async def play(self, until: int) -> None:
        """Call with one phone after the other until so many screens came."""
        connection = await self.bound
        while len(self.seconds) < until:
            number = next(self._numbers)
            for typed in ("", *EXAM):
                await self._hop(connection, number, typed)

    async def _hop(self, connection: Connection, number: int, typed: str) -> None:
        phone, begins = f"22901{number:08}", not typed
        operation, session = b"\1" if begins else b"\x12", (2 * number & 0xFFFF).to_bytes(2, "big")
        message = ShortMessage(
            Address(phone, 1, 1),
            Address(CODE),
            typed.encode(),
            parameters={USSD_SERVICE_OP: operation, ITS_SESSION_INFO: session},
        )
        screen = self._waiting[phone] = asyncio.get_running_loop().create_future()
        began = perf_counter()
        await connection.request(DELIVER_SM, message.encoded(), LONGEST)
        text = await screen
        self.seconds.append(perf_counter() - began)
        self.wrong += len(text) < SMALLEST or (typed == "12345" and typed.encode() not in text)


async def run(hops: int) -> Sequence[Sequence[str]]:
    """Measure, and return the row of the table."""
    phones = Phones()
    with tempfile.TemporaryDirectory(prefix="zin-bench-") as data, tempfile.TemporaryDirectory() as gateways:
        settings = Settings(data=Path(data))
        await fill(settings, 0)
        shutil.copytree(ROOT / "gateways" / "dialects", Path(gateways, "dialects"))
        async with asyncio.timeout(LONGEST), bound_to(phones.accept, settings, Path(gateways), USSD) as pid:
            await asyncio.gather(*(phones.play(WARM_UP) for _ in range(PHONES)))
            first, began, spent = len(phones.seconds), perf_counter(), -cpu_of(pid)
            await asyncio.gather(*(phones.play(first + hops) for _ in range(PHONES)))
            lasted, spent = perf_counter() - began, spent + cpu_of(pid)
            memory = resident_megabytes(pid)
    times = sorted(phones.seconds[first:])
    many = len(times)
    half, most = (1000 * times[many * part // 100] for part in (50, 99))
    cells = (f"{many / lasted:.0f}", f"{half:.1f}", f"{most:.1f}", f"{1e6 * spent / many:.0f}", f"{memory:.0f}")
    return [[*dated(), str(PHONES), str(many), *cells, str(phones.wrong)]]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="measures hops a second over one SMPP bind")
    parser.add_argument("--hops", type=int, default=HOPS)
    add_rows(HEADING, asyncio.run(run(parser.parse_args().hops)))
