"""Citizens who type: what each channel makes of a request of its gateway goes to one conversation on our own menus."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any, Protocol
from urllib.parse import urlencode

from channels.africastalking.ussd_webhook import AfricasTalkingUssd
from channels.africastalking.webhook import AfricasTalkingMessages
from channels.contracts.request_body import FORM
from channels.mtn.ussd_webhook import Madapi
from channels.whatsapp.webhook import HEADER
from state.conversation.conversation import Conversation
from state.interfaces import Inbound, Reply
from tests.support import telegram_updates, whatsapp_payloads
from tests.support.webhook_requests import webhook_request

SMS, USSD, MADAPI = AfricasTalkingMessages((b"demo",)), AfricasTalkingUssd((b"demo",), ""), Madapi((b"demo",), "")
MESSAGES, CALLS = ("sms", "whatsapp", "telegram"), ("ussd", "madapi")
ROOMS = {"sms": SMS.room, "whatsapp": whatsapp_payloads.WHATSAPP.room, "telegram": telegram_updates.TELEGRAM.room}
_NUMBERS = count(10_001)
Content = str | Mapping[str, Any]  # a text, or what a gateway of chats sends without one


class Answering(Protocol):
    """What has a conversation: a sandbox, or the services of a process."""

    @property
    def conversation(self) -> Conversation:
        """The conversation that answers citizens."""


class Citizen:
    """One citizen on one channel; `say` sends what was typed and returns the answer."""

    def __init__(self, house: Answering, channel: str) -> None:
        self._house, self._channel, self._number = house, channel, next(_NUMBERS)
        self._sent, self._text = 0, ""
        self._inbound: Callable[[Content], Inbound] = getattr(self, f"_{channel}")

    async def say(self, typed: Content) -> Reply:
        self._sent += 1
        inbound, conversation = self._inbound(typed), self._house.conversation
        if self._channel in CALLS:
            return await conversation.handle(inbound, USSD.room)
        reply = await conversation.handle_message(inbound, ROOMS[self._channel], 3600.0)
        assert reply, "a new message is answered"
        return reply

    def _sms(self, typed: Content) -> Inbound:
        fields = {"from": f"+22901900{self._number}", "text": typed, "id": f"{self._number}-{self._sent}", "to": "5000"}
        return _message(SMS.read(webhook_request(urlencode(fields).encode(), headers={"Content-Type": FORM})))

    def _whatsapp(self, typed: Content) -> Inbound:
        said = {"text": {"body": typed}} if isinstance(typed, str) else typed
        fields = {"from": f"22901900{self._number}", "id": f"wamid.{self._number}-{self._sent}", **said}
        body = whatsapp_payloads.notice(whatsapp_payloads.message(**fields))
        signed = {HEADER: whatsapp_payloads.signature(body)}
        return _message(whatsapp_payloads.WHATSAPP.read(webhook_request(body, headers=signed)))

    def _telegram(self, typed: Content) -> Inbound:
        said = {"text": typed} if isinstance(typed, str) else {key: typed[key] for key in typed if key != "type"}
        update = json.loads(telegram_updates.message(**said))
        update["update_id"], update["message"]["chat"]["id"] = 100 * self._number + self._sent, self._number
        return _message(telegram_updates.TELEGRAM.read(webhook_request(json.dumps(update).encode())))

    def _ussd(self, typed: Content) -> Inbound:
        self._text = f"{self._text}*{typed}" if self._text else str(typed)
        fields = {"sessionId": f"c{self._number}", "serviceCode": "*384*229#", "text": self._text}
        body = urlencode({**fields, "phoneNumber": f"+22901900{self._number}"}).encode()
        inbound = USSD.read(webhook_request(body, headers={"Content-Type": FORM}))
        assert isinstance(inbound, Inbound)
        return inbound

    def _madapi(self, typed: Content) -> Inbound:
        begins = self._sent == 1
        dialled = f"*384*229*{typed}#" if typed else "*384*229#"
        fields = {"sessionId": f"m{self._number}", "serviceCode": "*384*229#", "msisdn": f"22901900{self._number}"}
        fields |= {"messageType": "0" if begins else "1", "ussdString": dialled if begins else str(typed)}
        inbound = MADAPI.read(webhook_request(json.dumps(fields).encode()))
        assert isinstance(inbound, Inbound)
        return inbound


def _message(events: Any) -> Inbound:
    (inbound,) = events
    assert isinstance(inbound, Inbound)
    return inbound
