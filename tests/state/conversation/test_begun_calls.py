"""A call that begins under the id of an earlier call is a new call, for counters, limits and messages too."""

from __future__ import annotations

import pytest

from state.conversation.trace import HopTrace
from state.interfaces import Inbound
from state.session import Session
from tests.support.conversation import USSD, Town

PHONE = "+2290190000001"


async def test_new_call_under_the_same_id_gets_its_own_message(chatty: Town) -> None:
    async def call(*texts: str) -> None:
        for text in texts:
            chatty.clock.now += 2
            await chatty.conversation.handle(hop(text), USSD)

    await call("", "7", "7*1", "7*1*12", "7*1*12*2")
    await call("7*1*12*2")
    assert len(chatty.post.sent) == 1
    chatty.clock.now += 60
    await call("", "7", "7*1", "7*1*13", "7*1*13*2")
    chatty.clock.now += 60
    await call("7*1*14*2")
    assert [words for _, words in chatty.post.sent.values()] == [
        f"Prix de {many} Mangue : {many} 000 F" for many in (12, 13, 14)
    ]


def hop(text: str) -> Inbound:
    return Inbound("test", PHONE, "s1", text, inputs_are_cumulative=True)


@pytest.mark.parametrize(("prompted", "begins"), [(False, True), (True, False)], ids=["first offer", "repeated offer"])
def test_resumed_call_under_the_same_id_counts_once(prompted: bool, begins: bool) -> None:
    session = Session("list", "v1", "s1", 0.0, resume_prompted=prompted)
    trace = HopTrace("test", session)
    session.resume_prompted = True
    trace.finish(hop(""), session, fresh=False)
    assert (trace.has_details and trace.begins) == begins


@pytest.mark.parametrize(("after", "is_open"), [(2.0, True), (30.0, False)], ids=["an earlier hop late", "a new call"])
async def test_new_call_under_the_same_id_is_not_in_progress(town: Town, after: float, is_open: bool) -> None:
    for text in ("", "7"):
        await town.conversation.handle(hop(text), USSD)
    town.clock.now += after
    assert await town.conversation.has_open_call(hop("")) == is_open
