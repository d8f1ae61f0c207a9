"""Errors of a database that end by themselves: a caller that can wait may try again."""

from __future__ import annotations

from state.errors import SourceUnavailable


class DatabaseAway(SourceUnavailable):
    """The server cannot be reached, is starting, or takes no writes now."""


class LockHeld(SourceUnavailable):
    """Another session holds a lock for longer than a migration waits; the text names it. Nothing was changed."""


class NoFreeConnection(DatabaseAway):
    """All connections that this process, a pooler or the server has are in use."""
