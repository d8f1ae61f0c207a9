"""Gateways' requests as the server passes them to a channel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web
from multidict import CIMultiDict

from channels.contracts.metrics import UNMETERED
from channels.contracts.webhook_request import WebhookRequest, WebhookResponse, text_response
from channels.webhooks.frame import Handler, RequestReader, WebhookFrame


def webhook_request(body: bytes = b"", secret: str = "demo", headers: dict[str, str] | None = None) -> WebhookRequest:
    """A request with this body, secret in the address, and headers."""
    return WebhookRequest(secret, CIMultiDict(headers or {}), body)


def handler_of(reader: RequestReader[Any], say: Callable[[Any], str]) -> Handler:
    """A handler that answers with what `say` makes of a channel's events; a malformed request gets its reason."""

    async def answer(events: Any, _: None) -> WebhookResponse:
        return text_response(say(events))

    frame: WebhookFrame[Any, None] = WebhookFrame(reader, answer, text_response, UNMETERED)

    async def handle(request: web.Request) -> web.Response:
        return await frame.handle(request, None)

    return handle
