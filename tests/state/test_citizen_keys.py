"""The keys of one citizen: alone they are named as ever, in a cluster they share a slot."""

from __future__ import annotations

import pytest
from redis.crc import key_slot

from state.citizen_keys import CitizenKeys
from state.identity import Pseudonyms
from state.interfaces import Inbound

NAMES = Pseudonyms("a-secret")


def keys_of(citizen: str, channel: str, *, is_sharded: bool) -> list[str]:
    inbound, keys = (
        Inbound(channel, citizen, "call", "1", inputs_are_cumulative=False),
        CitizenKeys(NAMES, is_sharded=is_sharded),
    )
    message = NAMES.message(inbound)
    return [keys.session(inbound, NAMES.on_channel(inbound)), keys.mark(inbound, message), keys.preference(inbound)]


def test_keys_of_one_server_have_no_tag() -> None:
    """A new name would lose every open call at an upgrade."""
    inbound = Inbound("sms", "+2290190000001", "call", "1", inputs_are_cumulative=False)
    assert keys_of(inbound.citizen, inbound.channel, is_sharded=False) == [
        f"session:{NAMES.of('sms +2290190000001')}",
        f"heard:{NAMES.message(inbound)}",
        f"preference:{NAMES.of('+2290190000001')}",
    ]


@pytest.mark.parametrize("citizen", ["+2290190000001", "tg:7000000001"])
def test_keys_of_one_citizen_share_a_slot(citizen: str) -> None:
    keys = keys_of(citizen, "telegram", is_sharded=True)
    assert len({key_slot(key.encode()) for key in keys}) == 1
    assert len(set(keys)) == 3


def test_tag_is_the_same_on_all_channels_of_a_number() -> None:
    by_channel = [keys_of("+2290190000001", channel, is_sharded=True) for channel in ("sms", "whatsapp")]
    first, second = by_channel
    assert first[2] == second[2]
    assert len({key_slot(key.encode()) for key in first + second}) == 1
    assert first[0] != second[0]


def test_citizens_are_spread_over_slots() -> None:
    slots = {key_slot(keys_of(f"+22901900{n:05}", "sms", is_sharded=True)[0].encode()) for n in range(1000)}
    assert len(slots) > 900
