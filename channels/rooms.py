"""The room that every channel has for a screen."""

from __future__ import annotations

from collections.abc import Mapping

from channels import open_channels, open_mailboxes
from settings import Settings
from state.messages import Room


def rooms(settings: Settings) -> Mapping[str, Room]:
    """The room of every channel that shows screens, by its name; channels of one room are told once."""
    first: dict[Room, str] = {}
    for channel in open_channels(settings):
        first.setdefault(channel.room, channel.name)
    for mailbox in open_mailboxes(settings):
        first.setdefault(mailbox.room, mailbox.name)
    return {name: room for room, name in first.items()}
