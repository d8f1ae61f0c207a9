"""The hosts in an address of PostgreSQL, and which of them a connection is opened to.

asyncpg has one time limit for all hosts of an address, so a silent one leaves no time for the others, and most errors
of one, such as too many clients, end its search. Here each host is tried by itself: the one that was right last time
first, the next a short while later, or at once when one has failed. The first that takes writes is used, the others
are let go. While none does and a standby is up, all are tried again: it may be promoted in this moment. Source: RFC
8305, section 5, which does the same for the addresses of one host.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg  # type: ignore[import-untyped]  # the package carries no types

from database.postgresql_encryption_request import retrieve_dropped_answers

retrieve_dropped_answers()
ATTRIBUTES: Final = "target_session_attrs"
WRITABLE: Final = "read-write"  # what a host must be, unless the address says otherwise
Attempt = asyncio.Task[Any]
PROMISING: Final = (asyncpg.TargetServerAttributeNotMatched, asyncpg.CannotConnectNowError)  # a standby, or starting
AGAIN_SECONDS: Final = 0.05  # between two rounds


@dataclass(frozen=True, slots=True)
class Host:
    """One host: a name, an address or the folder of a socket; no port: the usual one."""

    name: str
    port: int | None


def read_hosts(url: str) -> tuple[Host, ...]:
    """Return the hosts of an address in their order, none if it names none. Raises ValueError."""
    parts = urlsplit(url)
    named = parts.netloc.rpartition("@")[2]
    if named:
        return tuple(replace(host, name=unquote(host.name)) for host in map(_host, named.split(",")))
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    names, ports = (asked[name].split(",") if name in asked else [] for name in ("host", "port"))
    if len(ports) < 2:  # one for all, or none
        return tuple(_host(name, *ports) for name in names)
    return tuple(_host(name, port) for name, port in zip(names, ports, strict=True))


def _host(written: str, port: str = "") -> Host:
    name, own = written, ""
    if written.startswith("["):
        name, _, own = written[1:].partition("]")
    elif not written.startswith("/"):
        name, _, own = written.partition(":")
    port = own.removeprefix(":") or port
    return Host(name, int(port) if port else None)


class Session(asyncpg.Connection):  # type: ignore[misc]  # the package carries no types
    """A connection that is closed within the time given, also if its server has fallen silent."""

    __slots__ = ()

    async def close(self, *, timeout: float | None = None) -> None:  # noqa: ASYNC109 - asyncpg's own parameter
        """Close it in order, or else by force."""
        try:
            async with asyncio.timeout(timeout):
                await super().close(timeout=timeout)
        except TimeoutError:
            self.terminate()


class Connector:
    """Opens the connections of one process, each within `seconds`."""

    def __init__(self, url: str, seconds: float, *, prepares: bool) -> None:
        """With prepares=False the driver prepares no statements, so that a pooler may stand in between."""
        self.seconds = seconds
        self._options: dict[str, Any] = {"dsn": url, "connection_class": Session}
        if not prepares:
            self._options["statement_cache_size"] = 0
        self._url, self._hosts = url, list[Host]()

    @property
    def has_several_hosts(self) -> bool:
        """Return whether the address names more than one host."""
        return len(self._known_hosts()) > 1

    async def connect(self, **options: Any) -> Any:
        """Open a connection. Raises the errors of asyncpg, of several hosts the one that says most."""
        if not self.has_several_hosts:
            return await self._open(options)
        if ATTRIBUTES not in self._url and "PGTARGETSESSIONATTRS" not in os.environ:
            options[ATTRIBUTES] = WRITABLE
        attempts, errors = dict[Attempt, Host](), list[BaseException]()
        try:
            async with asyncio.timeout(self.seconds):
                return await self._first_that_is_promoted(attempts, errors, options)
        except TimeoutError as late:
            raise min((*errors, late), key=_rank) from None
        finally:
            for attempt in attempts:
                _let_go(attempt)

    def _known_hosts(self) -> list[Host]:
        self._hosts = self._hosts or list(read_hosts(self._url))
        return self._hosts

    async def _first_that_is_promoted(
        self, attempts: dict[Attempt, Host], errors: list[BaseException], options: dict[str, Any]
    ) -> Any:
        """Try all again while one is up that may take writes in a moment, so that a planned change loses nothing."""
        while True:
            try:
                return await self._first_of_all(attempts, errors, options)
            except PROMISING:
                await asyncio.sleep(AGAIN_SECONDS)

    async def _first_of_all(
        self, attempts: dict[Attempt, Host], errors: list[BaseException], options: dict[str, Any]
    ) -> Any:
        waiting, head_start = list(self._hosts), self.seconds / 2 / len(self._hosts)
        while waiting or attempts:
            if waiting:
                host = waiting.pop(0)
                attempts[asyncio.create_task(self._try(host, options))] = host
            limit = head_start if waiting else None
            done, _ = await asyncio.wait(attempts, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
            for attempt in done:
                host = attempts.pop(attempt)
                if (error := attempt.exception()) is None:
                    self._prefer(host)
                    return attempt.result()
                errors.append(error)
        raise min(errors, key=_rank)

    def _prefer(self, host: Host) -> None:
        self._hosts.remove(host)
        self._hosts.insert(0, host)

    async def _try(self, host: Host, options: dict[str, Any]) -> Any:
        where: dict[str, Any] = {"host": host.name} | ({"port": host.port} if host.port else {})
        return await self._open(options | where)

    async def _open(self, options: dict[str, Any]) -> Any:
        return await asyncpg.connect(**(self._options | options), timeout=self.seconds)


def _let_go(attempt: Attempt) -> None:
    """End an attempt that nobody waits for any more, without waiting for its host."""

    def close(ended: Attempt) -> None:
        if not ended.cancelled() and ended.exception() is None:
            ended.result().terminate()

    attempt.add_done_callback(close)
    attempt.cancel()


def _rank(error: BaseException) -> int:
    """Order errors: a server refuses, none takes writes, one is starting, one cannot be reached."""
    if isinstance(error, asyncpg.TargetServerAttributeNotMatched):
        return 1
    if isinstance(error, asyncpg.CannotConnectNowError):
        return 2
    return 0 if isinstance(error, asyncpg.PostgresError) else 3
