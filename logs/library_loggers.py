"""Logs what libraries log, without values: aiohttp, asyncio, SQLAlchemy, redis, urllib3 and all others.

A record keeps its logger, its level, its place, and its message if that is a constant in the code. Formatted messages
and the text of exceptions may contain a request, a number or a secret, so they are dropped.
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
    """The only handler of the standard library's root logger: it passes each record to our pipeline."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log the record's constant message, logger and place."""
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
    """Return whether a running function has this text as a constant, so that no value was formatted into it."""
    frame: FrameType | None = sys._getframe()
    while frame:
        if frame.f_globals.get("__name__") != "logging" and message in frame.f_code.co_consts:
            return True
        frame = frame.f_back
    return False
