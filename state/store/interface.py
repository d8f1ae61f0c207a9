"""Store of sessions and counters between two hops; all of it may be lost, but it must never be mixed up.

A hop is one load and one save. The save is a compare-and-set: of two simultaneous hops of one citizen one wins; the
other fails and starts again from the stored session. Sessions and counters share one namespace: a counter can be
loaded, as decimal digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Entry(NamedTuple):
    """A value that is set under its key in the same step as a save, and its life in seconds."""

    key: str
    value: bytes
    life: float


class Window(NamedTuple):
    """A set of different tries under a key: at most `most`, all forgotten `life` seconds after the first."""

    key: str
    most: int
    life: float


class Attempt(NamedTuple):
    """Whether a try is in its window, whether it was added now, and the seconds until the window ends."""

    admitted: bool
    is_new: bool
    seconds: float


class Allowance(NamedTuple):
    """How many uses are allowed now; if none, the seconds until the next."""

    uses: int
    seconds: float


class Store(Protocol):
    """Stores bytes under a key for `life` seconds.

    tests/contracts/test_store.py and tests/contracts/test_store_limits.py are the full contract.
    """

    @property
    def is_sharded(self) -> bool:
        """Whether all keys of one call must have the same hash tag, a part in braces (state/citizen_keys.py)."""

    async def get(self, key: str) -> bytes:
        """Return the stored bytes, b"" if there are none. Raises StoreUnavailable, as all methods do."""

    async def get_both(self, key: str, other: str) -> tuple[bytes, bytes]:
        """Return the stored bytes of two keys, in one trip."""

    async def compare_and_set(self, key: str, was: bytes, now: bytes, life: float, *beside: Entry) -> bool:
        """Store `now` in place of `was` (b"" for no value), with the entries, in one step; False if another is stored.

        If `now` is stored already, that is a success: a save whose reply was lost can be sent again.
        """

    async def increment(self, key: str, life: float) -> int:
        """Add one to a counter that expires `life` seconds after its first increment; returns its value.

        The value may be one too high for each reply that a broken connection lost, never too low.
        """

    async def attempt(self, window: Window, tried: str) -> Attempt:
        """Add a try to its window in one step, unless the window is full; an equal try is not added again.

        tried is a fingerprint without spaces. The key of a window is used for windows only.
        """

    async def withdraw(self, key: str, tried: str) -> None:
        """Remove a try from the window with this key."""

    async def throttle(self, key: str, every: float, burst: int, most: int) -> Allowance:
        """Allow up to `most` uses now, and count them; if there are none, the seconds until the next.

        One use is allowed every `every` seconds, and up to `burst` at once after a pause, for all processes together.
        """

    async def add_distinct(self, key: str, members: Sequence[str], life: float) -> None:
        """Add members to an estimate of their number, which expires `life` seconds after the last addition.

        The members are not stored, and may be added again. The key is used for estimates only.
        """

    async def count_distinct(self, *keys: str) -> int:
        """Return about how many different members were added under these keys together.

        The keys have the same hash tag.
        """

    async def close(self) -> None:
        """Close the connections."""
