"""One thing that waits for people at the desk."""

from __future__ import annotations

from dataclasses import dataclass

from admin.permissions import CurrentUser, Permission
from notifications.task_kinds import Waiting


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that waits: what it is, where it is done, and what it takes.

    notified is what those are notified of who may do it, None for nothing; by are those whose own action it is, who are
    not. is_barred: this reader may not do it, although the role may, as nobody approves what they wrote.
    """

    what: str
    address: str
    permission: Permission
    detail: str = ""
    notified: Waiting | None = None
    by: frozenset[str] = frozenset()
    is_barred: bool = False

    def is_for(self, visitor: CurrentUser) -> bool:
        """Whether this reader may do it."""
        return visitor.has_permission(self.permission) and not self.is_barred
