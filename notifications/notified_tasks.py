"""What an account was notified of, and what it is notified of next. Times are Unix seconds.

    a new thing -> ten minutes, for what comes with it -> one notification -> remembered while it waits

What has gone is remembered for some hours more, so that a gateway that fails again and again is one notification. Of
what can grow, such as texts to review, an account is notified again once it has grown, once a day at most.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from notifications.task_kinds import Waiting

GROUP_SECONDS: Final = 600
GROWN_SECONDS: Final = 24 * 3600  # between two notifications of what has grown
FORGET_SECONDS: Final = 6 * 3600  # after a thing has gone


@dataclass(frozen=True, slots=True)
class NotifiedTask:
    """A thing that waits, or has gone lately, as its row has it. notified_at and gone_at are 0 for not yet.

    many is the least that waited since the notification.
    """

    task: str
    kind: str
    many: int
    found_at: int
    notified_at: int = 0
    gone_at: int = 0

    @property
    def is_pending(self) -> bool:
        """Whether the account was not notified of it yet."""
        return not self.notified_at


@dataclass(frozen=True, slots=True)
class Plan:
    """The rows of an account as they become, and those of which it is notified now."""

    tasks: Sequence[NotifiedTask]
    due: Sequence[NotifiedTask]


def plan(known: Mapping[str, NotifiedTask], waiting: Sequence[Waiting], now: int) -> Plan:
    """Compare what is known with what waits, both by digest."""
    found = {one.digest: one for one in waiting}
    tasks = [_seen(known.get(digest), one, now) for digest, one in found.items()]
    pending = [one for one in tasks if one.is_pending]
    due = pending if any(one.found_at + GROUP_SECONDS <= now for one in pending) else []
    rest = [one for one in tasks if one not in due]
    gone = (replace(one, gone_at=one.gone_at or now) for name, one in known.items() if name not in found)
    remembered = [one for one in gone if one.notified_at and one.gone_at + FORGET_SECONDS > now]
    return Plan([*rest, *(replace(one, notified_at=now) for one in due), *remembered], due)


def _seen(before: NotifiedTask | None, waiting: Waiting, now: int) -> NotifiedTask:
    """Return the row of a thing that waits now."""
    if before is None or _has_grown(before, waiting, now):
        return NotifiedTask(waiting.digest, waiting.kind, waiting.many, now)
    many = waiting.many if before.is_pending else min(before.many, waiting.many)
    return replace(before, many=many, gone_at=0)


def _has_grown(before: NotifiedTask, waiting: Waiting, now: int) -> bool:
    return not before.is_pending and waiting.many > before.many and before.notified_at + GROWN_SECONDS <= now
