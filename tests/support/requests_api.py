"""A ministry's requests service, as docs/requests-api.yaml asks for it, with knobs for all that may go wrong.

Every request is held against the OpenAPI file, and so is every answer that is not meant to be nonsense.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web
from aiohttp.test_utils import TestServer
from openapi_schema_validator import OAS31Validator, oas31_format_checker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

CONTRACT = Path(__file__).parents[2] / "docs" / "requests-api.yaml"
API: Any = yaml.safe_load(CONTRACT.read_text())
EXAMPLE = {"outcome": "found", "service": "Casier judiciaire", "status": "ready", "updated": "2026-09-28", "note": ""}
UNKNOWN = {"outcome": "unknown"}
TOKEN = "a-token-of-the-tests"


def hold(shape: str, given: object) -> None:
    """Fail unless this is what the OpenAPI file calls by that name."""
    files: Registry[Any] = Registry().with_resource("api", Resource.from_contents(API, DRAFT202012))
    wanted = {"$ref": f"api#/components/schemas/{shape}"}
    OAS31Validator(wanted, registry=files, format_checker=oas31_format_checker).validate(given)


@dataclass(slots=True)
class Ministry:
    """slow: seconds before each answer. instead: what is answered, whatever is asked."""

    slow: float = 0.0
    instead: web.Response | None = None
    asked: list[Mapping[str, Any]] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    _server: TestServer | None = None
    _port: int | None = None  # the same when it opens again

    @property
    def url(self) -> str:
        assert self._server
        return str(self._server.make_url(""))

    async def open(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._server = TestServer(app, port=self._port)
        await self._server.start_server(shutdown_timeout=0.1)
        self._port = self._server.port

    async def close(self) -> None:
        if self._server and not self._server.closed:
            await self._server.close()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.paths.append(request.raw_path)
        self.headers.append(request.headers)
        question = await request.json()
        self.asked.append(question)
        try:
            hold("Asked", question)
        except Exception as error:
            self.wrong.append(str(error))
        await asyncio.sleep(self.slow)
        if self.instead is not None:
            return _again(self.instead)
        if (request.method, request.path) != ("POST", "/requests/status"):
            return web.Response(status=404)
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.Response(status=401)
        return web.json_response(self._about(question))

    def _about(self, question: Mapping[str, Any]) -> Mapping[str, str]:
        mine = question["reference"] == "EX000001"
        proved = question.get("phone_tail") == "0001" or question.get("birth_date") == "1990-03-05"
        answer = EXAMPLE if mine and proved else UNKNOWN
        hold("Answer", answer)
        return answer


def _again(response: web.Response) -> web.Response:
    """A response can be sent once only."""
    return web.Response(status=response.status, body=response.body, headers=response.headers)
