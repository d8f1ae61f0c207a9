"""The first answer of PostgreSQL to a new connection, whether it speaks TLS, when nobody waits for it any more.

asyncpg 0.32 drops the future of that answer if the connection is given up in the moment in which it is made, as happens
when many are opened at once on a busy machine. asyncio then reports "Future exception was never retrieved" for each.
Source: asyncpg/connect_utils.py, _create_ssl_connection.
"""

from __future__ import annotations

from asyncpg import connect_utils  # type: ignore[import-untyped]  # the package carries no types


class _EncryptionRequest(connect_utils.TLSUpgradeProto):  # type: ignore[misc]  # the package carries no types
    """Ends the future with the connection, so that its error counts as retrieved; a caller that waits still gets it."""

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if not self.on_data.cancelled():
            self.on_data.exception()


def retrieve_dropped_answers() -> None:
    """Let all later connections of asyncpg end their futures."""
    connect_utils.TLSUpgradeProto = _EncryptionRequest
