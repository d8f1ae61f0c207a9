"""The primary that sentinels name: asked for at each new connection, so that the store follows a failover.

All sentinels are asked at once, each with a short time of its own, so that a dead one delays nothing. The server that
most of them name is asked for its role: a sentinel may be late, and a primary may be demoted since. The specification
of clients is https://redis.io/docs/latest/develop/reference/sentinel-clients/; redis-py's own client makes a pool for
each primary and repeats commands by itself (docs/decisions/0016-sentinel-by-our-pipeline.md).
"""

from __future__ import annotations

import asyncio
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from redis.exceptions import AuthenticationError, NoPermissionError, RedisError
from redis.exceptions import ConnectionError as ConnectionLost

from settings.redis_address import split_sentinels
from state.store.majority import NoAnswer, majority
from state.store.server_link import Lost, Received, ServerLink, SingleServer, ask
from state.store.server_refusals import PASSING, word_of

SENTINEL_SECONDS: Final = 0.5  # for a sentinel's answer, sign-in included
TRY_PART: Final = 0.5  # of the time to reach a server: a silent one leaves time for the one that is named next
Named = tuple[str, int]  # host and port of a server, as the sentinels know it
log = structlog.get_logger("valkey")


class NoSentinel(NoAnswer):
    """No sentinel answers."""


class SentinelsRefuse(AuthenticationError):
    """A sentinel refuses the sign-in."""


class UnknownPrimary(ConnectionLost):
    """Sentinels answer, and know no primary under the name in the address."""


class NotPrimary(ConnectionLost):
    """The sentinels name a server that is no primary, or does not answer: the failover is still going on."""


class WatchedPrimary:
    """The primary of a group of servers that sentinels watch; seconds is the longest time to reach a server."""

    pause, fails_over, passing = 0.1, True, PASSING

    def __init__(self, url: str, seconds: float) -> None:
        self._address, self._seconds = split_sentinels(url), seconds * TRY_PART
        self._sentinels = [SingleServer(one) for one in self._address.sentinels]
        self._last: Named | None = None

    async def open(self, received: Received, lost: Lost) -> ServerLink:
        """Open a connection to the primary. Raises RedisError."""
        named = await self._find_primary()
        try:
            async with asyncio.timeout(self._seconds):
                connection = await _connect_primary(SingleServer(self._address.server(*named)))
        except TimeoutError as late:
            raise NotPrimary("the primary does not answer") from late
        if self._last and named != self._last:
            log.info("the sentinels name another primary, sessions are read and written there")
        self._last = named
        return ServerLink(connection, received, lost)

    async def _find_primary(self) -> Named:
        """Return the server that most sentinels name. Raises RedisError."""
        return await majority(self._ask(one) for one in self._sentinels)

    async def _ask(self, sentinel: SingleServer) -> Named:
        """Return the server that a sentinel names. Raises RedisError."""
        try:
            async with asyncio.timeout(SENTINEL_SECONDS):
                connection = await sentinel.connect()
                try:
                    named = await ask(connection, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", self._address.name)
                finally:
                    connection._close()
        except TimeoutError as late:
            raise NoSentinel("no answer") from late
        except (AuthenticationError, NoPermissionError) as refusal:
            raise SentinelsRefuse(f"a sentinel refuses: {word_of(refusal)}") from None
        if not named:
            raise UnknownPrimary("no primary under this name")
        return named[0].decode(), int(named[1])


async def silent_sentinels(url: str) -> list[str]:
    """Return the sentinels of an address that do not answer, each as a number and host:port: 2 of 3, host:26379."""
    address = split_sentinels(url)
    answers = await asyncio.gather(*(_answers(SingleServer(one)) for one in address.sentinels))
    many = len(answers)
    return [
        f"{place} of {many}, {urlsplit(one).netloc.rpartition('@')[2]}"
        for place, (one, answered) in enumerate(zip(address.sentinels, answers, strict=True), 1)
        if not answered
    ]


async def _answers(sentinel: SingleServer) -> bool:
    """Whether a sentinel takes a connection in its time; one that refuses the sign-in answers."""
    try:
        async with asyncio.timeout(SENTINEL_SECONDS):
            (await sentinel.connect())._close()
    except (AuthenticationError, NoPermissionError):
        return True
    except (RedisError, OSError, TimeoutError):
        return False
    return True


async def _connect_primary(server: SingleServer) -> Any:
    """Open a connection to a server that says that it is a primary. Raises RedisError."""
    connection = await server.connect()
    try:
        if (await ask(connection, "ROLE"))[0] != b"master":
            raise NotPrimary("the server is a replica")
    except NoPermissionError:
        pass  # of a user without +role: the first refused write shows it
    except BaseException:
        connection._close()
        raise
    return connection
