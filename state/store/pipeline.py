"""Commands of all coroutines to Valkey, in one write and one read for each turn of the event loop.

execute -> queue -> one batch on the one connection -> each reply to the coroutine that waits for it. While a batch is
under way the next one gathers, so batches grow with the load by themselves: a command costs 4 to 9 microseconds of CPU
this way, against 43 through redis-py's pool (bench/). Connecting, its handshake and the protocol stay redis-py's job.

A lost connection is made again and the commands without a reply are sent again, until the deadline: a Valkey that
starts anew within it is not noticed. So are those that the server refused for what it is now, a replica or full
(state/store/server_refusals.py): each try asks anew where the name leads, and so finds the primary after a failover.
Hence only commands that may run twice.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

import hiredis
from redis.asyncio import ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, NoScriptError, RedisError, ResponseError
from redis.exceptions import ConnectionError as ConnectionLost

from state.errors import StoreUnavailable
from state.store.server_refusals import is_passing, word_of

LARGEST_BATCH: Final = 512  # commands; bounds what one lost connection makes us send again
PAUSE: Final = 0.02  # seconds between two tries to reach the server
REFUSED_PAUSE: Final = 0.1  # seconds between two tries on a server that refuses; the first follows after PAUSE

Waiting = tuple[tuple[Any, ...], "asyncio.Future[Any]"]


class CommandPipeline:
    """One connection to one server, shared by every coroutine of one event loop; deadline is in seconds."""

    def __init__(self, url: str, deadline: float) -> None:
        # No timeouts nor tries of redis-py's own: its defaults wait nine seconds, and cost four microseconds a reply.
        pool: Any = ConnectionPool.from_url(
            url, protocol=2, socket_timeout=None, socket_connect_timeout=None, retry=Retry(NoBackoff(), 0)
        )
        self._connection = pool.make_connection()
        self._deadline = deadline
        self._loop: asyncio.AbstractEventLoop | None = None
        self._queue: list[Waiting] = []
        self._sending: asyncio.Task[None] | None = None
        self._refusal: RedisError | None = None  # of the last try of the batch under way
        self._closed = False

    def execute(self, *command: Any) -> asyncio.Future[Any]:
        """The reply to one command that does not block and may run twice.

        Raises StoreUnavailable when the server cannot be reached or refuses, NoScriptError for a script it lacks.
        """
        if self._closed:
            raise StoreUnavailable("the store is closed")
        loop = self._loop = self._loop or asyncio.get_running_loop()  # which asks the system for our pid each time
        reply: asyncio.Future[Any] = loop.create_future()
        self._queue.append((command, reply))
        if self._sending is None:
            self._sending = loop.create_task(self._send_all())
        return reply

    async def close(self) -> None:
        """Stop; whoever still waits for a reply gets StoreUnavailable."""
        self._closed = True
        if self._sending:
            self._sending.cancel()
            await asyncio.gather(self._sending, return_exceptions=True)
        _fail(self._queue, asyncio.CancelledError())  # of a task that was cancelled before its first step
        self._queue, self._sending = [], None
        await self._connection.disconnect(nowait=True)

    async def _send_all(self) -> None:
        batch: list[Waiting] = []
        try:
            while self._queue:
                batch, self._queue = self._queue[:LARGEST_BATCH], self._queue[LARGEST_BATCH:]
                async with asyncio.timeout(self._deadline):
                    await self._answered(batch)
                await asyncio.sleep(0)  # whoever was just answered may have more to ask: half as many batches
        except BaseException as error:
            # Whatever went wrong, nobody is left waiting. What queued up meanwhile waits for the same server: it is
            # told now, not after a deadline of its own.
            told = self._refusal if isinstance(error, TimeoutError) and self._refusal else error
            _fail(batch + self._queue, told)
            self._queue = []
            if not isinstance(error, (RedisError, TimeoutError)):
                raise
        finally:
            self._sending = None

    async def _answered(self, batch: list[Waiting]) -> None:
        """Send the batch until every command has its reply; only the deadline and what is final end this."""
        self._refusal = None
        while batch := [(command, reply) for command, reply in batch if not reply.done()]:
            try:
                refusal = await self._once(batch)
            except ConnectionLost as lost:  # or not let in, which redis-py wraps on a socket of this machine
                refusal = lost.__cause__ if isinstance(lost.__cause__, RedisError) else lost
            except BaseException:
                # Replies that were not read would be taken for those of the next batch.
                await self._connection.disconnect(nowait=True)
                raise
            if refusal:
                await self._connection.disconnect(nowait=True)
                await self._pause(refusal)

    async def _pause(self, refusal: RedisError) -> None:
        """Wait before the next try. Raises what is final: who is not let in a second time will not be a third time."""
        before, self._refusal = self._refusal, refusal
        if isinstance(before, AuthenticationError) and isinstance(refusal, AuthenticationError):
            raise refusal
        await asyncio.sleep(REFUSED_PAUSE if before and is_passing(refusal) else PAUSE)

    async def _once(self, batch: list[Waiting]) -> RedisError | None:
        """Send the batch once and take each reply; gives a refusal that may pass, whose commands have no reply yet."""
        passing: RedisError | None = None
        packed = b"".join([hiredis.pack_command(command) for command, _ in batch])
        await self._connection.send_packed_command(packed, check_health=False)
        for waiting in batch:
            reply = waiting[1]
            try:
                value = await self._connection.read_response(disable_decoding=True)
            except NoScriptError as unknown:
                if not reply.done():
                    reply.set_exception(unknown)
            except ResponseError as refusal:
                if is_passing(refusal):
                    passing = refusal
                else:
                    _fail([waiting], refusal)
            else:
                if not reply.done():
                    reply.set_result(value)
        return passing


def _fail(batch: list[Waiting], error: BaseException) -> None:
    refuses = isinstance(error, ResponseError) or is_passing(error)
    why = f"refuses: {word_of(error)}" if refuses else f"does not answer: {type(error).__name__}"
    for _, reply in batch:
        if not reply.done():
            reply.set_exception(StoreUnavailable(f"Valkey {why}"))
