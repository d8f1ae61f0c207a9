"""Citizens who call, and citizens who write by SMS and WhatsApp, one conversation after another until they are stopped.

Each conversation is that of a citizen who is new. Who gets no answer, an apology or a wrong one ends it.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from tests.drill.front import NO_ANSWER, Front
from tests.drill.observations import Exchange, Hop, Observations, worth
from tests.drill.proxy_front import ProxyFront
from tests.drill.scripts import Channel, Scripts, Step, read_of_chat
from tests.support.city import signed
from tests.support.sms_gateway import FakeAnswer, recipient
from tests.support.whatsapp_payloads import message, notice

PHONES: Final = 12  # behind all fronts
WRITERS: Final = 4  # of each channel
FIRST: Final = 50_000_001  # number of a citizen
PAUSE: Final = 0.1  # seconds between two inputs of a citizen
REPEAT: Final = 0.5  # seconds until a gateway repeats a message that was not accepted
PATIENCE: Final = 15.0  # seconds that a citizen waits for a message before another one writes


class Crowd:
    """The citizens behind one front of a drill, and what they saw: those whose place is `share` modulo `shares`."""

    def __init__(
        self, front: Front | ProxyFront, scripts: Scripts, secret: str, share: int = 0, shares: int = 1
    ) -> None:
        self._front, self._scripts, self._secret = front, scripts, secret
        self._share, self._shares = share, shares
        self._numbers, self._until_stopped = itertools.count(FIRST + share, shares), asyncio.Event()
        self._writing: dict[str, list[Exchange]] = defaultdict(list)
        self.seen, self.in_flight = Observations(), 0

    async def run(self) -> None:
        """Call and write until `stop`."""
        phones = (self._phone(place) for place in range(self._share, PHONES, self._shares))
        places = range(self._share, WRITERS, self._shares)
        writers = (self._writer(channel, place) for channel in ("sms", "whatsapp") for place in places)
        await asyncio.gather(*phones, *writers)

    def stop(self) -> None:
        """Begin no further conversation."""
        self._until_stopped.set()

    def unanswered(self) -> int:
        """How many messages have no answer yet."""
        return sum(not one.is_over for one in self.seen.exchanges)

    def take_sms(self, form: Mapping[str, str]) -> FakeAnswer:
        """What the gateway of SMS says to a message of Zin, which its citizen reads at once."""
        self._bring(form["to"].removeprefix("+"), form["message"])
        return FakeAnswer(recipient(named=f"ATXid_{next(self._numbers)}"))

    def take_chat(self, sent: Mapping[str, Any]) -> None:
        """Let the citizen read a message that WhatsApp got."""
        self._bring(str(sent["to"]), read_of_chat(sent))

    def _bring(self, address: str, read: str) -> None:
        exchanges = self._writing[address]
        meant = next((one for one in reversed(exchanges) if one.step.read == read), exchanges[-1])
        meant.take(read, time.monotonic())

    async def _phone(self, place: int) -> None:
        for script in self._in_turn("ussd", place):
            await self._call(script)
            await asyncio.sleep(PAUSE)

    async def _call(self, script: Sequence[Step]) -> None:
        number = next(self._numbers)
        form = {"sessionId": f"ATUid_{number}", "serviceCode": "*384*229#", "phoneNumber": f"+22901{number}"}
        for place, step in enumerate(script):
            text, sent = "*".join(one.typed for one in script[1 : place + 1]), time.monotonic()
            with self._waiting():
                read = await self._front.post(f"/ussd/africastalking/{self._secret}", form | {"text": text}, {})
            how = "lost" if read == NO_ANSWER else worth(read.removesuffix("\n"), step)
            self.seen.hops.append(Hop(sent, time.monotonic(), how, f"{text}: {read!r}"))
            if how != "right":
                return
            await asyncio.sleep(PAUSE)

    async def _writer(self, channel: Channel, place: int) -> None:
        for script in self._in_turn(channel, place):
            number = next(self._numbers)
            for place_of_step, step in enumerate(script):
                exchange = Exchange(step, time.monotonic())
                self.seen.exchanges.append(exchange)
                self._writing[f"22901{number}"].append(exchange)
                await self._write(channel, number, place_of_step, exchange)
                if not await _is_answered(exchange):
                    break
                await asyncio.sleep(PAUSE)

    async def _write(self, channel: Channel, number: int, place: int, exchange: Exchange) -> None:
        """Hand a message in, again and again until it is accepted, as gateways do."""
        request = self._sms if channel == "sms" else _chat
        path, body, headers = request(number, place, exchange.step.typed)
        while not exchange.accepted:
            with self._waiting():
                exchange.accepted = await self._front.post(path, body, headers) != NO_ANSWER
            if not exchange.accepted:
                await asyncio.sleep(REPEAT)

    def _sms(self, number: int, place: int, typed: str) -> tuple[str, Mapping[str, str], Mapping[str, str]]:
        form = {"from": f"+22901{number}", "to": "5000", "text": typed, "id": f"{number}-{place}"}
        return f"/sms/africastalking/{self._secret}", form, {}

    @contextmanager
    def _waiting(self) -> Iterator[None]:
        self.in_flight += 1
        try:
            yield
        finally:
            self.in_flight -= 1

    def _in_turn(self, channel: Channel, place: int) -> Iterator[Sequence[Step]]:
        scripts = self._scripts[channel]
        for turn in itertools.count(place):
            if self._until_stopped.is_set():
                return
            yield scripts[turn % len(scripts)]


def _chat(number: int, place: int, typed: str) -> tuple[str, bytes, Mapping[str, str]]:
    fields = {"from": f"22901{number}", "id": f"wamid.{number}-{place}", "timestamp": str(round(time.time()))}
    body = notice(message(**fields, text={"body": typed}))
    return "/whatsapp", body, signed(body)


async def _is_answered(exchange: Exchange) -> bool:
    until = time.monotonic() + PATIENCE
    while not exchange.is_over and time.monotonic() < until:  # noqa: ASYNC110 - the answer comes from a gateway
        await asyncio.sleep(0.02)
    return bool(exchange.answered)
