"""A client of the API for ministries over a real server, with keys to call it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from api.app import PREFIX
from api.key_format import KeyText
from api.keys import NewKey
from api.services import API_SERVICES
from channels.webhooks.connections import Runner
from server import SERVICES, build
from settings import Settings
from tests.support.admin_client import no_sources
from tests.support.conversation import FRENCH_ONLY
from tests.support.menu_copies import shared_menus

WANTED = NewKey("justice", "live", ("messages", "registers"), requests_per_minute=6000)


class Answer(NamedTuple):
    """A status, the type of the body, and the body."""

    status: int
    kind: str
    body: Any


class Ministry:
    """A ministry's system: its requests carry its key."""

    def __init__(self, client: TestClient[Any, Any], key: KeyText) -> None:
        self.client, self.key = client, key

    async def call(self, method: str, path: str, body: object = None, **more: Any) -> Answer:
        """Send one request, with a JSON body if there is one."""
        headers: Mapping[str, str] = {"Authorization": f"Bearer {self.key.text}", **more.pop("headers", {})}
        if body is not None:
            more["data"] = json.dumps(body).encode()
            headers = {"Content-Type": "application/json", **headers}
        async with self.client.request(method, PREFIX + path, headers=headers, **more) as answer:
            return await read(answer)

    async def counts(self, reference: str = "dossier-417.pret") -> dict[str, int]:
        """The counts of a message that are not 0."""
        answer = await self.call("GET", f"/messages?reference={reference}")
        return {name: many for name, many in answer.body["counts"].items() if many}


async def read(answer: ClientResponse) -> Answer:
    return Answer(answer.status, answer.content_type, await answer.json(content_type=None))


async def new_ministry(client: TestClient[Any, Any], **wanted: Any) -> Ministry:
    """A ministry with a new key."""
    return Ministry(client, await client.app[API_SERVICES].keys.add(replace(WANTED, **wanted), "console:test"))


@asynccontextmanager
async def open_api(url: str, folder: Path, **more: Any) -> AsyncIterator[TestClient[Any, Any]]:
    """A client of the server over the small menu, without sources; its connections have their limits."""
    folders = {"data": folder, "menus": shared_menus(), "locales": FRENCH_ONLY}
    settings = Settings.model_validate({"redis_url": url, **folders, **more})
    async with TestClient(LimitedServer(build(settings, opened=no_sources))) as client:
        assert client.app[SERVICES]
        yield client


class LimitedServer(TestServer):
    """The test server of aiohttp over the connections of Zin."""

    async def _make_runner(self, **given: Any) -> Runner:
        return Runner(self.app, **given)
