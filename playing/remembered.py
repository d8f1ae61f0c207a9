"""What citizens chose, kept in memory: a stand-in for the registry, and the least that keeps the contract."""

from __future__ import annotations

from state.errors import SourceUnavailable
from state.interfaces import Preference


class Remembered:
    """Preferences as long as this object; usual is what everybody chose long ago, `down` makes them unavailable."""

    def __init__(self, usual: str = "") -> None:
        self.usual = Preference(usual)
        self.kept: dict[str, Preference] = {}
        self.down = False

    async def of(self, citizen: str) -> Preference:
        self._answer()
        return self.kept.get(citizen, self.usual)

    async def keep(self, citizen: str, preference: Preference) -> None:
        self._answer()
        self.kept[citizen] = preference

    def _answer(self) -> None:
        if self.down:
            raise SourceUnavailable("told to fail")
