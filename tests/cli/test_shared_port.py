"""Workers on one port: each takes as many connections as the others, whatever the kernel's hash says."""

from __future__ import annotations

import asyncio
import os
import socket
from collections import Counter
from contextlib import AsyncExitStack, closing
from typing import Final

import pytest
from aiohttp import web

from bench.processes import free_port
from cli.shared_port import ABSENT, Counts, SharedPort

CONNECTIONS: Final = 12
REQUEST: Final = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"


async def worker(stack: AsyncExitStack, port: SharedPort, number: int) -> None:
    """A server that answers with the number of its worker."""

    async def answer(_: web.BaseRequest) -> web.Response:
        return web.Response(text=str(number))

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await stack.enter_async_context(port.open(number, runner))


async def answering(port: int) -> str:
    """The worker that answers the requests of a new connection, which stays open."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(REQUEST)
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    KEPT.append(writer)
    return (await reader.readexactly(1)).decode()


KEPT: Final[list[asyncio.StreamWriter]] = []


@pytest.mark.parametrize("workers", [2, 3, 4])
async def test_workers_take_equally_many_connections(workers: int) -> None:
    async with AsyncExitStack() as stack:
        port = stack.enter_context(closing(SharedPort("127.0.0.1", free_port(), workers)))
        await asyncio.gather(*(worker(stack, port, number) for number in range(workers)))
        found = Counter([await answering(port.port) for _ in range(CONNECTIONS)])
        at_once = Counter(await asyncio.gather(*(answering(port.port) for _ in range(CONNECTIONS))))
        for writer in KEPT:
            writer.close()
        KEPT.clear()
    assert found == at_once == {str(number): CONNECTIONS // workers for number in range(workers)}


def test_worker_that_returns_starts_with_the_least_count() -> None:
    counts = Counts(3)
    for number in range(3):
        counts.join(number)
    assert [counts.take(0) for _ in range(6)] == [0, 1, 2, 0, 1, 2]
    counts.leave(1)
    assert [counts.take(1) for _ in range(2)] == [1, 1]  # it stops, and takes what the kernel still gives it
    assert [counts.take(0) for _ in range(4)] == [0, 2, 0, 2]
    counts.join(1)
    assert [counts.take(1) for _ in range(3)] == [1, 0, 2]


def test_connection_for_a_worker_that_does_not_read_is_kept() -> None:
    here, there = socket.socketpair()
    with here, there, closing(SharedPort("127.0.0.1", free_port(), 2)) as port:
        port.counts.join(0)
        port.counts.join(1)
        kept = [port.is_for(0, here) for _ in range(4000)]
    assert kept[:4] == [True, False, True, False]
    assert kept[-100:] == [True] * 100


async def test_connections_of_a_dead_worker_go_to_the_others() -> None:
    async with AsyncExitStack() as stack:
        port = stack.enter_context(closing(SharedPort("127.0.0.1", free_port(), 2)))
        port.counts.join(1)  # and dies at once
        await worker(stack, port, 0)
        waiting = [asyncio.create_task(answering(port.port)) for _ in range(4)]
        await asyncio.wait(waiting, timeout=0.5)
        assert Counter(task.done() for task in waiting) == {True: 2, False: 2}
        port.remove(1)
        assert await asyncio.gather(*waiting) == ["0"] * 4
        for writer in KEPT:
            writer.close()
        KEPT.clear()


def test_connection_waits_for_the_replacement_of_the_only_worker() -> None:
    here, there = socket.socketpair()
    with here, there, closing(SharedPort("127.0.0.1", free_port(), 2)) as port:
        port.counts.join(0)
        port.counts.join(1)
        assert [port.is_for(0, here) for _ in range(2)] == [True, False]
        port.counts.leave(0)
        port.remove(1)
        data, descriptors, *_ = socket.recv_fds(port._pipes[1].found, 1, 1)
        assert (data, len(descriptors)) == (b"c", 1)
        os.close(descriptors[0])


async def test_early_worker_waits_for_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = Counts(2)
    counts.join(0)
    waiting = asyncio.create_task(counts.gather())
    await asyncio.sleep(0.05)
    assert not waiting.done()
    counts.join(1)
    await asyncio.wait_for(waiting, 1)
    counts.leave(1)
    monkeypatch.setattr("cli.shared_port.GATHER_SECONDS", 0.05)
    await asyncio.wait_for(counts.gather(), 1)
    assert counts._taken[1] == ABSENT
