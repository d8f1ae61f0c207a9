"""Finds the webhook of an address without a router."""

from __future__ import annotations

from collections.abc import Iterable

from channels.webhooks.frame import AnyFrame

SECRET = "{secret}"


class WebhookPaths:
    """The webhooks by path: a fixed path, or a fixed start, the secret, and a fixed end that may be empty.

    An address with an escaped character or a query is not found here: the application's router decodes it.
    """

    def __init__(self, frames: Iterable[AnyFrame]) -> None:
        self._fixed: dict[str, AnyFrame] = {}
        self._by_ends: dict[tuple[str, str], AnyFrame] = {}
        for frame in frames:
            start, secret, end = frame.path.partition(SECRET)
            if secret:
                self._by_ends[start, end] = frame
            else:
                self._fixed[start] = frame
        self._ends = {end for _, end in self._by_ends}

    def find(self, path: str) -> tuple[AnyFrame, str] | None:
        """Return the webhook and the secret in the address, "" for a fixed path; None for an unknown address."""
        if "%" in path or "?" in path:
            return None
        for end in self._ends:
            if path.endswith(end):
                place = path.rfind("/", 0, len(path) - len(end)) + 1
                frame = self._by_ends.get((path[:place], end))
                secret = path[place : len(path) - len(end)]
                if frame and secret and "/" not in secret:
                    return frame, secret
        fixed = self._fixed.get(path)
        return (fixed, "") if fixed else None
