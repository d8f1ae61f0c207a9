"""What tests of usage counts share."""

from __future__ import annotations

from state.interfaces import Inbound
from tests.support.usage import Counted


def bot_message(here: Counted, text: str, citizen: str) -> Inbound:
    here.town.clock.now += 1
    return Inbound("bot", citizen, "", text, inputs_are_cumulative=False, message=str(here.town.clock.now))
