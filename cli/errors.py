"""Reports errors that a user can correct: in one line, never as a traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from settings import InvalidSettings
from state.errors import SchemaMismatch, ZinError

P = ParamSpec("P")
R = TypeVar("R")


def report_errors(verb: Callable[P, R]) -> Callable[P, R]:
    """Turn errors that a user can correct into a line on stderr and exit code 2.

    Code 78, EX_CONFIG of sysexits.h, says that a start cannot succeed before somebody acts: systemd does not repeat it
    (deploy/systemd/).
    """

    @wraps(verb)
    def careful(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return verb(*args, **kwargs)
        except SchemaMismatch as wrong:
            click.echo(f"zin: {wrong}", err=True)
            sys.exit(os.EX_CONFIG)
        except (ZinError, InvalidSettings) as wrong:
            click.echo(str(wrong), err=True)
        except BrokenPipeError:  # the reader of our output has closed it
            raise
        except OSError as wrong:  # a port that is taken, a folder that cannot be written
            click.echo(f"zin: {wrong.strerror or wrong}{f': {wrong.filename}' if wrong.filename else ''}", err=True)
        sys.exit(2)

    return careful


def relative_to_cwd(file: Path) -> Path:
    """Return the path relative to the current folder, if the file is below it."""
    here = Path.cwd()
    return file.relative_to(here) if file.is_absolute() and file.is_relative_to(here) else file
