"""What a connection needs of the server that it belongs to."""

from __future__ import annotations

from typing import Protocol

from aiohttp import web

from channels.webhooks.direct_requests import DirectWebhooks, ResponseWriter


class ConnectionServer(Protocol):
    """The server of a connection: what it shares with all others, and its lists of late ones."""

    webhooks: DirectWebhooks
    response_writer: ResponseWriter
    is_draining: bool

    def expect(self, connection: web.RequestHandler) -> None:
        """Record that the rest of a request is expected."""

    def forget(self, connection: web.RequestHandler) -> None:
        """Record that the request is complete, or the connection lost."""

    def set_unread(self, connection: web.RequestHandler, unread: bool) -> None:
        """Record that an answer waits for its reader, or no longer does."""
