"""One port of several workers, who share its connections evenly.

Each worker listens on the port itself (SO_REUSEPORT), so that the kernel wakes only one for a connection. But it
chooses by a hash: of a few connections that a proxy keeps, one worker may get none. So the counts of the connections
that each has taken are in memory that all share, and a worker passes a connection on to the one that has taken fewest.
"""

from __future__ import annotations

import asyncio
import mmap
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

from aiohttp import web

from cli.listeners import BACKLOG, listen, open_listeners

ABSENT: Final = 2**64 - 1  # in place of a count: this worker does not serve
GATHER_SECONDS: Final = 5.0  # until the workers that are ready begin without the others
GATHER_POLL_SECONDS: Final = 0.01
PASSED_ON_SECONDS: Final = 0.05  # until the connections that others passed on while this worker left are here


class Counts:
    """How many connections each worker has taken, by the number of the worker."""

    def __init__(self, workers: int) -> None:
        self._taken = memoryview(mmap.mmap(-1, workers * 8)).cast("Q")
        for worker in range(workers):
            self.leave(worker)

    def join(self, worker: int) -> None:
        """Let a worker take part, from the least that another one has taken."""
        self._taken[worker] = min((count for count in self._taken if count != ABSENT), default=0)

    def leave(self, worker: int) -> None:
        """Let a worker take part no more."""
        self._taken[worker] = ABSENT

    def has_workers(self) -> bool:
        """Whether any worker takes part."""
        return min(self._taken) != ABSENT

    def take(self, asked: int | None = None) -> int:
        """Count a connection for the worker that has taken fewest, by preference the asked one; return its number."""
        taken = list(self._taken)
        fewest = min(taken)
        worker = taken.index(fewest) if asked is None or taken[asked] not in (fewest, ABSENT) else asked
        if taken[worker] != ABSENT:
            self._taken[worker] += 1
        return worker

    async def gather(self) -> None:
        """Wait until all workers take part, so that the first does not take all early connections."""
        for _ in range(round(GATHER_SECONDS / GATHER_POLL_SECONDS)):
            if ABSENT not in self._taken:
                return
            await asyncio.sleep(GATHER_POLL_SECONDS)


@dataclass(frozen=True, slots=True)
class Pipes:
    """Where a worker finds the connections that others pass on to it, and where they write them."""

    found: socket.socket
    passed: socket.socket


class EvenListener(socket.socket):
    """A listening socket of one worker, which passes on what others shall take."""

    def __init__(self, made: socket.socket, port: SharedPort, worker: int) -> None:
        super().__init__(fileno=made.detach())
        self._port, self._worker = port, worker

    def accept(self) -> tuple[socket.socket, object]:
        """Take the next connection that is ours. Raises BlockingIOError if none waits."""
        while True:
            taken, address = super().accept()
            if self._port.is_for(self._worker, taken):
                return taken, address
            taken.close()


class SharedPort:
    """A port, the counts of its workers, and the pipes between them."""

    def __init__(self, host: str, port: int, workers: int) -> None:
        self.host, self.port, self.counts = host, port, Counts(workers)
        self._pipes = [Pipes(*socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)) for _ in range(workers)]
        for pipes in self._pipes:
            pipes.found.setblocking(False)
            pipes.passed.setblocking(False)

    def is_for(self, asking: int, taken: socket.socket) -> bool:
        """Whether the worker that has accepted a connection keeps it; else it was passed on."""
        worker = self.counts.take(asking)
        if worker == asking:
            return True
        try:
            socket.send_fds(self._pipes[worker].passed, [b"c"], [taken.fileno()])
        except OSError:  # the other one does not read fast enough
            return True
        return False

    def remove(self, worker: int) -> None:
        """Pass the connections that a dead worker has not read on to the others; without others they wait."""
        self.counts.leave(worker)
        with suppress(BlockingIOError):
            while self.counts.has_workers():
                _, descriptors, *_ = socket.recv_fds(self._pipes[worker].found, 1, 1)
                with socket.socket(fileno=descriptors[0]):
                    socket.send_fds(self._pipes[self.counts.take()].passed, [b"c"], descriptors)

    @asynccontextmanager
    async def open(self, worker: int, runner: web.BaseRunner) -> AsyncIterator[None]:
        """Take connections as this worker for the duration of this context. Raises OSError if the port is taken."""
        loop, found, opening = asyncio.get_running_loop(), self._pipes[worker].found, set[asyncio.Task[object]]()
        self.counts.join(worker)
        await self.counts.gather()
        listeners = [EvenListener(made, self, worker) for made in listen(self.host, self.port, is_shared=True)]
        async with open_listeners(runner, listeners):
            loop.add_reader(found, partial(self._receive, found, runner, opening))
            try:
                yield
            finally:
                self.counts.leave(worker)
        await asyncio.sleep(PASSED_ON_SECONDS)
        loop.remove_reader(found)
        self._receive(found, runner, opening)
        await asyncio.gather(*opening, return_exceptions=True)

    def close(self) -> None:
        """Close the pipes in this process."""
        for pipes in self._pipes:
            pipes.found.close()
            pipes.passed.close()

    def _receive(self, found: socket.socket, runner: web.BaseRunner, opening: set[asyncio.Task[object]]) -> None:
        """Serve the connections that other workers have passed on, as many at once as aiohttp accepts at once."""
        loop, serve = asyncio.get_running_loop(), runner.server
        assert serve
        with suppress(BlockingIOError):
            for _ in range(BACKLOG):
                _, descriptors, *_ = socket.recv_fds(found, 1, 1)
                for descriptor in descriptors:  # none, if this process may open no more
                    taken = socket.socket(fileno=descriptor)
                    taken.setblocking(False)
                    task = asyncio.ensure_future(loop.connect_accepted_socket(serve, taken))
                    opening.add(task)
                    task.add_done_callback(opening.discard)
