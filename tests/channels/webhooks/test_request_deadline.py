"""The deadline of a request: fixed for its head, later with each received byte for its body."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import StreamReader
from aiohttp.base_protocol import BaseProtocol

from channels.webhooks.request_deadline import BODY_SECONDS, HEAD_SECONDS, MIN_BYTES_PER_SECOND, RequestDeadline

NOW = 1000.0


@pytest.fixture
async def body() -> StreamReader:
    loop = asyncio.get_running_loop()
    return StreamReader(BaseProtocol(loop), 2**16, loop=loop)


def test_head_is_late_however_much_comes() -> None:
    deadline = RequestDeadline()
    deadline.start(None, NOW)
    deadline.extend(10**9)
    assert not deadline.is_over(NOW + HEAD_SECONDS)
    assert deadline.is_over(NOW + HEAD_SECONDS + 0.1)


def test_received_bytes_give_a_body_more_time(body: StreamReader) -> None:
    deadline = RequestDeadline()
    deadline.start(body, NOW)
    assert deadline.is_over(NOW + BODY_SECONDS + 0.1)
    deadline.extend(10 * MIN_BYTES_PER_SECOND)
    assert not deadline.is_over(NOW + BODY_SECONDS + 10)
    assert deadline.is_over(NOW + BODY_SECONDS + 10.1)


def test_received_bytes_count_for_one_request(body: StreamReader) -> None:
    deadline = RequestDeadline()
    deadline.start(body, NOW)
    deadline.extend(10 * MIN_BYTES_PER_SECOND)
    deadline.start(body, NOW)
    assert deadline.is_over(NOW + BODY_SECONDS + 0.1)


def test_deadline_runs_from_start_to_stop(body: StreamReader) -> None:
    deadline = RequestDeadline()
    assert not deadline.is_running
    deadline.start(body, NOW)
    assert (deadline.is_running, deadline.is_complete) == (True, False)
    body.feed_eof()
    assert deadline.is_complete
    deadline.stop()
    assert (deadline.is_running, deadline.is_complete) == (False, False)
