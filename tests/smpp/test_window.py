"""The window of a bind: slower when the peer says so, faster again, calls before messages."""

from __future__ import annotations

import asyncio

import pytest

from smpp.errors import NoPlace
from smpp.window import Window
from state.cancellation import end_task
from tests.support.patience import PATIENCE


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smpp.window.FIRST_PAUSE", 0.01)


async def test_throttling_halves_the_window_once_a_burst() -> None:
    window = Window(16, 1e6)
    for _ in range(5):
        window.throttled()
    assert window.limit == 8


async def test_a_window_grows_back_to_its_most() -> None:
    window = Window(4, 1e6)
    window.throttled()
    for _ in range(2 + 3 + 4):
        window.accepted()
    assert window.limit == 4


async def test_messages_wait_for_the_pause_and_calls_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smpp.window.FIRST_PAUSE", 3600.0)
    window, order = Window(4, 1e6), list[str]()
    window.throttled()

    async def leave(name: str, *, is_urgent: bool) -> None:
        async with window.place(PATIENCE, is_urgent=is_urgent):
            order.append(name)

    message = asyncio.create_task(leave("message", is_urgent=False))
    await leave("call", is_urgent=True)
    assert order == ["call"]
    await end_task(message)
    window.close()


async def test_calls_have_the_first_free_place() -> None:
    window, order = Window(1, 1e6), list[str]()

    async def leave(name: str, *, is_urgent: bool) -> None:
        async with window.place(PATIENCE, is_urgent=is_urgent):
            order.append(name)

    async with window.place(PATIENCE):
        waiting = [asyncio.create_task(leave(one, is_urgent=one == "call")) for one in ("a", "b", "call")]
        await asyncio.sleep(0)
    await asyncio.gather(*waiting)
    assert order == ["call", "a", "b"]


async def test_a_place_that_nobody_waits_for_is_free() -> None:
    window = Window(1, 1e6)
    async with window.place(PATIENCE):
        with pytest.raises(NoPlace):
            async with window.place(0.01):
                pass
    async with window.place(PATIENCE):
        assert window.in_flight == 1
    assert window.in_flight == 0


async def test_requests_keep_to_the_rate() -> None:
    window, loop = Window(100, 200.0), asyncio.get_running_loop()
    began = loop.time()
    for _ in range(11):
        async with window.place(PATIENCE):
            pass
    assert loop.time() - began >= 9 / 200 * 0.99  # one may follow at once, so that a late timer costs no rate
