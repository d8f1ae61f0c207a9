"""Whatever is typed, on whatever screen: an answer that a gateway takes and a phone can show."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from authoring.replay.sandbox import ROOM, ReplaySandbox
from channels.africastalking.ussd_webhook import AfricasTalkingUssd
from state.conversation.input import input_since_last_hop
from state.interfaces import Inbound
from state.text.encoding import ALPHABET, septets
from tests.support.sandbox import our_house

pytestmark = pytest.mark.slow

KEYS = st.sampled_from(["0", "00", "98", *map(str, range(1, 13)), "EX-000001", "0001", "12345", "kandi", "03021961"])
INPUTS = st.lists(st.one_of(KEYS, st.text(max_size=200)), max_size=12)
CHANNEL = AfricasTalkingUssd((b"demo",), "")


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ReplaySandbox, asyncio.Runner]]:
    """One house for all examples, on an event loop of its own: its database belongs to that loop."""
    with asyncio.Runner() as runner:
        context = our_house(tmp_path_factory.mktemp("house"))
        house: ReplaySandbox = runner.run(context.__aenter__())
        yield house, runner
        runner.run(context.__aexit__(None, None, None))


@settings(max_examples=150)
@given(inputs=INPUTS, dialled=st.booleans())
def test_any_inputs_get_a_reply_that_fits(
    lived_in: tuple[ReplaySandbox, asyncio.Runner], inputs: list[str], dialled: bool
) -> None:
    house, runner = lived_in

    async def call() -> None:
        line = house.phone()
        replies = [await line.dial("*".join(inputs) if dialled else "")]
        for typed in () if dialled else inputs:
            replies.append(await line.type(typed))
        for reply in replies:
            inbound = Inbound("test", "+2290190000001", "s", "", inputs_are_cumulative=True)
            sent = CHANNEL.write(inbound, reply).body.decode()
            assert sent.startswith(("CON ", "END "))
            assert set(sent) <= ALPHABET
            assert septets(reply.text) <= ROOM.septets
            assert reply.text.strip()

    runner.run(call())


@given(st.lists(st.text().filter(lambda typed: "*" not in typed), min_size=1))
def test_joined_inputs_are_distinguished(inputs: list[str]) -> None:
    """The gateway joins all inputs with "*"; what is heard of each longer text is the input that made it so."""
    heard, text = "", ""
    for place, typed in enumerate(inputs):
        text = f"{text}*{typed}" if text or place else typed
        if text == heard:  # nothing was typed first: no gateway can tell that from a repetition
            continue
        fresh = input_since_last_hop(heard, text, joined=True)
        assert fresh == (typed if heard else text)
        heard = text
