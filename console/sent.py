"""The form that a request brings."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage

from channels.contracts.channel import BROKEN

# Broken off, or a charset, a boundary or a part that is none.
NOT_A_FORM = (*BROKEN, ValueError, LookupError, AssertionError, BadHttpMessage)


async def form(request: web.Request) -> Mapping[str, object]:
    """Its fields. Raises HTTPBadRequest for what is no form, and HTTPRequestEntityTooLarge."""
    try:
        return await request.post()
    except NOT_A_FORM as broken:
        raise web.HTTPBadRequest from broken
