"""Who else writes to Zin while a store is away: STOP and START, reports of gateways, callers, a ministry's system."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from database import tables
from server import SERVICES
from state.conversation.deferred_answers import DeferredRequest
from state.interfaces import Recipient
from tests.support.away_chats import CONTROL, Chat, Sms, Telegram, TelegramButton, WhatsApp, whatsapp
from tests.support.away_writers import Sent, Writer
from tests.support.ministry_api import Ministry, new_ministry
from tests.support.ministry_house import QUESTION, message


class Stop(Sms):
    """A citizen who refuses messages: the answer, and what SQL has then."""

    name = "STOP"
    texts: ClassVar[Sequence[str]] = ("STOP",)

    async def come(self) -> list[str]:
        return [*await super().come(), *["refuses"] * await self.count(tables.consents, self._mine("stop"))]

    async def prepare(self) -> None:
        await super().prepare()
        self.wanted.append("refuses")

    def _mine(self, choice: str) -> Any:
        who = self.zin.client.app[SERVICES].messaging.post._who(Recipient("sms", self.phone))
        return (tables.consents.c.citizen == who) & (tables.consents.c.choice == choice)


class Start(Stop):
    """A citizen who refused messages, and wants them again."""

    name = "START"
    texts: ClassVar[Sequence[str]] = ("START",)

    async def prepare(self) -> None:
        post = self.zin.client.app[SERVICES].messaging.post
        await post.stop(Recipient("sms", f"+229019{self.number + CONTROL:07}"))
        await post.stop(Recipient("sms", self.phone))
        await Chat.prepare(self)
        self.wanted.append("agrees")

    async def come(self) -> list[str]:
        return [*await Sms.come(self), *["agrees"] * await self.count(tables.consents, self._mine("start"))]


class GatewayOptOut(Stop):
    name = "opt-out reported by a gateway"

    async def prepare(self) -> None:
        self.wanted = ["refuses"]

    def requests(self) -> list[Sent]:
        return [Sent("/sms/africastalking/demo/optouts", {"phoneNumber": self.phone, "senderId": "5000"})]

    async def come(self) -> list[str]:
        return ["refuses"] * await self.count(tables.consents, self._mine("gateway"))


async def delivered(writer: Chat, gateway: str) -> list[str]:
    """What SQL has of the messages to this gateway that were reported as delivered."""
    ended = tables.outbox.c.state == "delivered", tables.outbox.c.gateway == gateway
    return ["delivered"] * await writer.count(tables.outbox, *ended)


class SmsReport(Sms):
    """A gateway that reports a message as delivered."""

    name = "SMS delivery report"

    async def prepare(self) -> None:
        await self.say(self.request("bonjour", 0))
        self.wanted = ["delivered"]

    def requests(self) -> list[Sent]:
        place = next(place for place, form in enumerate(self.zin.sms.forms, 1) if form["to"] == self.phone)
        return [Sent("/sms/africastalking/demo/reports", {"id": f"ATXid_{place}", "status": "Success"})]

    async def come(self) -> list[str]:
        return await delivered(self, "sms")


class WhatsAppStatus(WhatsApp):
    """Meta, which reports a message as delivered."""

    name = "WhatsApp status"

    async def prepare(self) -> None:
        await self.say(self.request("bonjour", 0))
        self.wanted = ["delivered"]

    def requests(self) -> list[Sent]:
        place = next(place for place, one in enumerate(self.zin.cloud.messages, 1) if one.get("to") == self.sender)
        status = {"id": f"wamid.out{place}", "status": "delivered", "timestamp": "1", "recipient_id": self.sender}
        return [whatsapp({"statuses": [status]})]

    async def come(self) -> list[str]:
        return await delivered(self, "whatsapp")


class Call(Writer):
    """A citizen who dials: the screen says what comes, and nothing does later."""

    name = "USSD call"

    def requests(self) -> list[Sent]:
        form = {"sessionId": f"c{self.number}", "serviceCode": "*384*229#", "phoneNumber": f"+229019{self.number:07}"}
        return [Sent("/ussd/africastalking/demo", {**form, "text": ""})]

    def _read(self, status: int, body: str) -> None:
        self.bodies = [body.partition(" ")[0]]

    async def come(self) -> list[str]:
        return self.bodies

    async def repeat_all(self) -> None:
        """No gateway dials again."""


class CallEnd(Writer):
    name = "end of a USSD call"

    def requests(self) -> list[Sent]:
        fields = {"sessionId": f"m{self.number}", "messageType": "5", "msisdn": f"229019{self.number:07}"}
        return [Sent("/ussd/madapi/demo", json={**fields, "serviceCode": "*384*229#", "ussdString": ""})]

    async def come(self) -> list[str]:
        return []


class MinistryMessage(Writer):
    """A ministry that sends a message to a citizen who follows a request."""

    name = "request of a ministry's system"
    ministry: Ministry

    @property
    def phone(self) -> str:
        return f"+229019{self.number:07}"

    async def prepare(self) -> None:
        self.ministry, services = await new_ministry(self.zin.client), self.zin.client.app[SERVICES]
        screens = services.conversation.menus.current.menus["fr"].screens.values()
        screen = next(one for one in screens if one.question and one.question.name == QUESTION)
        answers, about = {"reference": "EX000001", "proof": "0001"}, f"{QUESTION}:EX000001"
        await services.messaging.post.promise(
            DeferredRequest("followed", "changes", Recipient("sms", self.phone), "fr", screen.name, answers, answers,
                            seen="x", subject=about)
        )  # fmt: skip
        self.wanted = ["Casier judiciaire"]

    def requests(self) -> list[Sent]:
        return [Sent("/messages", json=message(self.phone))]

    async def bring(self, sent: Sent) -> int:
        answer = await self.ministry.call("POST", sent.path, sent.json)
        if answer.status == 503:
            assert (answer.kind, answer.body["type"]) == ("application/problem+json", "urn:zin:problem:unavailable")
        return 200 if answer.status in (200, 202) else answer.status

    async def come(self) -> list[str]:
        about = "Casier judiciaire"
        return [about for form in self.zin.sms.forms if form["to"] == self.phone and about in form["message"]]


WRITERS: Sequence[type[Writer]] = (
    *(Call, CallEnd, Sms, WhatsApp, Telegram, TelegramButton, Stop, Start, GatewayOptOut),
    *(SmsReport, WhatsAppStatus, MinistryMessage),
)
