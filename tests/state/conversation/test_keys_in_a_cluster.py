"""Whatever a citizen does, the keys that one command of the store names are in one slot of a cluster."""

from __future__ import annotations

from redis.crc import key_slot

from admin.simulator.sandbox_store import SandboxStore
from state.store.interface import Entry, Store
from state.store.memory import InMemory
from tests.support.conversation import SMALL_LOCALES, Town


class Slots(InMemory):
    """A store that refuses keys of two slots in one command, as a cluster does, and counts commands of several."""

    is_sharded = True

    def __init__(self) -> None:
        super().__init__()
        self.several = 0

    async def get_both(self, key: str, other: str) -> tuple[bytes, bytes]:
        self._check(key, other)
        return await super().get_both(key, other)

    async def compare_and_set(self, key: str, was: bytes, now: bytes, life: float, *beside: Entry) -> bool:
        if beside:
            self._check(key, *(one.key for one in beside))
        return await super().compare_and_set(key, was, now, life, *beside)

    def _check(self, *keys: str) -> None:
        assert len({key_slot(key.encode()) for key in keys}) == 1, keys
        self.several += 1


async def call_and_write(store: Store) -> None:
    """Choose a language in a call, dial again, and write two messages."""
    town = Town(store, locales=SMALL_LOCALES)
    phone, writer = town.phone(), town.writer()
    await phone.dial()
    await phone.type("2")
    town.clock.now += 700
    assert (await phone.dial()).text.startswith("O we")
    assert (await writer.write("bonjour", "7")).text


async def test_keys_of_one_command_share_a_slot() -> None:
    slots = Slots()
    await call_and_write(slots)
    assert slots.several >= 5
    assert {key.partition(":")[0] for key in slots.entries} == {"session", "preference", "heard"}
    assert all("{" in key for key in slots.entries)
    await slots.close()


async def test_sandbox_keeps_the_slots_together() -> None:
    slots = Slots()
    await call_and_write(SandboxStore(slots, "trial:a:"))
    assert slots.several >= 5
    assert all(key.startswith("trial:a:") for key in slots.entries)
    await slots.close()
