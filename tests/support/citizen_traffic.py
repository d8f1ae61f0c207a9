"""What one citizen causes on every channel, in the simulator and in the outbox of a whole city."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import select

from accounts.accounts import Accounts
from channels.telegram.webhook import HEADER as TELEGRAM_SECRET
from channels.whatsapp.webhook import Whatsapp
from database import tables
from database.interface import Database
from server import SERVICES
from state.conversation.deferred_answers import DeferredRequest
from state.interfaces import Recipient
from tests.support import whatsapp_api
from tests.support.city import SECRET, City, city, signed
from tests.support.identifying_texts import CALL, NUMBER, WAMID
from tests.support.patience import PATIENCE
from tests.support.sandbox_client import Trying
from tests.support.sms_gateway import FakeAnswer, recipient
from tests.support.telegram_api import CHAT


class Traffic:
    """What one citizen causes on every channel; each id that a gateway gives holds the number."""

    def __init__(self, zin: City) -> None:
        self._zin, self._sent = zin, 0

    async def all(self) -> None:
        for text in ("", "1", "1*3", "1*3*1", "1*3*1*12345", "1*3*1*12345*3"):
            form = {"sessionId": CALL, "serviceCode": "*384*229#", "phoneNumber": NUMBER, "text": text}
            await self._form("/ussd/africastalking/demo", form)
        for text in ("suivi", "EX-000001", "1", "0001", "3", "bac", "2", "99999", "1", "bonjour"):
            await self.sms(text)
        for text in ("bac 12345", "4"):
            await self.whatsapp(text)
        for text in ("bac 12345", "4", "langue", "1"):
            await self.telegram(text)
        for state, why in (("Success", ""), ("Failed", f"Unknown number {NUMBER}")):
            form = {"id": f"ATXid_{NUMBER}-{state}", "status": state, "failureReason": why, "phoneNumber": NUMBER}
            await self._form("/sms/africastalking/demo/reports", form)
        await self._form("/sms/africastalking/demo/optouts", {"phoneNumber": NUMBER, "senderId": "5000"})

    async def sms(self, text: str) -> None:
        self._sent += 1
        form = {"from": NUMBER, "to": "5000", "text": text, "id": f"{NUMBER}-{self._sent}"}
        await self._form("/sms/africastalking/demo", form)

    async def whatsapp(self, text: str) -> None:
        self._sent += 1
        message = {"from": NUMBER[1:], "id": f"{WAMID}{self._sent}", "timestamp": str(round(time.time()))}
        value = {"metadata": {"phone_number_id": whatsapp_api.PHONE_ID}}
        value |= {"messages": [message | {"type": "text", "text": {"body": text}}]}  # type: ignore[dict-item]
        body = {"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": value}]}]}
        raw = json.dumps(body).encode()
        async with self._zin.client.post("/whatsapp", data=raw, headers=signed(raw)) as answer:
            assert answer.status == 200

    async def telegram(self, text: str) -> None:
        self._sent += 1
        chat = {"id": CHAT, "type": "private"}
        message = {"message_id": self._sent, "date": round(time.time()), "chat": chat, "text": text}
        update = {"update_id": CHAT * 100 + self._sent, "message": message}
        async with self._zin.client.post("/telegram", json=update, headers={TELEGRAM_SECRET: SECRET}) as answer:
            assert answer.status == 200

    async def _form(self, path: str, form: dict[str, str]) -> None:
        async with self._zin.client.post(path, data=form) as answer:
            assert answer.status == 200


@asynccontextmanager
async def everything_done(valkey_url: str, folder: Path, database: str) -> AsyncIterator[City]:
    """A city in which all of this happened, and something is owed to everybody."""
    async with city(valkey_url, folder, database_url=SecretStr(database)) as zin:
        zin.sms.says = lambda form: FakeAnswer(recipient(named=f"ATXid_{form['to']}-{len(zin.sms.forms)}"))
        traffic = Traffic(zin)
        await traffic.all()
        rooms = zin.client.app[SERVICES].messaging
        for number, to in enumerate((Recipient("sms", "+2290190000002"), Recipient("telegram", str(CHAT)))):
            promise = DeferredRequest(
                f"k{number}", "answer", to, "fr", "exams.search", {"exam": "bac-2026", "seat": "1"}, {}
            )
            assert await rooms.post.promise(promise) == "kept"
        Whatsapp.response_deadline, was = 0.0, Whatsapp.response_deadline
        try:
            await traffic.whatsapp("bepc")
        finally:
            Whatsapp.response_deadline = was
        await Accounts(zin.client.app[SERVICES].database).add("awa", "viewer", "un long mot de passe", "console:test")
        page = await (await zin.client.get("/bureau/")).text()
        found = re.search(r'data-csrf="([^"]+)"', page)
        assert found
        trial = Trying(zin.client, zin.settings, found[1])
        await trial.ask("appareil", channel="africastalking_ussd", number=NUMBER, language="fr")
        for text in ("", "3", "3*1", "3*1*12345", "3*1*12345*3"):
            await trial.call(text, CALL)
        async with asyncio.timeout(PATIENCE):
            while await waiting(zin.client.app[SERVICES].database):  # noqa: ASYNC110 - it happens behind a gateway
                await asyncio.sleep(0.05)
        yield zin


async def waiting(database: Database) -> int:
    """How many messages no gateway has named yet."""
    return len(await database.rows(select(tables.outbox.c.key).where(tables.outbox.c.reference == "")))
