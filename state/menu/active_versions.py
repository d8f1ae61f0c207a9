"""The menu version for new sessions, and the older ones that open sessions still need.

Files are read, checked and compiled apart; only a version without problems replaces the active one. An open session
stays on its version, which is retained until no session can need it. Translations are different: new ones apply to all
versions at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from state.menu.versions import MenuVersion
from state.text.pagination import paginate

MAX_RETAINED = 20  # versions; with more changes within one session's life, the oldest sessions move to the current one


class ActiveMenus:
    """The current version, and those replaced less than `needed_for` seconds ago."""

    def __init__(self, edition: MenuVersion, needed_for: float, clock: Callable[[], float]) -> None:
        self.current = edition
        self._needed_for, self._clock = needed_for, clock
        self._replaced: dict[str, tuple[MenuVersion, float]] = {}

    def get(self, version: str) -> MenuVersion | None:
        """Return a version with the current translations, None if it is gone."""
        if version == self.current.version:
            return self.current
        edition, since = self._replaced.get(version, (None, 0.0))
        if edition and edition.wordings is not self.current.wordings:
            edition = edition.with_translations(self.current)
            self._replaced[version] = (edition, since)
        if edition and (edition.empty != self.current.empty or edition.season is not self.current.season):
            edition = self._as_now(edition)
            self._replaced[version] = (edition, since)
        return edition

    def set_season(self, facts: Mapping[str, str]) -> None:
        """Show what is in season on the first screen of all sessions from now on; without facts, nothing is."""
        if facts != self.current.season:
            self.current = self.current.in_season(facts)

    def close(self, empty: frozenset[str]) -> None:
        """Offer no journey that looks up one of these questions, in no session, from now on."""
        if empty != self.current.empty:
            self.current = self.current.without(empty).in_season(self.current.season)

    def _as_now(self, edition: MenuVersion) -> MenuVersion:
        return edition.without(self.current.empty).in_season(self.current.season)

    def retain(self, edition: MenuVersion) -> None:
        """Keep a version that was replaced before this process started, for open sessions."""
        if edition.version != self.current.version:
            self._replaced.setdefault(edition.version, (edition, self._clock()))

    def activate(self, edition: MenuVersion) -> None:
        """Make a version the current one, and apply its translations to all sessions."""
        now = self._clock()
        replaced = {**self._replaced, self.current.version: (self.current, now)}
        replaced.pop(edition.version, None)
        recent = [(version, old) for version, old in replaced.items() if now - old[1] < self._needed_for]
        self._replaced = dict(recent[-MAX_RETAINED:])
        self.current = self._as_now(edition)
        paginate.cache_clear()
