"""Files of menus/sources for tests, and an API behind them that answers whatever a test needs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web
from aiohttp.test_utils import TestServer

from catalog.entries import SOURCES, STATUSES, Entries
from catalog.source_files import HttpSourceFile
from settings import Settings
from sources.declared.http_source import HttpSource
from tests.support.ministry_source import MENUS

TEXTS = STATUSES.read(MENUS / "statuses")[0]

PASSPORT = """\
title: Passeports
administration: Une administration d'exemple
question: passports.stage
guarded: true
reference: reference
needs: {reference: code, birth_date: day}
request:
  server: http://127.0.0.1:1
  path: /passports/stage
  method: POST
  headers: {X-Road-Client: BJ/GOV/0001/zin}
  json: {file: {number: "{reference}"}, born: "{birth_date}"}
outcomes:
  - {outcome: found, status: 200, when: file.stage}
  - {outcome: unknown, status: 404, when: "code == 'NO_FILE'"}
facts:
  stage: {from: file.stage, kind: words, values: {P1: Dossier reçu, P2: Passeport imprimé}}
  office: {from: file.office, most: 40}
  ready: {from: file.ready, kind: date, optional: true}
  due: {from: file.due, kind: money}
examples:
  - ask: {reference: PP-0001, birth_date: 1990-03-05}
    answer: |
      {"file": {"stage": "P2", "office": "Cotonou", "ready": "2026-11-20", "due": 5000}}
    outcome: found
    facts: {stage: Passeport imprimé, office: Cotonou, ready: 2026-11-20, due: 5000}
  - ask: {reference: PP-0009, birth_date: 1990-03-05}
    status: 404
    answer: |
      {"code": "NO_FILE"}
    outcome: unknown
"""
FOUND = {"file": {"stage": "P2", "office": "Cotonou", "ready": "2026-11-20", "due": 5000}}
MINE = {"reference": "pp-0001", "birth_date": "05031990"}


def declared(text: str = PASSPORT, **changes: Any) -> HttpSourceFile:
    """A file of this text, with these keys in place of its own; a key of the request is written request__path."""
    data = yaml.load(text, Loader=yaml.BaseLoader)
    for key, value in changes.items():
        outer, _, inner = key.partition("__")
        if inner:
            data[outer][inner] = value
        else:
            data[outer] = value
    return HttpSourceFile.model_validate(data)


def source_of(file: HttpSourceFile, tmp_path: Path, **settings: Any) -> HttpSource:
    """The source that a file declares, in a production without secrets in the way."""
    return HttpSource("passports", file, Settings(env="demo", data=tmp_path, **settings), TEXTS)


def entries_of(menus: Path, files: Mapping[str, str]) -> Entries:
    """Entries with these source files, which are written to the folder. Fails if one has not the shape."""
    folder = menus / "sources"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    found, problems = SOURCES.read(folder)
    assert not problems
    return Entries({}, {}, TEXTS, {}, found)


@dataclass(slots=True)
class Api:
    """An API on this machine. instead: what is answered; slow: seconds before each answer."""

    instead: web.Response = field(default_factory=lambda: web.json_response(FOUND))
    slow: float = 0.0
    bodies: list[bytes] = field(default_factory=list)
    requests: list[web.Request] = field(default_factory=list)
    _server: TestServer | None = None

    @property
    def url(self) -> str:
        assert self._server
        return str(self._server.make_url("")).rstrip("/")

    async def open(self, **tls: Any) -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._server = TestServer(app, scheme="https" if tls else "http")
        await self._server.start_server(shutdown_timeout=0.1, **tls)

    async def close(self) -> None:
        if self._server:
            await self._server.close()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        self.bodies.append(await request.read())
        await asyncio.sleep(self.slow)
        return web.Response(status=self.instead.status, body=self.instead.body, headers=self.instead.headers)
