"""The whole server over a menu and a stand-in for the sources, and what gateways of messages bring to it."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr
from sqlalchemy import select

from authoring.replay.fakes import FakeClock, FakePreferences
from channels import open_message_channels
from channels.contracts.channel import Channel
from channels.contracts.message_channel import MessageChannel
from channels.deferred.repository import DeferredRepository
from channels.telegram.webhook import HEADER as TELEGRAM_SECRET
from channels.webhooks.messages import MessageWebhook
from channels.webhooks.messaging_services import MessagingServices
from channels.whatsapp.webhook import HEADER as WHATSAPP_SIGNATURE
from database import open_database, tables
from runtime.services import Services
from server import MESSAGE_WEBHOOKS, SERVICES, build
from settings import Settings
from sources import Sources
from tests.support.conversation import FRENCH_ONLY, Market
from tests.support.menu_copies import shared_menus
from tests.support.patience import PATIENCE

MAX_ROUNDS = 50
MESSAGE_CHANNELS = open_message_channels(Settings(env="demo"))
Row = dict[str, Any]
Client = TestClient[Any, Any]


class House:
    """The whole server over the small menu, at the hour at which a request was sent."""

    def __init__(self, client: Client, settings: Settings, market: Market, clock: FakeClock) -> None:
        parts: Services = client.app[SERVICES]
        self.client, self.parts, self.settings, self.market, self.clock = client, parts, settings, market, clock
        self.database = open_database(settings)

    @property
    def webhooks(self) -> list[MessageWebhook]:
        found: list[MessageWebhook] = self.client.app[MESSAGE_WEBHOOKS]
        return found

    def rooms_with(self, promises: DeferredRepository) -> MessagingServices:
        """What another process would reach for, with promises of its own."""
        return replace(self.parts.messaging, promises=promises)

    async def post(self, channel: MessageChannel, row: Row) -> tuple[int, str]:
        return await self.raw(channel, row["body"].encode(), row["content_type"], headers(channel, row["body"]))

    async def raw(
        self, channel: Channel | MessageChannel, body: bytes, content_type: str, known: dict[str, str]
    ) -> tuple[int, str]:
        path = channel.path.replace("{secret}", "demo")
        async with self.client.post(path, data=body, headers={"Content-Type": content_type, **known}) as answer:
            return answer.status, await answer.text()

    async def posted(self, many: int) -> None:
        """Wait until so many messages stand in the outbox."""
        async with asyncio.timeout(PATIENCE):
            while len(await self.outbox()) < many:  # noqa: ASYNC110 - what is waited for happens behind the server
                await asyncio.sleep(0.05)

    async def posted_by(self, work: Callable[[], Awaitable[object]], many: int) -> None:
        """Let a worker run a round a second until so many messages stand in the outbox."""
        for _ in range(MAX_ROUNDS):
            if len(await self.outbox()) >= many:
                return
            await work()
            self.clock.now += 1
        raise AssertionError(f"fewer than {many} messages after {MAX_ROUNDS} rounds")

    async def outbox(self) -> list[dict[str, Any]]:
        return await self.database.rows(select(tables.outbox))


def headers(channel: Channel | MessageChannel, body: str) -> dict[str, str]:
    """How the gateway says that it is itself."""
    signed = "sha256=" + hmac.digest(b"demo", body.encode(), "sha256").hex()
    return {"whatsapp": {WHATSAPP_SIGNATURE: signed}, "telegram": {TELEGRAM_SECRET: "demo"}}.get(channel.name, {})


@asynccontextmanager
async def house(
    valkey_url: str, folder: Path, now: float = 1_795_500_300.0, database_url: str = ""
) -> AsyncIterator[House]:
    market = Market()

    async def opened(*_: object) -> Sources:
        return Sources([market], preferences=FakePreferences())

    menus = folder / "menus" if (folder / "menus").exists() else shared_menus()
    settings = Settings(
        env="demo",
        redis_url=valkey_url,
        data=folder,
        menus=menus,
        locales=FRENCH_ONLY,
        database_url=SecretStr(database_url),
    )
    clock = FakeClock()
    clock.now = now
    async with TestClient(TestServer(build(settings, opened=opened, clock=clock))) as client:
        zin = House(client, settings, market, clock)
        yield zin
    await zin.database.close()
