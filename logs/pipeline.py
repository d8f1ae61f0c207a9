"""The only pipeline of log lines: our own, those of libraries, warnings, and uncaught exceptions.

One line per event on stderr: readable text in demo, JSON in production. All lines pass the same processors, which drop
events of replays, reduce an exception to its type and place, leave out warnings that repeat, and mask secrets and phone
numbers.
"""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from types import TracebackType
from typing import Any, Final, TextIO

import structlog
from structlog.typing import Processor

from logs.exceptions import describe_exception
from logs.library_loggers import ForeignHandler
from logs.masking import Masking, known_secrets
from logs.repetition import Repetitions
from logs.request_id import add_request_id
from logs.suppression import drop_replay_logs
from logs.trace_id import add_trace_id
from settings import Settings

STDERR: Final[TextIO] = sys.__stderr__ or sys.stderr
log = structlog.get_logger("zin")


def configure_logs(settings: Settings) -> None:
    """Send all log lines of a server process through the pipeline, in the format of its environment."""
    traced = (add_trace_id,) if settings.otlp_url else ()
    _configure(Masking(known_secrets(settings)), traced, for_people=settings.has_readable_logs)


def configure_command_logs() -> None:
    """Configure the logs of a command: warnings only, and no settings, because they are not read yet."""
    _configure(Masking(()), for_people=True, level=logging.WARNING)


def configure_start_logs(*, for_people: bool) -> None:
    """Configure the logs of a server process before its settings are read, so without secrets to mask."""
    _configure(Masking(()), for_people=for_people)


def _configure(
    mask: Masking, traced: tuple[Processor, ...] = (), *, for_people: bool, level: int = logging.INFO
) -> None:
    structlog.configure(
        processors=[
            drop_replay_logs,
            structlog.processors.add_log_level,
            describe_exception,
            Repetitions(),
            mask,
            add_request_id,
            *traced,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.dev.ConsoleRenderer(colors=STDERR.isatty())
            if for_people
            else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(STDERR),
        cache_logger_on_first_use=True,
    )
    _take_over_loggers()
    warnings.showwarning = _log_warning
    sys.excepthook = _log_uncaught
    sys.unraisablehook = lambda raised: _log_raised("exception ignored", raised.exc_value)
    threading.excepthook = lambda raised: _log_raised("thread failed", raised.exc_value)


def _take_over_loggers() -> None:
    """Replace the handlers of all library loggers by ours."""
    logging.root.handlers[:] = [ForeignHandler()]
    logging.root.setLevel(logging.WARNING)
    for name in list(logging.root.manager.loggerDict):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True


def _log_warning(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, *_: Any, **__: Any
) -> None:
    """Log a warning's category and place; its text may contain a value."""
    log.warning("python warning", kind=category.__name__, where=f"{filename}:{lineno}")


def _log_uncaught(kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        log.critical("uncaught exception", exc_info=error)


def _log_raised(event: str, error: BaseException | None) -> None:
    log.error(event, exc_info=error)
