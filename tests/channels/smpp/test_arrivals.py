"""What comes over a bind, and who takes it; and calls that come in great numbers, late, or while a process ends."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import cast

import pytest

from channels.smpp import call_deliveries
from channels.smpp.arrivals import Arrivals
from channels.smpp.call_deliveries import CallDeliveries
from channels.smpp.ussd_calls import UssdCalls
from smpp.connection import Connection
from smpp.constants import (
    DELIVER_SM,
    MESSAGE_PAYLOAD,
    RINVMSGLEN,
    RINVOPTPARSTREAM,
    RMSGQFUL,
    ROK,
    RTHROTTLED,
    RX_P_APPN,
    RX_T_APPN,
    SUBMIT_SM,
)
from smpp.errors import NotBound
from smpp.messages import ShortMessage
from smpp.pdu import Pdu
from tests.support.conversation import Town
from tests.support.patience import PATIENCE
from tests.support.ussd_centre import INFO, OP, deliver

CODE = "*384*229#"


@dataclass
class Bind:
    """A bind that answers with these statuses, then with ROK; the first submit fails if it is not bound."""

    statuses: list[int] = field(default_factory=list)
    is_bound: bool = True
    had: list[ShortMessage] = field(default_factory=list)
    urgent: list[bool] = field(default_factory=list)

    async def submit(self, message: ShortMessage, seconds: float, *, is_urgent: bool = False) -> Pdu:
        self.urgent.append(is_urgent)
        if not self.is_bound:
            raise NotBound("not_bound")
        self.had.append(message)
        return Pdu(SUBMIT_SM, 1, self.statuses.pop(0) if self.statuses else ROK)


@dataclass
class Peer:
    """A connection whose responses are noted, with how many screens had left before each."""

    bind: Bind
    statuses: list[int] = field(default_factory=list)
    screens: list[int] = field(default_factory=list)

    def respond(self, request: Pdu, status: int = ROK, body: bytes = b"") -> None:
        self.statuses.append(status)
        self.screens.append(len(self.bind.had))


class Desk:
    def __init__(self, calls: UssdCalls) -> None:
        self.bind = Bind()
        self.calls, self.peer = CallDeliveries("essai", calls), Peer(self.bind)
        self.calls.bind = self.bind
        self.arrivals = Arrivals("essai", self.calls, None)

    def deliver(self, *bodies: bytes) -> list[int]:
        before = len(self.peer.statuses)
        for body in bodies:
            self.arrivals.take(cast(Connection, self.peer), Pdu(DELIVER_SM, 1, 0, body))
        return self.peer.statuses[before:]

    async def end(self) -> list[ShortMessage]:
        async with asyncio.timeout(PATIENCE):
            await self.calls.close()
        return self.bind.had


@pytest.fixture
def desk(calls: UssdCalls) -> Desk:
    return Desk(calls)


def begin(number: int = 1) -> bytes:
    return deliver(f"22901{number:08}", b"", {OP: b"\1", INFO: b"\0\6"}, CODE)


async def test_call_is_answered_before_its_screen(desk: Desk) -> None:
    assert desk.deliver(begin()) == [ROK]
    (screen,) = await desk.end()
    assert b"Bienvenue" in screen.text
    assert (desk.peer.screens, desk.bind.urgent) == ([0], [True])


async def test_many_calls_at_once_are_all_answered(desk: Desk) -> None:
    assert desk.deliver(*map(begin, range(1000))) == [ROK] * 1000
    screens = await desk.end()
    assert len({one.destination.digits for one in screens}) == 1000


async def test_beyond_the_limit_calls_come_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call_deliveries, "MAX_CALLS", 2)
    assert desk.deliver(*map(begin, range(3))) == [ROK, ROK, RMSGQFUL]
    assert len(await desk.end()) == 2


async def test_call_with_a_long_body_is_refused_and_not_held(desk: Desk) -> None:
    long = deliver("2290190000001", b"", {OP: b"\1", MESSAGE_PAYLOAD: b"1" * 60_000}, "*384*229#")
    assert desk.deliver(long) == [RINVMSGLEN]
    assert await desk.end() == []


async def test_what_comes_while_it_ends_comes_again(desk: Desk) -> None:
    await desk.end()
    assert desk.deliver(begin()) == [RX_T_APPN]


async def test_throttled_screen_leaves_again(desk: Desk) -> None:
    desk.bind.statuses = [RTHROTTLED, RMSGQFUL]
    desk.deliver(begin())
    first, second, third = await desk.end()
    assert first == second == third


async def test_screen_that_is_late_leaves_no_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call_deliveries, "SCREEN_SECONDS", 0.0)
    desk.bind.statuses = [RTHROTTLED]
    desk.deliver(begin())
    assert len(await desk.end()) == 1


async def test_lost_bind_ends_no_other_call(desk: Desk) -> None:
    desk.bind.is_bound = False
    desk.deliver(begin(1))
    await asyncio.sleep(0)
    desk.deliver(begin(2))
    assert await desk.end() == []
    assert desk.bind.urgent == [True, True]


async def test_file_without_messages_refuses_them(desk: Desk) -> None:
    sms, cut = deliver("2290190000001", b"BAC 12345", {}, "5000"), begin()[:-3]
    assert desk.deliver(sms, cut) == [RX_P_APPN, RINVOPTPARSTREAM]


async def test_file_without_calls_refuses_them(desk: Desk, town: Town) -> None:
    desk.arrivals = Arrivals("essai", None, None)
    assert desk.deliver(begin()) == [RX_P_APPN]
    assert town.market.asked == []
