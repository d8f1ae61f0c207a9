"""aiohttp's test server with the connections of the real one (channels/webhooks/connections.py)."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from channels.webhooks.connections import Runner


class LiveServer(TestServer):
    """Serves an application as `zin serve` does, with direct answers to gateways."""

    async def _make_runner(self, **given: Any) -> web.AppRunner:
        return Runner(self.app, **given)
