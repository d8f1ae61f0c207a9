"""Errors of SMPP, each named after what happened on the bind."""

from __future__ import annotations

import ssl


class SmppError(Exception):
    """Something did not work on a bind. The text has no number, no message and no secret."""


class InvalidFrame(SmppError):
    """A length that no PDU has: where the next PDU begins is unknown, and the connection must be closed."""


class MalformedBody(SmppError):
    """A PDU whose body cannot be read; the connection goes on. status is what the response says."""

    def __init__(self, what: str, status: int) -> None:
        super().__init__(what)
        self.status = status


class NotBound(SmppError):
    """There is no bind now, and none came in time: nothing was sent."""


class NoPlace(SmppError):
    """The window had no place in time: nothing was sent."""


class NoAnswer(SmppError):
    """A request was sent, and no response came: whether the other side took it is unknown."""


def reason_of(error: SmppError | OSError) -> str:
    """Return why a bind was lost, in one line."""
    if isinstance(error, SmppError):
        return str(error)
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate refused: {error.verify_message}"
    return type(error).__name__
