"""The window of one gateway: the messages that this process claimed ahead, and those that are in flight.

    claimed ahead -> its turn: a place in flight, and one use of the gateway's rate -> in flight -> settled

A message that is ready leaves as soon as there is a turn, so a slow message holds up no other. Awaited answers have the
first turns. At a kill, the messages in flight may be sent twice; those that were claimed ahead were not sent. So few
are claimed ahead that an awaited answer, which is claimed first, is never far from its turn.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Final

from channels.contracts.sender import RetryLater
from state.errors import StoreUnavailable
from state.store.interface import Allowance

MAX_IN_FLIGHT: Final = 128  # messages to one gateway from one process
MAX_AHEAD: Final = 128  # messages claimed ahead
AHEAD_SECONDS: Final = 0.1  # that the messages claimed ahead last at the gateway's rate
TURN: Final = 10.0  # seconds at most that a claimed message waits for its turn
REST: Final = 0.01  # seconds at least between two questions for uses of the rate while there are none
PAUSED: Final = 0.5  # seconds before a message that was claimed and not sent is due again
FULL: Final = 0.5  # seconds at most before a full window looks whom it keeps for too long

Pace = Callable[[str, int], Awaitable[Allowance]]


class Place:
    """The place of one message in a window, from its claim until its `with` block ends."""

    __slots__ = ("_window", "in_flight", "is_awaited", "turn", "until")

    def __init__(self, window: DeliveryWindow, *, is_awaited: bool) -> None:
        loop = asyncio.get_running_loop()
        self._window, self.is_awaited, self.in_flight = window, is_awaited, False
        self.turn: asyncio.Future[None] = loop.create_future()
        self.until = loop.time() + TURN

    async def wait_for_turn(self) -> None:
        """Wait until the message may be sent. Raises RetryLater if the wait would exceed TURN, or without a rate."""
        self._window.queue(self)
        await self.turn

    def __enter__(self) -> Place:
        return self

    def __exit__(self, *_: object) -> None:
        self.turn.cancel()
        self._window.leave(self)


class DeliveryWindow:
    """The window of one gateway. pace gives up to so many uses of its rate, which all processes share."""

    def __init__(self, gateway: str, per_second: float, pace: Pace) -> None:
        self.gateway, self._pace = gateway, pace
        self._most_ahead = self._limit = max(1, min(MAX_AHEAD, int(per_second * AHEAD_SECONDS)))
        self._ahead = self._in_flight = 0
        self._is_closed = self._lacks_turns = False
        self._queue: list[tuple[bool, int, Place]] = []
        self._numbers = count()
        self._turns: asyncio.Task[None] | None = None
        self._moved, self._freed = asyncio.Event(), asyncio.Event()

    async def room(self) -> int:
        """Wait until half of what may be claimed ahead has left. Returns how many messages may be claimed.

        If that takes longer than AHEAD_SECONDS for want of turns, because other processes use the rate too or the
        gateway is slow, fewer messages may be claimed ahead from now on; more when there are turns again.
        """
        loop = asyncio.get_running_loop()
        began, self._lacks_turns = loop.time(), False
        while self._ahead > self._most_ahead // 2:
            self._moved.clear()
            await self._moved.wait()
        if not self._lacks_turns:
            self._most_ahead = min(self._limit, self._most_ahead * 2)
        elif loop.time() - began > AHEAD_SECONDS:
            self._most_ahead = max(1, self._most_ahead // 2)
        return max(1, self._most_ahead - self._ahead)

    def place(self, *, is_awaited: bool) -> Place:
        """The place of a message that was just claimed."""
        self._ahead += 1
        return Place(self, is_awaited=is_awaited)

    def queue(self, place: Place) -> None:
        """Let a place have a turn. Raises RetryLater if the window is closed."""
        if self._is_closed:
            raise RetryLater("restart", PAUSED)
        heapq.heappush(self._queue, (not place.is_awaited, next(self._numbers), place))
        if self._turns is None:
            self._turns = asyncio.create_task(self._give_turns())

    def leave(self, place: Place) -> None:
        """Free a place."""
        if place.in_flight:
            self._in_flight -= 1
            self._freed.set()
        else:
            self._ahead -= 1
            self._moved.set()

    def close(self) -> None:
        """Refuse turns from now on, so that another process can claim the messages."""
        self._is_closed = True
        self._refuse(len(self._queue), RetryLater("restart", PAUSED))

    async def _give_turns(self) -> None:
        try:
            while self._drop_left():
                if free := MAX_IN_FLIGHT - self._in_flight:
                    await self._give(min(free, len(self._queue)))
                else:
                    await self._wait_for_a_place()
        finally:
            self._turns = None

    async def _give(self, most: int) -> None:
        """Give up to so many turns, as many as the rate allows; wait if it allows none."""
        try:
            allowed = await self._pace(self.gateway, most)
        except StoreUnavailable:  # the rate of the other processes is unknown: do not send
            self._refuse(most, RetryLater("pace_unknown"))
            return
        except Exception as error:  # our own fault, of any kind: no message may wait for ever
            self._refuse(most, error)
            return
        for place in self._first(allowed.uses):
            self._ahead, self._in_flight, place.in_flight = self._ahead - 1, self._in_flight + 1, True
            place.turn.set_result(None)
        self._moved.set()
        if not allowed.uses:
            self._lacks_turns = True
            self._refuse_late(allowed.seconds)
            await asyncio.sleep(max(allowed.seconds, REST) if self._drop_left() else 0)

    async def _wait_for_a_place(self) -> None:
        self._lacks_turns = True
        self._freed.clear()
        try:
            async with asyncio.timeout(FULL):
                await self._freed.wait()
        except TimeoutError:
            self._refuse_late(PAUSED)

    def _first(self, most: int) -> list[Place]:
        """Take the first places out of the queue. Those that waited for longer than TURN are refused instead."""
        found, now = list[Place](), asyncio.get_running_loop().time()
        while self._queue and len(found) < most:
            place = heapq.heappop(self._queue)[2]
            if place.turn.done():
                continue
            if now > place.until:
                place.turn.set_exception(RetryLater("no_turn", PAUSED))
            else:
                found.append(place)
        return found

    def _refuse(self, most: int, error: Exception) -> None:
        for place in self._first(most):
            place.turn.set_exception(error)

    def _refuse_late(self, seconds: float) -> None:
        """Refuse the places that would wait for too long if there is no turn for so many seconds."""
        now = asyncio.get_running_loop().time()
        for _, _, place in self._queue:
            if now + seconds > place.until and not place.turn.done():
                place.turn.set_exception(RetryLater("no_turn", seconds))

    def _drop_left(self) -> bool:
        """Drop places that were refused or left from the front. Returns whether others wait."""
        while self._queue and self._queue[0][2].turn.done():
            heapq.heappop(self._queue)
        return bool(self._queue)
