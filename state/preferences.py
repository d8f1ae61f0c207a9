"""Citizens' preferences, which outlive a session.

The store has a preference for a day, saved in the same step as the session. SQL has it for a year, written late and
in batches. So the next hop knows a choice at once, and a process that dies loses only rows that the store still has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import orjson

from state.store.interface import Entry

MAX_PREFERENCE_SECONDS: Final = 24 * 3600.0  # in the store, which evicts sessions first when its memory is full
# Prefix of a record. To add, remove, move or retype a field, change the prefix. A record with another prefix is not
# read: SQL has the preference too.
FORMAT: Final = b"1:"


@dataclass(frozen=True, slots=True)
class Preference:
    """The language that a citizen chose, "" before the first choice.

    call is the pseudonym of the call that began with the language screen, else "".
    """

    language: str = ""
    call: str = ""


class Preferences(Protocol):
    """Stores citizens' choices for longer than a session. tests/contracts/test_preferences.py is the full contract.

    citizen is a pseudonym.
    """

    async def of(self, citizen: str) -> Preference:
        """Return the stored preference, an empty one if there is none. Raises SourceUnavailable."""

    def keep(self, citizen: str, preference: Preference) -> None:
        """Store a preference soon, for a year from now, in place of the former one."""

    async def close(self) -> None:
        """Store what is not stored yet, if that is possible."""


def preference_entry(key: str, preference: Preference) -> Entry:
    """Return the preference as an entry of the store under this key."""
    return Entry(key, FORMAT + orjson.dumps((preference.language, preference.call)), MAX_PREFERENCE_SECONDS)


def deserialize_preference(stored: bytes) -> Preference | None:
    """Return the preference in a stored record; None for no record and for an unknown format."""
    if not stored.startswith(FORMAT):
        return None
    try:
        match orjson.loads(stored[len(FORMAT) :]):
            case [str(language), str(call)]:
                return Preference(language, call)
    except ValueError:
        pass
    return None
