"""The error of a backup that cannot be made or restored."""

from __future__ import annotations

from state.errors import ZinError


class BackupRefused(ZinError):
    """A backup cannot be made or restored; the French text says in one line why, and what to do."""
