"""Gives notifications what waits for an account: the tasks that its own start page shows it as its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

from accounts.accounts import Operator
from admin.context import AdminContext
from admin.permissions import CurrentUser, Permission
from admin.start.waiting import NOTIFIED, waiting
from channels.workers.polling import poll_forever
from channels.workers.supervision import supervise
from notifications.discovery import TaskDiscovery
from notifications.task_kinds import Finder, Waiting
from state.cancellation import end_task

POLL_SECONDS: Final = 5.0
PERMISSIONS: Final[Sequence[Permission]] = ("approve", "decide", "menus", "messages", "review")  # of these tasks


def task_finder(desk: AdminContext) -> Finder:
    """Return what finds the tasks of an account; it raises SourceUnavailable."""

    async def find(account: Operator) -> list[Waiting]:
        visitor = CurrentUser(account.name, account.role, csrf="", ministry=account.ministry)
        if not any(map(visitor.has_permission, PERMISSIONS)):
            return []
        tasks = await waiting(desk, visitor, NOTIFIED)
        return [one.notified for one in tasks if one.notified and one.is_for(visitor) and account.name not in one.by]

    return find


@asynccontextmanager
async def notifying(desk: AdminContext, clock: Callable[[], float]) -> AsyncIterator[None]:
    """Look what comes to wait for the accounts that want to be notified, for the duration of this context."""
    discovery = TaskDiscovery(desk.database, task_finder(desk), clock)
    looking = partial(poll_forever, discovery.look, POLL_SECONDS, "what waits for accounts")
    task = asyncio.create_task(supervise("notifications", looking))
    try:
        yield
    finally:
        await end_task(task)
