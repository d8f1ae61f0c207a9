"""What can go wrong, each named by who must act.

The gateway mends a BadRequest and a Stranger, whoever sent it an Unstorable, whoever runs Zin a StoreUnavailable, the
ministry a SourceUnavailable, the operator of the menus a MenuBroken. (SettingsWrong lives with the settings, a floor
below.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class ZinError(Exception):
    """Anything that Zin says of itself in one line, without a traceback."""


class BadRequest(ZinError):
    """A gateway's request that lacks a field or holds an impossible one; nothing was stored. Answered 400."""


class Unauthenticated(ZinError):
    """A request from someone who does not know our secret, or for another service code. Answered 403."""


class StoreUnavailable(ZinError):
    """Valkey does not answer; the citizen is asked to call again, and the next hop tries anew."""


class SourceUnavailable(ZinError):
    """A source cannot say: unreachable, failing, or answering nonsense. The words are for the log, not the citizen."""


class Outdated(SourceUnavailable):
    """What was to be told no longer holds: it was taken back meanwhile, and must be asked for again."""


class Unstorable(ZinError):
    """A value that no column can hold, now or later: it is dropped and counted, since trying again cannot help."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend in an operator's file; line and column count from 1."""

    file: str
    line: int
    column: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.what}"


class InvalidMenu(ZinError):
    """Files that cannot go live, with every problem found in one reading."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)

    def __reduce__(self) -> tuple[type[InvalidMenu], tuple[Sequence[Problem]]]:
        """As it travels from one process to another."""
        return type(self), (self.problems,)
