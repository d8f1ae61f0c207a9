"""Describes an exception for the log in one line: its type and the places it passed through.

Message and arguments are left out: drivers and parsers often repeat the refused value in them.
"""

from __future__ import annotations

import errno
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from traceback import walk_tb
from types import TracebackType
from typing import Any, Final

from structlog.typing import EventDict, WrappedLogger

ROOT: Final = Path(__file__).parent.parent
MAX_FRAMES: Final = 12  # the innermost of our own code
MAX_EXCEPTIONS: Final = 8  # of one chain or group
CODE: Final = re.compile(r"[A-Z0-9_]{1,40}")


def describe_exception(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Replace exc_info in an event by a description (a structlog processor)."""
    error = _exception_of(event.pop("exc_info", None))
    if error is not None:
        event["exception"] = exception_summary(error)
    event.pop("stack_info", None)
    return event


def exception_summary(error: BaseException) -> str:
    """Return type and place of the exception and of its causes, without their messages."""
    chain = [f"{_kind(one)} at {_place(one.__traceback__)}" for one, _ in zip(_chain(error), range(MAX_EXCEPTIONS))]  # noqa: B905
    return "; from ".join(chain)


def _exception_of(given: Any) -> BaseException | None:
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple):
        return given[1] if isinstance(given[1], BaseException) else None
    return sys.exc_info()[1] if given else None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the exception, the members of a group, then its cause or context."""
    seen = set[int]()
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting.append(one.__cause__ or (None if one.__suppress_context__ else one.__context__))
        waiting.extend(one.exceptions if isinstance(one, BaseExceptionGroup) else ())


def _kind(error: BaseException) -> str:
    """Return the type, with the code of the operating system or database if there is one."""
    number = getattr(error, "errno", None)
    code = errno.errorcode.get(number) if isinstance(number, int) else None
    code = code or getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None)
    known = isinstance(code, str) and CODE.fullmatch(code)
    return f"{type(error).__name__}({code})" if known else type(error).__name__


def _place(traceback: TracebackType | None) -> str:
    """Return our own lines in the traceback, innermost first, preceded by the library line that raised the error."""
    frames = [(frame.f_code, line) for frame, line in walk_tb(traceback)][::-1]
    lines = [
        f"{_short(code.co_filename)}:{line} {code.co_name}"
        for depth, (code, line) in enumerate(frames)
        if not depth or _is_ours(code.co_filename)
    ]
    return " < ".join(lines[:MAX_FRAMES]) or "no line"


def _is_ours(file: str) -> bool:
    path = Path(file)
    return path.is_relative_to(ROOT) and "site-packages" not in path.relative_to(ROOT).parts


def _short(file: str) -> str:
    path = Path(file)
    return str(path.relative_to(ROOT)) if _is_ours(file) else "/".join(path.parts[-2:])
