"""Publishes versions of the menus whose hour has come; every process looks, and one of them does it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Final

from authoring.versions.schedules import MenuSchedules
from channels.workers.polling import poll_forever
from channels.workers.supervision import supervise

POLL_SECONDS: Final = 1.0  # seconds between two looks at the clock


def start_menu_schedule(schedules: MenuSchedules) -> asyncio.Task[None]:
    """Start looking for versions that are due; return the running task."""

    def run() -> Awaitable[object]:
        return poll_forever(schedules.publish_due, POLL_SECONDS, "versions of the menus that are due")

    return asyncio.create_task(supervise("menu_schedule", run))
