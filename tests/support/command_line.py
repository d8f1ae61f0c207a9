"""Verbs of the command line over a test database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from click.testing import Result

Zin = Callable[..., Awaitable[Result]]


def output_of(result: Result) -> tuple[int, str, str]:
    return result.exit_code, result.stdout, result.stderr
