"""A new version tried against the sessions that are open now: how many stand where it changes something.

All of them finish on the version they began on; this tells how many people are in the middle of what changes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, replace
from typing import Final, Protocol

from state.session import Session, thaw

MOST: Final = 20_000  # sessions looked at
SESSIONS: Final = "session:"


class Walked(Protocol):
    """A store that can be walked through."""

    def under(self, start: str, most: int) -> AsyncIterator[bytes]: ...


@dataclass(frozen=True, slots=True)
class OpenSessions:
    """How many are open, and how many of them stand on a screen that goes, on one that changes, or read of a service
    that changes. There may be more that were not looked at unless this is the whole."""

    many: int = 0
    on_removed: int = 0
    on_changed: int = 0
    on_service: int = 0
    whole: bool = True


async def look(store: Walked, removed: Collection[str], changed: Collection[str], services: Collection[str],
               most: int = MOST) -> OpenSessions:  # fmt: skip
    """Count the open sessions beside the screens and services that change. Raises StoreUnavailable."""
    found, looked = OpenSessions(), 0
    async for stored in store.under(SESSIONS, most):
        looked += 1
        session = thaw(stored)
        if session and not session.closed:
            found = replace(
                found,
                many=found.many + 1,
                on_removed=found.on_removed + (session.screen in removed),
                on_changed=found.on_changed + (session.screen in changed),
                on_service=found.on_service + _reads(session, services),
            )
    return replace(found, whole=looked < most)


def _reads(session: Session, services: Collection[str]) -> bool:
    """Whether somebody chose one of these services."""
    return session.answers.get("service", "") in services
