"""Citizens' preferences, which outlive a session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Preference:
    """The language that a citizen chose, "" before the first choice.

    call is the pseudonym of the call that began with the language screen, else "".
    """

    language: str = ""
    call: str = ""


class Preferences(Protocol):
    """Stores citizens' choices for longer than a session. tests/contracts/test_preferences.py is the full contract.

    citizen is a pseudonym. Both methods raise SourceUnavailable.
    """

    async def of(self, citizen: str) -> Preference:
        """Return the stored preference, an empty one if there is none."""

    async def keep(self, citizen: str, preference: Preference) -> None:
        """Store a preference for a year from now, in place of the former one."""
