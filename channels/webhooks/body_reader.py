"""Reads the body of a request within the rule of its channel."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from channels.contracts.webhook_request import BodyRule
from httpclient.limited_body import read_limited
from state.errors import BadRequest

# Raised by reading a body that is malformed, too slow (channels/webhooks/connections.py) or cut off.
BROKEN: Final = (web.RequestPayloadError, ConnectionError)


async def read_body(request: web.Request, rule: BodyRule) -> bytes:
    """Read the whole body. Raises BadRequest if it has another type, is too long or is broken."""
    rule.require_type(request.headers)
    if (request.content_length or 0) > rule.max_bytes:
        raise BadRequest(f"more than {rule.max_bytes} bytes")
    try:
        whole = await read_limited(request.content, rule.max_bytes)
    except BROKEN:
        raise BadRequest("broken body") from None
    if whole is None:
        raise BadRequest(f"more than {rule.max_bytes} bytes")
    return whole
