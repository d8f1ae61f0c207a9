"""What libraries log, without what they log it about: aiohttp, asyncio, SQLAlchemy, redis, urllib3 and all others.

Of a record are kept its logger, its level, its place, and its message where that is a constant of the code. What is
filled in, what was put together before, and what an exception says may hold a request, a number or a secret.
"""

from __future__ import annotations

import logging
import sys
from types import FrameType
from typing import Final

import structlog

HIDDEN: Final = "message not shown"
LEVELS: Final = (logging.CRITICAL, logging.ERROR, logging.WARNING, logging.INFO)
LOOP_MESSAGES: Final = (  # how asyncio begins what it tells of a loop, before it goes on with values
    "Task exception was never retrieved",
    "Future exception was never retrieved",
    "Task was destroyed but it is pending!",
    "Exception in callback",
    "Unclosed client session",
    "Unclosed connection",
    "unhandled exception during asyncio.run() shutdown",
)
log = structlog.get_logger("foreign")


class ForeignHandler(logging.Handler):
    """The one handler of the standard library's root logger: it hands each record to our own pipeline."""

    def emit(self, record: logging.LogRecord) -> None:
        level = next((level for level in LEVELS if record.levelno >= level), logging.DEBUG)
        where = f"{record.module}:{record.lineno}"
        log.log(level, _event(record), logger=record.name, where=where, exc_info=record.exc_info)


def _event(record: logging.LogRecord) -> str:
    message = record.msg
    if isinstance(message, str):
        if _is_constant(message):
            return message
        for known in LOOP_MESSAGES:
            if record.name == "asyncio" and message.startswith(known):
                return known
    return HIDDEN


def _is_constant(message: str) -> bool:
    """Whether some code that is running holds this text as it is: nothing was filled in."""
    frame: FrameType | None = sys._getframe()
    while frame:
        if frame.f_globals.get("__name__") != "logging" and message in frame.f_code.co_consts:
            return True
        frame = frame.f_back
    return False
