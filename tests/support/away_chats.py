"""Citizens who write SMS and chats while a store is away, and read what an undisturbed citizen reads."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, ClassVar

from channels.telegram.webhook import HEADER as TELEGRAM_SECRET
from database import tables
from tests.support import whatsapp_api
from tests.support.away_writers import Sent, Writer, until
from tests.support.city import SECRET, signed, words_of
from tests.support.telegram_api import CHAT

CONTROL = 500_000  # more than a writer's number: a citizen who is not disturbed


class Chat(Writer):
    """A citizen who has chosen a language before. What comes is what the phone shows, as it does an undisturbed one."""

    greets: ClassVar[Sequence[str]] = ("bonjour", "1")
    texts: ClassVar[Sequence[str]] = ("AIDE", "1", "00")

    async def prepare(self) -> None:
        control = type(self)(self.zin, self.number + CONTROL)
        for citizen in (control, self):
            await citizen.greet()
        for sent in control.requests():
            await control.say(sent)
        self.wanted = control.shown()[control.greeted :]

    async def greet(self) -> None:
        """Choose a language, and wait until SQL has it."""
        before = await self.count(tables.preferences)
        for place, text in enumerate(self.greets, 50):
            await self.say(self.request(text, place))
        await until(self._is_more(before if self.greets else -1))
        self.greeted = len(self.shown())

    def _is_more(self, before: int) -> Callable[[], Awaitable[bool]]:
        async def is_more() -> bool:
            return await self.count(tables.preferences) > before

        return is_more

    async def say(self, sent: Sent) -> None:
        """Send one request, and wait for its answer."""
        before = len(self.shown())
        assert await self.bring(sent) == 200
        await self.zin.came(lambda: len(self.shown()) > before)

    def requests(self) -> list[Sent]:
        return [self.request(text, place) for place, text in enumerate(self.texts)]

    def request(self, text: str, place: int) -> Sent:
        raise NotImplementedError

    def shown(self) -> list[str]:
        raise NotImplementedError

    async def come(self) -> list[str]:
        return self.shown()[self.greeted :]


class Sms(Chat):
    name = "SMS"

    @property
    def phone(self) -> str:
        return f"+229019{self.number:07}"

    def request(self, text: str, place: int) -> Sent:
        form = {"from": self.phone, "to": "5000", "text": text, "id": f"{self.number}-{place}"}
        return Sent("/sms/africastalking/demo", form)

    def shown(self) -> list[str]:
        return [form["message"] for form in self.zin.sms.forms if form["to"] == self.phone]


class WhatsApp(Chat):
    name = "WhatsApp message"

    @property
    def sender(self) -> str:
        return f"229019{self.number:07}"

    def request(self, text: str, place: int) -> Sent:
        fields = {"from": self.sender, "id": f"wamid.{self.number}.{place}", "timestamp": str(round(time.time()))}
        return whatsapp({"messages": [fields | {"type": "text", "text": {"body": text}}]})

    def shown(self) -> list[str]:
        return [words_of(one)[0] for one in self.zin.cloud.messages if one.get("to") == self.sender]


class Telegram(Chat):
    name = "Telegram message"

    @property
    def chat(self) -> int:
        self.zin.telegram.chats.add(CHAT + self.number)
        return CHAT + self.number

    def request(self, text: str, place: int) -> Sent:
        chat = {"id": self.chat, "type": "private"}
        written = {"message_id": place, "date": round(time.time()), "chat": chat, "text": text}
        return self.update({"message": written}, place)

    def update(self, content: Mapping[str, Any], place: int) -> Sent:
        numbered = {"update_id": self.number * 100 + place, **content}
        return Sent("/telegram", json=numbered, headers={TELEGRAM_SECRET: SECRET})

    async def repeat_all(self) -> None:
        if not self.bodies[self.greeted :]:  # else the response had the answer, and would have it again
            await super().repeat_all()

    def _read(self, status: int, body: str) -> None:
        if status == 200 and body and (said := json.loads(body))["method"] == "sendMessage":
            self.bodies.append(said["text"])

    def shown(self) -> list[str]:
        return self.bodies + [one["text"] for one in self.zin.telegram.messages if one["chat_id"] == self.chat]


class TelegramButton(Telegram):
    name = "Telegram button"
    texts: ClassVar[Sequence[str]] = ("00",)

    def request(self, text: str, place: int) -> Sent:
        chat = {"id": self.chat, "type": "private"}
        return self.update(
            {"callback_query": {"id": "4382", "from": chat, "message": {"chat": chat}, "data": text}}, place
        )


def whatsapp(value: Mapping[str, Any]) -> Sent:
    """A notification of Meta, signed."""
    value = {"metadata": {"phone_number_id": whatsapp_api.PHONE_ID}, **value}
    body = {"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": value}]}]}
    return Sent("/whatsapp", json=body, headers=signed(json.dumps(body).encode()))
