"""A call that begins under the id of an earlier call is a new call, also for the counters and the overload limit."""

from __future__ import annotations

import pytest

from state.conversation.trace import HopTrace
from state.interfaces import Inbound
from state.session import Session
from tests.support.conversation import USSD, Town

PHONE = "+2290190000001"


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
