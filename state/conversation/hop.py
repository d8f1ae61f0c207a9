"""An input as it came, what does not change during its hop, and the choice that is stored with its session."""

from __future__ import annotations

from typing import NamedTuple

from state.conversation.heard_messages import HeardMessage
from state.conversation.trace import HopTrace
from state.identity import Pseudonyms
from state.interfaces import Inbound, ScreenSize
from state.preferences import Preference


class Arrival(NamedTuple):
    """An input as it came: the citizen's pseudonym on the channel, and the key of the session.

    heard is what marks a message as answered; None for a call.
    """

    inbound: Inbound
    room: ScreenSize
    citizen: str
    key: str
    heard: HeardMessage | None


class HopContext(NamedTuple):
    """The input of a hop and its surroundings; citizen is the pseudonym on this channel.

    walk is the trace for the usage counters. chosen gets the preferences chosen in this hop; the last is stored. known
    is the citizen's preference in the store, None if it has none. place is the position of the input in its call, if
    one hop brings several; in_series: it does, so that nobody reads the screens between them.
    """

    inbound: Inbound
    citizen: str
    room: ScreenSize
    walk: HopTrace
    names: Pseudonyms
    chosen: list[Preference]
    known: Preference | None = None
    place: int = 0
    in_series: bool = False

    @property
    def asker(self) -> str:
        """The citizen's pseudonym on all channels: the key of the stored language and of the count of wrong answers."""
        return self.names.across_channels(self.inbound)
