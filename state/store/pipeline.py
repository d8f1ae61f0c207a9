"""Pipelines the commands of all coroutines to Valkey: one write for those of a turn of the event loop.

execute -> queue -> written in the next turn, while earlier commands wait for their replies -> each reply to its
coroutine, in the order of the commands. redis-py opens the connection (state/store/server_link.py).

A lost connection is opened again and commands without a reply are sent again, until the deadline of the oldest one: a
restart of Valkey within it is not noticed. Commands refused because of the server's present state, a replica or full
memory (state/store/server_refusals.py), are sent again too; each try resolves the name or asks the sentinels again, and
so finds the primary after a failover. A server that is silent for `quick` seconds is left in the same way. Therefore
every command must be safe to run twice.

The first failure lasts for `wait` seconds, within which another primary may take over. Once they are over without one,
commands wait for `quick` seconds only, until a server answers again: a call then ends soon, and does not wait in vain.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, Final

import hiredis
from redis.exceptions import AuthenticationError, NoScriptError, RedisError
from redis.exceptions import ConnectionError as ConnectionLost

from state.errors import StoreUnavailable
from state.store.server_link import ServerAddress, ServerLink
from state.store.server_refusals import is_passing, unavailable

MAX_SENT: Final = 512  # commands without a reply; limits what is sent again after a lost connection
REFUSED_PAUSE: Final = 0.1  # seconds between two tries on a server that refuses; the address's pause before the first

Waiting = tuple[tuple[Any, ...], "asyncio.Future[Any]", float]  # command, reply, time of the call by the loop's clock


class CommandPipeline:
    """One connection to one server, shared by all coroutines of an event loop; quick and wait are in seconds."""

    is_sharded = False

    def __init__(self, address: ServerAddress, quick: float, wait: float = 0.0) -> None:
        self._address, self._quick, self._wait = address, quick, max(quick, wait)
        self._passing = address.passing
        self._patience = self._wait  # of the commands that wait now
        self._loop: asyncio.AbstractEventLoop | None = None
        self._queue: list[Waiting] = []
        self._sent: deque[Waiting] = deque()
        self._refused: list[Waiting] = []  # by passing refusals; sent again on a new connection
        self._link: ServerLink | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._flushing: asyncio.Handle | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._refusal: RedisError | None = None  # the last reason for another try
        self._pause = address.pause  # before it
        self._oldest: Waiting | None = None  # of the commands that were sent, at the last check
        self._closed = False

    def execute(self, *command: Any) -> asyncio.Future[Any]:
        """Return the reply to a command that does not block and may run twice.

        Raises StoreUnavailable if the server cannot be reached or refuses, NoScriptError if it does not know a script.
        """
        if self._closed:
            raise StoreUnavailable("the store is closed")
        loop = self._loop = self._loop or asyncio.get_running_loop()  # get_running_loop() reads the pid each time
        reply: asyncio.Future[Any] = loop.create_future()
        self._queue.append((command, reply, loop.time()))
        if self._flushing is None:
            self._flushing = loop.call_soon(self._flush)
        return reply

    async def primaries(self) -> Sequence[CommandPipeline]:
        """Return the pipelines to all servers that have keys: this one."""
        return (self,)

    async def close(self) -> None:
        """Close the connection; coroutines that wait for a reply get StoreUnavailable."""
        self._closed, connecting = True, self._connecting
        self._give_up(asyncio.CancelledError())
        if connecting:
            await asyncio.gather(connecting, return_exceptions=True)

    def _flush(self) -> None:
        """Write the queue, as much of it as may wait for replies; without a connection, open one first."""
        self._flushing, queue, loop = None, self._queue, self._loop
        assert loop
        if self._timer is None and queue:
            self._timer = loop.call_at(queue[0][2] + self._quick, self._check_deadline)
        if self._link is None:
            if queue and self._connecting is None:
                self._connecting = loop.create_task(self._connect())
            return
        room = 0 if self._refused else MAX_SENT - len(self._sent)
        batch, self._queue = (queue, []) if len(queue) <= room else (queue[:room], queue[room:])
        if batch:
            self._sent.extend(batch)
            self._link.write(b"".join([hiredis.pack_command(waiting[0]) for waiting in batch]))

    async def _connect(self) -> None:
        """Open a connection, in as many tries as the deadline allows, and write the queue."""
        try:
            while self._queue and self._link is None:
                if self._refusal:
                    await asyncio.sleep(self._pause)
                try:
                    self._link = await self._address.open(self._receive, self._reconnect)
                except ConnectionLost as lost:  # redis-py wraps a failed sign-in too
                    self._note(lost.__cause__ if isinstance(lost.__cause__, RedisError) else lost)
        except RedisError as final:
            self._give_up(final)
        finally:
            if self._connecting is asyncio.current_task():
                self._connecting = None
        self._flush()

    def _receive(self, replies: list[Any]) -> None:
        """Give replies to those who wait, in the order of the commands."""
        sent, error = self._sent, None
        if len(replies) > len(sent):  # no reply can be trusted any more
            self._reconnect()
            return
        for value in replies:
            waiting = sent.popleft()
            if not isinstance(value, RedisError):
                if not waiting[1].done():
                    waiting[1].set_result(value)
            elif isinstance(value, ConnectionLost) or is_passing(value, self._passing):  # one that is loading is both
                self._refused.append(waiting)
                error = value
            else:
                _fail((waiting,), value)
        if error:
            self._note(error)
        if not sent and self._refused:
            self._reconnect()
        elif not sent:
            self._refusal, self._patience = None, self._wait
        if self._queue and self._flushing is None and self._loop:
            self._flushing = self._loop.call_soon(self._flush)

    def _reconnect(self) -> None:
        """Close the connection, and send what has no reply yet on a new one."""
        if self._link:
            self._link.close()
        waiting = [one for one in (*self._refused, *self._sent, *self._queue) if not one[1].done()]
        if waiting and not self._refused:
            self._note(ConnectionLost("the connection was lost"))
        self._link, self._queue = None, waiting
        self._refused.clear()
        self._sent.clear()
        self._flush()

    def _note(self, refusal: RedisError) -> None:
        """Note why another try is needed. A sign-in that failed twice will fail again: all coroutines get the error."""
        before, self._refusal = self._refusal, refusal
        self._pause = REFUSED_PAUSE if before and is_passing(refusal) else self._address.pause
        if isinstance(before, AuthenticationError) and isinstance(refusal, AuthenticationError):
            self._give_up(refusal)

    def _check_deadline(self) -> None:
        """Fail all coroutines if the one that waits for longest has waited too long; leave a server that is silent."""
        self._timer, loop = None, self._loop
        oldest = next(chain(self._refused, self._sent, self._queue), None)
        if not oldest or not loop:
            return
        ends, now = oldest[2] + self._patience, loop.time()
        if now >= ends:
            self._give_up(self._refusal or TimeoutError())
            self._patience = self._quick
            return
        self._timer = loop.call_at(min(ends, now + self._quick), self._check_deadline)
        first = self._sent[0] if self._sent else None
        if first and first is self._oldest:  # nothing came between two checks
            self._reconnect()
        self._oldest = first

    def _give_up(self, error: BaseException) -> None:
        """Fail all coroutines that wait, since they wait for the same server, and close the connection."""
        waiting = [*self._refused, *self._sent, *self._queue]
        if self._link:
            self._link.close()  # replies that come later would be mistaken for those of other commands
        if self._connecting:
            self._connecting.cancel()
        if self._timer:
            self._timer.cancel()
        self._link = self._connecting = self._timer = self._refusal = None
        self._refused, self._queue = [], []
        self._sent.clear()
        _fail(waiting, error)


def _fail(waiting: Iterable[Waiting], error: BaseException) -> None:
    for _, reply, _ in waiting:
        if not reply.done():
            reply.set_exception(error if isinstance(error, NoScriptError) else unavailable(error))
