"""The API as a sub-application for /api/v1; the main application holds API_SERVICES.

A new operation is a module beside this one, with its OPERATIONS here.
"""

from __future__ import annotations

from typing import Final

from aiohttp import web

from api import govstack_operations, key_operations, message_operations, register_operations
from api.error_responses import problem_middleware
from api.openapi import document_text
from api.operations import Operation

PREFIX: Final = "/api/v1"
DOCUMENT: Final = "/openapi.json"
OPERATIONS: Final[tuple[Operation, ...]] = (
    *key_operations.OPERATIONS,
    *message_operations.OPERATIONS,
    *register_operations.OPERATIONS,
    *govstack_operations.OPERATIONS,
)


def api_app() -> web.Application:
    """Return the sub-application; its OpenAPI document needs no key."""
    made = web.Application(middlewares=[problem_middleware])
    text = document_text(OPERATIONS)

    async def serve_document(_: web.Request) -> web.Response:
        return web.json_response(text=text)

    made.router.add_get(DOCUMENT, serve_document, name="openapi")
    for operation in OPERATIONS:
        made.router.add_route(operation.method, operation.path, operation.handler(), name=operation.name)
    return made
