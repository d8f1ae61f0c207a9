"""An operator who tries the menus on sandbox phones, by requests."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from admin.auth import HEADER
from admin.simulator.sandbox import derive_settings
from server import build
from settings import Settings
from tests.support.admin_client import Client
from tests.support.page_text import reader

NUMBER = "+2290190000001"
USSD = "/bureau/essai/service/ussd/africastalking/"


@asynccontextmanager
async def trying(settings: Settings) -> AsyncIterator[Trying]:
    async with reader(build(settings)) as client:
        page = await (await client.get("/bureau/")).text()
        found = re.search(r'data-csrf="([^"]+)"', page)
        assert found
        yield Trying(client, settings, found[1])


class Trying:
    """Somebody at the desk of a demonstration."""

    def __init__(self, client: Client, settings: Settings, token: str) -> None:
        self.client, self.settings, self.headers = client, settings, {HEADER: token}
        self.secret = derive_settings(settings, "service").secret.get_secret_value()

    async def ask(self, what: str, status: int = 200, /, **fields: str) -> dict[str, Any]:
        address = f"/bureau/essai/service/{what}"
        answer = await self.client.post(address, data=fields, headers=self.headers)
        assert answer.status == status
        state: dict[str, Any] = await answer.json()
        return state

    async def call(self, text: str, session: str = "s1", number: str = NUMBER, line: str = "service") -> str:
        form = {"sessionId": session, "serviceCode": "*384*229#", "phoneNumber": number, "text": text}
        secret = derive_settings(self.settings, line).secret.get_secret_value()
        address = f"{USSD.replace('service', line)}{secret}"
        answer = await self.client.post(address, data=form, headers=self.headers)
        assert answer.status == 200
        assert answer.headers["Server-Timing"].startswith("zin;dur=")
        return await answer.text()
