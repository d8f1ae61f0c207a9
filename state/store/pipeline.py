"""Pipelines the commands of all coroutines to Valkey: one write and one read per turn of the event loop.

execute -> queue -> one batch on the one connection -> each reply to its coroutine. While a batch is running, the next
one collects commands, so batches grow with the load: a command costs 4 to 9 microseconds of CPU, against 43 with
redis-py's pool (bench/). redis-py still does the connection, its handshake and the protocol.

A lost connection is opened again and commands without a reply are sent again, until the deadline: a restart of Valkey
within it is not noticed. Commands refused because of the server's present state, a replica or full memory
(state/store/server_refusals.py), are sent again too; each try resolves the name again, and so finds the primary after a
failover. Therefore every command must be safe to run twice.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

import hiredis
from redis._parsers.hiredis import NOT_ENOUGH_DATA
from redis.asyncio import ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, NoScriptError, RedisError, ResponseError
from redis.exceptions import ConnectionError as ConnectionLost

from state.errors import StoreUnavailable
from state.store.server_refusals import is_passing, word_of

MAX_BATCH: Final = 512  # commands; limits what is sent again after a lost connection
PAUSE: Final = 0.02  # seconds between two tries to reach the server
REFUSED_PAUSE: Final = 0.1  # seconds between two tries on a server that refuses; PAUSE before the first

Waiting = tuple[tuple[Any, ...], "asyncio.Future[Any]"]


class CommandPipeline:
    """One connection to one server, shared by all coroutines of an event loop; deadline is in seconds."""

    def __init__(self, url: str, deadline: float) -> None:
        # redis-py's own timeouts and retries are off: they wait nine seconds, and cost four microseconds a reply.
        pool: Any = ConnectionPool.from_url(
            url, protocol=2, socket_timeout=None, socket_connect_timeout=None, retry=Retry(NoBackoff(), 0)
        )
        self._connection = pool.make_connection()
        self._deadline = deadline
        self._loop: asyncio.AbstractEventLoop | None = None
        self._queue: list[Waiting] = []
        self._sending: asyncio.Task[None] | None = None
        self._refusal: RedisError | None = None  # from the last try of the current batch
        self._closed = False

    def execute(self, *command: Any) -> asyncio.Future[Any]:
        """Return the reply to a command that does not block and may run twice.

        Raises StoreUnavailable if the server cannot be reached or refuses, NoScriptError if it does not know a script.
        """
        if self._closed:
            raise StoreUnavailable("the store is closed")
        loop = self._loop = self._loop or asyncio.get_running_loop()  # get_running_loop() reads the pid each time
        reply: asyncio.Future[Any] = loop.create_future()
        self._queue.append((command, reply))
        if self._sending is None:
            self._sending = loop.create_task(self._send_all())
        return reply

    async def close(self) -> None:
        """Close the connection; coroutines that wait for a reply get StoreUnavailable."""
        self._closed = True
        if self._sending:
            self._sending.cancel()
            await asyncio.gather(self._sending, return_exceptions=True)
        _fail(self._queue, asyncio.CancelledError())  # if the task was cancelled before its first step
        self._queue, self._sending = [], None
        await self._connection.disconnect(nowait=True)

    async def _send_all(self) -> None:
        batch: list[Waiting] = []
        try:
            while self._queue:
                batch, self._queue = self._queue[:MAX_BATCH], self._queue[MAX_BATCH:]
                async with asyncio.timeout(self._deadline):
                    await self._answered(batch)
                await asyncio.sleep(0)  # let coroutines queue their next commands: half as many batches
        except BaseException as error:
            # Every waiting coroutine gets an error, also those queued meanwhile: they wait for the same server, and
            # need no deadline of their own.
            reason = self._refusal if isinstance(error, TimeoutError) and self._refusal else error
            _fail(batch + self._queue, reason)
            self._queue = []
            if not isinstance(error, (RedisError, TimeoutError)):
                raise
        finally:
            self._sending = None

    async def _answered(self, batch: list[Waiting]) -> None:
        """Send the batch until every command has its reply; ends at the deadline or at a final error."""
        self._refusal = None
        while batch := [(command, reply) for command, reply in batch if not reply.done()]:
            try:
                refusal = await self._once(batch)
            except ConnectionLost as lost:  # on a local socket, redis-py wraps a failed sign-in too
                refusal = lost.__cause__ if isinstance(lost.__cause__, RedisError) else lost
            except BaseException:
                # Unread replies would be mistaken for those of the next batch.
                await self._connection.disconnect(nowait=True)
                raise
            if refusal:
                await self._connection.disconnect(nowait=True)
                await self._pause(refusal)

    async def _pause(self, refusal: RedisError) -> None:
        """Wait before the next try. Raises a final error: a sign-in that failed twice will fail again."""
        before, self._refusal = self._refusal, refusal
        if isinstance(before, AuthenticationError) and isinstance(refusal, AuthenticationError):
            raise refusal
        await asyncio.sleep(REFUSED_PAUSE if before and is_passing(refusal) else PAUSE)

    async def _once(self, batch: list[Waiting]) -> RedisError | None:
        """Send the batch once and set the replies; returns a passing refusal, whose commands have no reply yet."""
        passing: RedisError | None = None
        packed = b"".join([hiredis.pack_command(command) for command, _ in batch])
        await self._connection.send_packed_command(packed, check_health=False)
        complete = self._connection._parser._reader.gets  # of hiredis: half the time of a coroutine for each reply
        for waiting in batch:
            value = complete(False)
            if value is NOT_ENOUGH_DATA or isinstance(value, ConnectionLost):
                value = await self._next_reply(value)
            reply = waiting[1]
            if not isinstance(value, ResponseError):
                if not reply.done():
                    reply.set_result(value)
            elif is_passing(value):
                passing = value
            elif not isinstance(value, NoScriptError):
                _fail([waiting], value)
            elif not reply.done():
                reply.set_exception(value)
        return passing

    async def _next_reply(self, found: Any) -> Any:
        """Wait for a reply; the server's refusal of a command is returned. Raises ConnectionLost."""
        if isinstance(found, ConnectionLost):  # a server that is still loading, as redis-py reads it
            raise found
        try:
            return await self._connection.read_response(disable_decoding=True)
        except ResponseError as refusal:
            return refusal


def _fail(batch: list[Waiting], error: BaseException) -> None:
    refuses = isinstance(error, ResponseError) or is_passing(error)
    why = f"refuses: {word_of(error)}" if refuses else f"does not answer: {type(error).__name__}"
    for _, reply in batch:
        if not reply.done():
            reply.set_exception(StoreUnavailable(f"Valkey {why}"))
