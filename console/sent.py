"""The form that a request brings."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage

NOT_A_FORM = (ValueError, LookupError, AssertionError, BadHttpMessage)  # a charset, a boundary or a part that is none


async def form(request: web.Request) -> Mapping[str, object]:
    """Its fields. Raises HTTPBadRequest for what is no form, and HTTPRequestEntityTooLarge."""
    try:
        return await request.post()
    except NOT_A_FORM as broken:
        raise web.HTTPBadRequest from broken
