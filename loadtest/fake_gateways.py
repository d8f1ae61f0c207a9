"""Local stand-ins for the SMS and WhatsApp gateways, which receive the server's messages.

The server must run with ZIN_AT_URL=http://127.0.0.1:PORT/version1 and ZIN_WHATSAPP_URL=http://127.0.0.1:PORT/whatsapp,
and with made-up accounts and keys. Each citizen of a load test asks once, so the phone number identifies the answer.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal

from aiohttp import web

from loadtest.answer_parser import AnswerParser
from loadtest.plan import ChannelName, LoadTestImpossible
from loadtest.scenarios import LookUp
from state.country import country

Came = Literal["right", "wrong", "shed"]


@dataclass(frozen=True, slots=True)
class ExpectedMessage:
    """A look-up with its answer due by message; `seat` is as the citizen wrote it, `due` is the time of the
    question.
    """

    look_up: LookUp
    seat: str
    due: float


class FakeGateways:
    """Matches received messages with the expected ones. `settled` is called for each; `clock` gives the loop's time."""

    def __init__(
        self, reader: AnswerParser, settled: Callable[[ExpectedMessage, Came, float], None], clock: Callable[[], float]
    ) -> None:
        self._reader, self._settled, self._clock = reader, settled, clock
        self._awaited: dict[str, ExpectedMessage] = {}
        self._answered: set[str] = set()
        self.received: Counter[ChannelName] = Counter()
        self.duplicates: Counter[ChannelName] = Counter()
        self.last = clock()  # time of the last message
        self.take_news: Callable[[str, str, float], bool] = lambda phone, text, now: False

    def expect(self, phone: str, look_up: LookUp, seat: str, due: float) -> None:
        """Expect an answer to this number."""
        self._awaited[phone] = ExpectedMessage(look_up, seat, due)

    def forget(self, phone: str) -> bool:
        """Stop expecting an answer; return False if it has already arrived."""
        return self._awaited.pop(phone, None) is not None

    def missing(self) -> Iterator[ExpectedMessage]:
        """Yield the messages that have not arrived."""
        return iter(tuple(self._awaited.values()))

    def receive(self, channel: ChannelName, phone: str, text: str) -> None:
        """Match a message with its look-up, unless it is about the announced session."""
        self.last = now = self._clock()
        if self.take_news(phone, text, now):
            return
        self.received[channel] += 1
        awaited = self._awaited.pop(phone, None)
        if awaited is None:
            self.duplicates[channel] += phone in self._answered
            return
        self._answered.add(phone)
        parsed = self._reader.read(text, awaited.seat)
        worth: Came = "right" if parsed == awaited.look_up.expected else "shed" if parsed.kind == "shed" else "wrong"
        self._settled(awaited, worth, now)


@asynccontextmanager
async def serve_gateways(port: int, mail: FakeGateways) -> AsyncIterator[None]:
    """Serve both gateways on this port while this context lasts. Raises LoadTestImpossible if the port is taken."""
    names = itertools.count(1)

    async def sms(request: web.Request) -> web.Response:
        form = await request.post()
        phone = str(form.get("to", "")).removeprefix("+")
        mail.receive("sms", phone, str(form.get("message", "")))
        one = {"statusCode": 101, "number": f"+{phone}", "status": "Success", "cost": f"{country().currency.code} 0"}
        named = {"messageId": f"ATXid_rehearsal{next(names)}"}
        return web.json_response({"SMSMessageData": {"Message": "Sent", "Recipients": [{**one, **named}]}}, status=201)

    async def whatsapp(request: web.Request) -> web.Response:
        sent = await request.json()
        mail.receive("whatsapp", str(sent.get("to", "")), _words(sent))
        return web.json_response({"messages": [{"id": f"wamid.rehearsal{next(names)}"}]})

    app = web.Application()
    app.router.add_post("/version1/messaging", sms)
    app.router.add_post("/whatsapp/{phone_id}/messages", whatsapp)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
        except OSError as taken:
            raise LoadTestImpossible(f"Le port {port} n'est pas libre pour recevoir les messages.") from taken
        yield
    finally:
        await runner.cleanup()


def _words(sent: dict[str, Any]) -> str:
    """Return the text of a WhatsApp message, without its buttons."""
    text = sent.get("interactive", {}).get("body", {}).get("text", "") or sent.get("text", {}).get("body", "")
    return text if isinstance(text, str) else json.dumps(text)
