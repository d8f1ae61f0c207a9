"""The API over our own menus, with citizens who follow a request, and the worker that takes messages to the outbox."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestClient
from sqlalchemy import select

from api.assembly import build_dispatcher
from authoring.replay.fakes import FakeClock
from database import tables
from database.encryption import Seal
from runtime.services import Services
from server import SERVICES, build
from settings import Settings
from state.conversation.deferred_answers import DeferredRequest
from state.identity import Pseudonyms
from state.interfaces import Recipient
from state.preferences import Preference
from tests.support.ministry_api import LimitedServer, Ministry, new_ministry

ANA, BIO, CHI = "+2290190000001", "+2290190000002", "+2290190000003"
VALUES = {"document": "Casier judiciaire", "until": "2026-12-31", "place": "Tribunal de Cotonou"}
QUESTION, MINE = "requests.status", "EX000001"


def message(*phones: str, **more: Any) -> dict[str, Any]:
    """What a ministry sends to have its document collected."""
    to = [{"phone": phone} for phone in phones or (ANA,)]
    return {
        "reference": "dossier-417.pret",
        "template": "document-pret",
        "purpose": "retrait",
        "to": to,
        "values": VALUES,
        **more,
    }


class House:
    """The server, its ministries, and what is in its outbox."""

    def __init__(self, client: TestClient[Any, Any], settings: Settings, clock: FakeClock) -> None:
        self.client, self.settings, self.clock = client, settings, clock
        self.names = Pseudonyms(settings.secrets.pepper)
        self.services: Services = client.app[SERVICES]
        self.dispatcher = self.new_dispatcher()

    def new_dispatcher(self) -> Any:
        services = self.services
        return build_dispatcher(self.settings, services.database, services.sources, services.messaging, self.clock)

    async def ministry(self, **wanted: Any) -> Ministry:
        return await new_ministry(self.client, **wanted)

    async def follow(
        self, phone: str, gateway: str = "sms", question: str = QUESTION, language: str = "fr", reference: str = MINE
    ) -> None:
        """Let a citizen ask to be informed of changes in a request."""
        screens = self.services.conversation.menus.current.menus["fr"].screens.values()
        screen = next(one for one in screens if one.question and one.question.name == question)
        to = Recipient(gateway, phone, self.clock.now)
        answers = {**dict.fromkeys(screen.question.needs if screen.question else (), "0001"), "reference": reference}
        await self.services.messaging.post.promise(
            DeferredRequest(
                f"{phone} {gateway}",
                "changes",
                to,
                language,
                screen.name,
                answers,
                answers,
                seen="x",
                subject=f"{question}:{reference}",
            )
        )

    async def speaks(self, phone: str, language: str) -> None:
        """Let a citizen choose a language."""
        self.services.sources.preferences.keep(self.names.of(phone), Preference(language))

    async def dispatch(self) -> int:
        """Run rounds until nothing is due; returns how many recipients were processed."""
        many = 0
        while done := await self.dispatcher.round():
            many += done
        return many

    async def posted(self) -> Mapping[str, str]:
        """The texts in the outbox by address."""
        seal = Seal(*self.settings.secrets.rest)
        rows = await self.services.database.rows(select(tables.outbox))
        return {seal.decrypt(row["address"], "outbox", row["key"]): row["text"] for row in rows}

    async def outbox(self) -> list[dict[str, Any]]:
        return await self.services.database.rows(select(tables.outbox))


@asynccontextmanager
async def ministry_house(url: str, folder: Path, database_url: str = "", **more: Any) -> AsyncIterator[House]:
    """The house with a clock that stands at noon in Benin."""
    clock = FakeClock()
    clock.now = 1_790_074_800.0  # 2026-09-22, 12:00 in Benin
    given = {"redis_url": url, "data": folder, "database_url": database_url, **more}
    settings = Settings.model_validate(given)
    async with TestClient(LimitedServer(build(settings, clock=clock))) as client:
        yield House(client, settings, clock)
