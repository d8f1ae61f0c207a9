"""An operation of the API: what both the server and its OpenAPI document are made from.

A request is authenticated, limited, read and validated here in the same way for all operations; then its handler runs.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import BaseModel, ConfigDict

from api.authentication import authenticate, limit_rate, require_scope
from api.keys import ApiKey, Scope
from api.problems import Code
from api.request_models import parse_headers, parse_query, read_model
from api.services import API_SERVICES, ApiServices

SMALL_BODY: Final = 8 * 1024  # bytes
# What each operation with a key may be refused with, beside its own problems.
ALWAYS: Final[tuple[Code, ...]] = ("unauthenticated", "forbidden", "too-many-requests", "fault", "unavailable")
WITH_BODY: Final[tuple[Code, ...]] = ("not-json", "too-slow", "too-large", "wrong-type", "invalid")


class AnswerModel(BaseModel):
    """What Zin answers: exactly these fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Call:
    """One request with a valid key. path has the names in the address.

    query and headers have the models of the operation, if it has any.
    """

    key: ApiKey
    services: ApiServices
    path: Mapping[str, str]
    query: Any = None
    headers: Any = None


Run = Callable[[Call, Any], Awaitable[BaseModel]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation. run gets the call and the validated body, None if there is no body; summary is French."""

    name: str
    method: str
    path: str
    summary: str
    run: Run
    answer: type[BaseModel]
    status: int = 200
    scope: Scope | None = None
    body: type[BaseModel] | None = None
    max_bytes: int = SMALL_BODY
    query: type[BaseModel] | None = None
    headers: type[BaseModel] | None = None
    problems: tuple[Code, ...] = ()

    def all_problems(self) -> tuple[Code, ...]:
        """Return everything that a request may be refused with."""
        more = WITH_BODY if self.body else ("invalid",) if self.query or self.headers else ()
        return tuple(dict.fromkeys((*ALWAYS, *more, *self.problems)))

    def handler(self) -> Handler:
        """Return the handler for aiohttp's router."""

        async def handle(request: web.Request) -> web.Response:
            services = request.config_dict[API_SERVICES]
            key = await authenticate(services.keys, request.headers.get("Authorization", ""))
            require_scope(key, self.scope)
            await limit_rate(services.store, key)
            query = parse_query(request.query, self.query) if self.query else None
            headers = parse_headers(request.headers, self.headers) if self.headers else None
            body = await read_model(request, self.body, self.max_bytes) if self.body else None
            answer = await self.run(Call(key, services, request.match_info, query, headers), body)
            text = answer.model_dump_json(by_alias=True)
            return web.json_response(text=text, status=self.status, headers={"Cache-Control": "no-store"})

        return handle
