"""Errors, each named after the party that must act.

The gateway must correct a BadRequest and an Unauthenticated, the sender an Unstorable, the administrator of Zin a
StoreUnavailable and a SchemaMismatch, the ministry a SourceUnavailable, the operator of the menus an InvalidMenu.
Errors in the settings are in settings/.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class ZinError(Exception):
    """An error that Zin reports in one line, without a traceback."""


class BadRequest(ZinError):
    """A gateway's request lacks a field or has an impossible value; nothing was stored. Answered with 400."""


class Unauthenticated(ZinError):
    """A request without our secret, or for another service code. Answered with 403."""


class StoreUnavailable(ZinError):
    """Valkey does not answer; the citizen is asked to call again, and the next hop tries again."""


class SourceUnavailable(ZinError):
    """A source cannot be reached, fails or answers nonsense. The text is for the log, not for the citizen."""


class SchemaMismatch(ZinError):
    """The tables are of a version with which this program cannot work; starting it again changes nothing."""


class TablesUnavailable(SourceUnavailable):
    """Our own tables do not answer a question now: what can wait is asked again."""


class Outdated(SourceUnavailable):
    """The facts were withdrawn meanwhile; they must be looked up again."""


class Unstorable(ZinError):
    """A value that no column can store. It is dropped and counted, because a second try cannot help."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A fault in an operator's file; line and column count from 1."""

    file: str
    line: int
    column: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.what}"


class InvalidMenu(ZinError):
    """Menu files that cannot be published, with every problem found in them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)

    def __reduce__(self) -> tuple[type[InvalidMenu], tuple[Sequence[Problem]]]:
        """Support pickling, for transfer between processes."""
        return type(self), (self.problems,)
