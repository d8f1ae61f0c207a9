"""Our client beside a message centre that misbehaves, fault by fault."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest

from smpp.errors import NoAnswer, NoPlace, NotBound
from tests.support.patience import PATIENCE
from tests.support.smsc import (
    BIND,
    BIND_RESP,
    ENQUIRE,
    SHORT,
    SUBMIT,
    UNBIND,
    UNBIND_RESP,
    bound_to,
    open_smsc,
    pdu,
    silent_on,
    well_behaved,
)


async def test_a_message_has_the_response_of_its_request() -> None:
    async with open_smsc() as smsc, bound_to(smsc.port) as ours:
        found = await asyncio.gather(*(ours.client.submit(SHORT, PATIENCE) for _ in range(30)))
    assert len({answer.body for answer in found}) == 30


async def test_a_bind_without_answer_is_tried_again() -> None:
    async with open_smsc(lambda *it: silent_on(BIND, *it)) as smsc, bound_to(smsc.port, short=0.02) as ours:
        await smsc.until(BIND, 3)
        assert set(ours.changes) == {"no response within 0.02 s"}


async def test_a_refused_bind_is_tried_again_and_named() -> None:
    def script(command: int, sequence: int) -> Iterable[bytes]:
        yield pdu(BIND_RESP, sequence, 0x0E)

    async with open_smsc(script) as smsc, bound_to(smsc.port) as ours:
        await smsc.until(BIND, 2)
        assert ours.client.why == "wrong_password"
        with pytest.raises(NotBound):
            await ours.client.submit(SHORT, 0.01)
    assert SUBMIT not in {one[0] for one in smsc.heard}


async def test_a_submit_without_answer_is_unknown() -> None:
    async with open_smsc(lambda *it: silent_on(SUBMIT, *it)) as smsc, bound_to(smsc.port, short=0.05) as ours:
        with pytest.raises(NoAnswer):
            await ours.client.submit(SHORT, PATIENCE)
        assert ours.client.window.in_flight == 0


async def test_a_peer_that_is_silent_is_left() -> None:
    script = lambda *it: silent_on(ENQUIRE, *it)  # noqa: E731
    async with open_smsc(script) as smsc, bound_to(smsc.port, short=0.05, enquire=0.02) as ours:
        await smsc.until(BIND, 2)
        assert ours.changes[:2] == ["", "no response within 0.05 s"]


async def test_a_peer_that_reads_nothing_is_left() -> None:
    async with open_smsc() as smsc, bound_to(smsc.port, short=0.05, enquire=0.02) as ours:
        await ours.bound()
        connection = ours.client._connection
        assert connection
        connection.pause_writing()
        with pytest.raises(NoAnswer):
            await ours.client.submit(SHORT, PATIENCE)
        await smsc.until(BIND, 2)
        assert "no response within 0.05 s" in ours.changes


async def test_a_peer_that_answers_stays_bound() -> None:
    async with open_smsc() as smsc, bound_to(smsc.port, enquire=0.01) as ours:
        await smsc.until(ENQUIRE, 5)
        assert (smsc.connections, ours.changes) == (1, [""])


async def test_an_unbind_in_the_middle_is_answered_and_left() -> None:
    async with open_smsc(lambda *it: silent_on(SUBMIT, *it)) as smsc, bound_to(smsc.port) as ours:
        waiting = asyncio.create_task(ours.client.submit(SHORT, PATIENCE))
        await smsc.until(SUBMIT)
        smsc.send(pdu(UNBIND, 88))
        with pytest.raises(NoAnswer):
            await waiting
        await smsc.until(BIND, 2)
    assert (UNBIND_RESP, 88, b"") in smsc.heard


@pytest.mark.parametrize("command", [BIND, SUBMIT, ENQUIRE])
async def test_a_connection_that_goes_comes_back(command: int) -> None:
    async with open_smsc(lambda *it: silent_on(command, *it)) as smsc:
        smsc.closes = frozenset({command})
        async with bound_to(smsc.port, enquire=0.02 if command == ENQUIRE else PATIENCE) as ours:
            waiting = asyncio.create_task(ours.client.submit(SHORT, PATIENCE)) if command == SUBMIT else None
            await smsc.until(command)
            smsc.closes, smsc.script = frozenset(), well_behaved
            if waiting:
                with pytest.raises(NoAnswer):
                    await waiting
            await smsc.until(BIND, 2)
            await ours.client.submit(SHORT, PATIENCE)
    assert smsc.connections >= 2


async def test_the_window_is_never_passed() -> None:
    async with open_smsc(lambda *it: silent_on(SUBMIT, *it)) as smsc, bound_to(smsc.port, most=3) as ours:
        waiting = [asyncio.create_task(ours.client.submit(SHORT, PATIENCE)) for _ in range(8)]
        await smsc.until(SUBMIT, 3)
        with pytest.raises(NoPlace):
            await ours.client.submit(SHORT, 0.05)
        assert [one[0] for one in smsc.heard].count(SUBMIT) == 3
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def test_an_end_unbinds() -> None:
    async with open_smsc() as smsc:
        async with bound_to(smsc.port) as ours:
            await ours.bound()
        await smsc.until(UNBIND)
