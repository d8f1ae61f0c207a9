"""Reports errors that a user can correct: in one line, never as a traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import click
import structlog

from logs.pipeline import configure_start_logs
from settings import InvalidSettings
from settings.early_format import wants_readable_logs
from state.errors import SchemaMismatch, ZinError

P = ParamSpec("P")
R = TypeVar("R")
log = structlog.get_logger("zin")


def report_errors(verb: Callable[P, R]) -> Callable[P, R]:
    """Turn errors that a user can correct into a line on stderr and exit code 2.

    Code 78, EX_CONFIG of sysexits.h, says that a start cannot succeed before somebody acts: systemd does not repeat it
    (deploy/systemd/).
    """

    @wraps(verb)
    def careful(*args: P.args, **kwargs: P.kwargs) -> R:
        return _reported(lambda: verb(*args, **kwargs), lambda line: click.echo(line, err=True))

    return careful


def report_start_errors(verb: Callable[P, R]) -> Callable[P, R]:
    """Do the same for a server process, whose log is JSON in production from its first line."""

    @wraps(verb)
    def careful(*args: P.args, **kwargs: P.kwargs) -> R:
        for_people = wants_readable_logs(os.environ)
        configure_start_logs(for_people=for_people)
        if for_people:
            return _reported(lambda: verb(*args, **kwargs), lambda line: click.echo(line, err=True))
        return _reported(lambda: verb(*args, **kwargs), lambda line: log.critical("cannot start", why=line))

    return careful


def _reported(run: Callable[[], R], report: Callable[[str], object]) -> R:
    """Run a verb, and report an error that a user can correct, a line at a time, before exit code 2."""
    try:
        return run()
    except SchemaMismatch as wrong:
        report(f"zin: {wrong}")
        sys.exit(os.EX_CONFIG)
    except (ZinError, InvalidSettings) as wrong:
        for line in str(wrong).splitlines():
            report(line)
    except BrokenPipeError:  # the reader of our output has closed it
        raise
    except OSError as wrong:  # a port that is taken, a folder that cannot be written
        report(f"zin: {wrong.strerror or wrong}{f': {wrong.filename}' if wrong.filename else ''}")
    sys.exit(2)


def relative_to_cwd(file: Path) -> Path:
    """Return the path relative to the current folder, if the file is below it."""
    here = Path.cwd()
    return file.relative_to(here) if file.is_absolute() and file.is_relative_to(here) else file
