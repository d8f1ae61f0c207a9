"""The whole server over our own menus and sample data, its gateways, and citizens on every channel.

Its gateways are real HTTP servers on this machine; what a citizen reads is read there. On bots options are pressed.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr

from channels.telegram.webhook import HEADER as TELEGRAM_SECRET
from channels.whatsapp.webhook import HEADER as WHATSAPP_SIGNATURE
from runtime.delivery import run_delivery
from server import SERVICES, build
from settings import Settings
from tests.support import telegram_api, whatsapp_api
from tests.support.patience import PATIENCE
from tests.support.production import migrated
from tests.support.sms_gateway import FakeAnswer, FakeGateway, fake_gateway, recipient
from tests.support.telegram_api import CHAT, FakeTelegram
from tests.support.whatsapp_api import CloudApi

Client = TestClient[Any, Any]
SECRET = "a-word_of_the_tests"


class City:
    """The server, its gateways, and which screens each channel's citizens came to."""

    def __init__(
        self, client: Client, settings: Settings, sms: FakeGateway, cloud: CloudApi, telegram: FakeTelegram
    ) -> None:
        self.settings, self.client = settings, client
        self.sms, self.cloud, self.telegram = sms, cloud, telegram
        self.secret, self.screens = settings.secret.get_secret_value() or "demo", dict[str, list[str]]()

    async def came(self, found: Callable[[], Any]) -> Any:
        """What a gateway got, once it did."""
        async with asyncio.timeout(PATIENCE):
            while not (value := found()):  # noqa: ASYNC110 - what is waited for happens behind a gateway
                await asyncio.sleep(0.01)
        return value


class Ussd:
    """A phone that calls."""

    channel, opens = "africastalking_ussd", ""

    def __init__(self, city: City, number: int = 1) -> None:
        self._city, self._phone, self._calls, self._text = city, f"+229019{number:07}", 1, ""

    async def dial(self, text: str) -> str:
        """Begin a new call with these inputs behind the code."""
        self._calls, self._text = self._calls + 1, ""
        return await self.say(text)

    async def say(self, typed: str) -> str:
        self._text = f"{self._text}*{typed}" if self._text else typed
        form = {"sessionId": f"c{self._calls}", "serviceCode": "*384*229#", "phoneNumber": self._phone}
        form["text"] = self._text
        async with self._city.client.post(f"/ussd/africastalking/{self._city.secret}", data=form) as answer:
            return (await answer.text()).removeprefix("CON ")


class Sms:
    """A phone that writes."""

    channel, opens = "africastalking_sms", "bonjour"

    def __init__(self, city: City, number: int = 2) -> None:
        self._city, self._phone, self._sent = city, f"+229019{number:07}", 0

    async def say(self, typed: str) -> str:
        self._sent += 1
        before = len(self._city.sms.forms)
        form = {"from": self._phone, "to": "5000", "text": typed, "id": f"sms-{self._sent}"}
        async with self._city.client.post(f"/sms/africastalking/{self._city.secret}", data=form) as answer:
            assert await answer.text() == "OK"
        (came,) = await self._city.came(lambda: self._city.sms.forms[before:])
        return str(came["message"])


class Bot:
    """A citizen who presses the button of what is meant where there is one, and writes it where there is none."""

    opens = "bonjour"

    def __init__(self, city: City, number: int = 3) -> None:
        self._city, self._number, self._sent = city, number, 0
        self._buttons: dict[str, str] = {}

    async def say(self, typed: str) -> str:
        self._sent += 1
        text, buttons = await self._bring(typed, self._buttons.get(typed, ""))
        self._buttons = {sends.partition(".")[2]: sends for sends, _ in buttons}
        return "\n".join((text, *(f"{sends.partition('.')[2]} {label}" for sends, label in buttons)))

    async def _bring(self, typed: str, pressed: str) -> tuple[str, list[tuple[str, str]]]:
        raise NotImplementedError


class WhatsApp(Bot):
    channel = "whatsapp"

    async def _bring(self, typed: str, pressed: str) -> tuple[str, list[tuple[str, str]]]:
        before = len(self._city.cloud.messages)
        sender = f"2299{self._number:07}"  # without the 01 that every number of Benin got in 2024
        fields: dict[str, Any] = {"from": sender, "id": f"wamid.{self._sent}", "timestamp": str(round(time.time()))}
        if pressed:
            reply = {"type": "list_reply", "list_reply": {"id": pressed, "title": typed}}
            fields |= {"type": "interactive", "interactive": reply}
        else:
            fields |= {"type": "text", "text": {"body": typed}}
        value = {"metadata": {"phone_number_id": whatsapp_api.PHONE_ID}, "messages": [fields]}
        body = {"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": value}]}]}
        raw = json.dumps(body).encode()
        async with self._city.client.post("/whatsapp", data=raw, headers=signed(raw)) as answer:
            assert answer.status == 200
        (message,) = await self._city.came(lambda: self._city.cloud.messages[before:])
        assert whatsapp_api.complaint(message) == ""
        return words_of(message)


class Telegram(Bot):
    channel = "telegram"

    def __init__(self, city: City, number: int = 0) -> None:
        super().__init__(city, number)
        self._chat = CHAT + number
        city.telegram.chats.add(self._chat)

    async def _bring(self, typed: str, pressed: str) -> tuple[str, list[tuple[str, str]]]:
        chat, before = {"id": self._chat, "type": "private"}, len(self._city.telegram.messages)
        update: dict[str, Any] = {"update_id": self._sent}
        if pressed:
            update["callback_query"] = {"id": "4382", "from": chat, "message": {"chat": chat}, "data": pressed}
        else:
            update["message"] = {"message_id": self._sent, "date": round(time.time()), "chat": chat, "text": typed}
        async with self._city.client.post("/telegram", json=update, headers={TELEGRAM_SECRET: SECRET}) as answer:
            thanks = await answer.json()
        if pressed:
            assert thanks == {"method": "answerCallbackQuery", "callback_query_id": "4382"}
            (thanks,) = await self._city.came(lambda: self._city.telegram.messages[before:])
        assert telegram_api.complaint({name: value for name, value in thanks.items() if name != "method"}) == ""
        keyboard = thanks.get("reply_markup", {}).get("inline_keyboard", [])
        return thanks["text"], [(one["callback_data"], one["text"]) for row in keyboard for one in row]


def signed(raw: bytes) -> dict[str, str]:
    """What Meta says beside a body."""
    signature = "sha256=" + hmac.digest(whatsapp_api.SECRETS[1].encode(), raw, "sha256").hex()
    return {WHATSAPP_SIGNATURE: signature, "Content-Type": "application/json"}


def words_of(message: Mapping[str, Any]) -> tuple[str, list[tuple[str, str]]]:
    """What a message of WhatsApp says, and its buttons or rows."""
    if message["type"] == "text":
        return message["text"]["body"], []
    interactive = message["interactive"]
    if interactive["type"] == "button":
        buttons = (button["reply"] for button in interactive["action"]["buttons"])
        return interactive["body"]["text"], [(one["id"], one["title"]) for one in buttons]
    rows = [row for section in interactive["action"]["sections"] for row in section["rows"]]
    return interactive["body"]["text"], [(row["id"], row.get("description") or row["title"]) for row in rows]


@asynccontextmanager
async def city(valkey_url: str, data: Path, **more: Any) -> AsyncIterator[City]:
    async with fake_gateway() as sms, whatsapp_api.cloud_api() as cloud, telegram_api.fake_telegram() as telegram:
        sms.says = lambda form: FakeAnswer(recipient(named=f"ATXid_{len(sms.forms)}"))
        bots = whatsapp_api.settings(cloud.url).model_dump()
        settings = Settings(
            **{
                **{name: value for name, value in bots.items() if name.startswith("whatsapp")},
                "redis_url": valkey_url,
                "data": data,
                "at_username": "sandbox",
                "at_api_key": SecretStr("a-key"),
                "at_url": sms.url,
                "telegram_token": SecretStr(telegram_api.TOKEN),
                "telegram_secret": SecretStr(SECRET),
                "telegram_url": telegram.url,
                **more,
            }
        )
        async with (
            TestClient(TestServer(build(await migrated(settings)))) as client,
            run_delivery(settings, client.app[SERVICES], print),
        ):
            yield City(client, settings, sms, cloud, telegram)
