"""Finds the webhook of an address without a router."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from channels.webhooks.frame import AnyFrame

SECRET: Final = "/{secret}"


class WebhookPaths:
    """The webhooks by path: a fixed path, or a fixed start and the secret, and perhaps one more part.

    An address with an escaped character or a query is not found here: the application's router decodes it.
    """

    def __init__(self, frames: Iterable[AnyFrame]) -> None:
        self._fixed: dict[str, AnyFrame] = {}
        self._starts: dict[str, AnyFrame] = {}
        self._ends: dict[tuple[str, str], AnyFrame] = {}
        for frame in frames:
            start, secret, end = frame.path.partition(SECRET)
            if not secret:
                self._fixed[start] = frame
            elif not end:
                self._starts[start] = frame
            else:
                self._ends[start, end.removeprefix("/")] = frame

    def find(self, path: str) -> tuple[AnyFrame, str] | None:
        """Return the webhook and the secret in the address, "" for a fixed path; None for an unknown address."""
        start, _, last = path.rpartition("/")
        if "%" in path or "?" in path:
            return None
        if frame := self._starts.get(start):
            return (frame, last) if last else None
        if frame := self._fixed.get(path):
            return frame, ""
        start, _, secret = start.rpartition("/")
        frame = self._ends.get((start, last))
        return (frame, secret) if frame and secret else None
