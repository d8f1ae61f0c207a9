"""A fake of a declared API, which answers its examples: for who writes the other side, and for tests."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl

from aiohttp import web

from catalog.source_files import UNKNOWN, Credential, HttpSourceFile, SourceExample
from httpclient.json_client import FORM, JSON, Call, parse_json
from sources.declared.placeholders import PLACEHOLDER, fill_request, read_answers

MAX_BYTES: Final = 64 * 1024


class MockApi:
    """Answers each example's request with its answer, other requests as « unknown », and says what is wrong in one.

    report is called with one line for each request; it has no values.
    """

    def __init__(self, file: HttpSourceFile, report: Callable[[str], None]) -> None:
        self._file, self._report = file, report
        self._path = re.compile(_pattern(file.request.path))
        self._calls = [(_example_call(file, one), one) for one in file.examples]

    def app(self) -> web.Application:
        """Return the application that answers every path."""
        app = web.Application(client_max_size=MAX_BYTES)
        app.router.add_route("*", "/{path:.*}", self._handle)
        return app

    async def _handle(self, request: web.Request) -> web.Response:
        received = await _received(request)
        status, fault = self._fault(request, received)
        if fault:
            self._report(f"{request.method} : {status.value}, {fault}")
            return web.json_response({"erreur": fault}, status=status)
        example = self._answering(received)
        self._report(f"{request.method} : {example.status}, exemple « {example.outcome} »")
        return web.Response(status=example.status, text=example.answer, content_type=JSON)

    def _fault(self, request: web.Request, received: Call) -> tuple[HTTPStatus, str]:
        """Return the status and the French reason for a request that is not of this source, else an empty reason."""
        wanted = self._file.request
        if not self._path.fullmatch(received.url):
            return HTTPStatus.NOT_FOUND, f"ce chemin n'est pas {wanted.path}"
        if received.method != wanted.method:
            return HTTPStatus.METHOD_NOT_ALLOWED, f"il faut {wanted.method}"
        for name, value in wanted.headers.items():
            is_needed = not (isinstance(value, Credential) and value.optional)
            if is_needed and name not in request.headers:
                return HTTPStatus.UNAUTHORIZED, f"il manque l'en-tête {name}"
        if (wanted.json_ is None) != (received.json is None) or (wanted.form is None) != (received.form is None):
            return HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "le corps n'est pas de la forme attendue"
        return HTTPStatus.OK, ""

    def _answering(self, received: Call) -> SourceExample:
        """Return the example with this request, else the first of an unknown one, which every file has."""
        exact = (one for call, one in self._calls if call == received)
        unknown = (one for one in self._file.examples if one.outcome == UNKNOWN)
        return next(exact, None) or next(unknown)


def _example_call(file: HttpSourceFile, example: SourceExample) -> Call | None:
    values = read_answers(file.needs, example.ask)
    return fill_request(file, "", values) if values else None


def _pattern(path: str) -> str:
    return "[^/]+".join(map(re.escape, re.split(r"\{[^}]*\}", path))) if PLACEHOLDER.search(path) else re.escape(path)


async def _received(request: web.Request) -> Call:
    """Return a request as the calls of the examples are described: with its path alone as the address."""
    body = await request.read()
    json: Any = parse_json(body) if request.content_type == JSON else None
    form: Mapping[str, str] | None = None
    if request.content_type == FORM:
        form = dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    return Call(request.method, request.rel_url.raw_path, dict(request.query), json, form)
