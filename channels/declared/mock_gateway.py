"""Plays the other side of a gateway's file: its phones call and write to Zin, and its API takes the messages of Zin.

Requests are those of the file's table with other values, so Zin is called exactly as the documentation shows. A message
that Zin sends is taken with the table's answer, and its delivery is reported at once if the file has reports.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any, Final

import aiohttp
from aiohttp import web
from yarl import URL

from channels.contracts.request_body import form
from channels.declared.credentials import Credentials
from channels.declared.files import GatewayFile
from channels.declared.places import as_text, value_at
from channels.declared.sample_requests import GatewayRequest
from channels.declared.sms_shape import Sending
from channels.declared.templates import Template
from channels.declared.trial_call import NoSample, TrialCall
from channels.declared.trial_sms import message_request, report_request
from channels.declared.written import set_at
from state.errors import BadRequest

MAX_BYTES: Final = 64 * 1024
NO_ANSWER: Final = "Zin ne répond pas"
TOKEN: Final = "jeton-d-essai"


@dataclass(slots=True)
class MockGateway:
    """One gateway, played. zin is the address of Zin; say prints a line; code is dialled on calls."""

    file: GatewayFile
    credentials: Credentials = field(repr=False)
    zin: str
    say: Callable[[str], None]
    code: str
    number: str = field(repr=False)
    _call: TrialCall | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def app(self) -> web.Application:
        """Return the application that takes messages of Zin."""
        app = web.Application(client_max_size=MAX_BYTES)
        app.router.add_route("*", "/{path:.*}", self._handle)
        return app

    async def type(self, typed: str) -> None:
        """Do what a person does with a phone: dial `*`…, answer the open call, else write an SMS."""
        dials = self.file.ussd and (typed.startswith("*") or not (self._call or self._writes))
        try:
            if dials or self._call:
                await self._on_call(typed, dials=bool(dials))
            else:
                request = message_request(self.file, self.credentials, self.number, typed)
                status, _ = await self._send(request)
                self.say(f"-- SMS donné à Zin : {status}")
        except NoSample as missing:
            self.say(f"-- {missing}")
        except (aiohttp.ClientError, TimeoutError):
            self.say(f"-- {NO_ANSWER} à {self.zin}")

    async def close(self) -> None:
        """Wait for the reports that were not given yet."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def _writes(self) -> bool:
        return bool(self.file.samples.sms)

    async def _on_call(self, typed: str, *, dials: bool) -> None:
        assert self.file.ussd, "calls need the part ussd"
        if dials or self._call is None:
            samples = self.file.samples.ussd
            self._call = TrialCall(
                self.file.ussd, samples, self.credentials, token_hex(8), self.number, self.code, network=""
            )
            behind = typed.strip("*#").removeprefix(self.code.strip("*#")).strip("*")
            request = self._call.dial(behind)
        else:
            request = self._call.type(typed)
        status, body = await self._send(request)
        if status != 200:
            self.say(f"-- Zin refuse : {status}")
            self._call = None
            return
        shown = self._call.read(body)
        self.say(shown.text)
        if shown.is_over:
            self.say("-- fin de l'appel")
            ended, self._call = self._call.hang_up(finished=True), None
            if ended:
                await self._send(ended)

    async def _send(self, request: GatewayRequest) -> tuple[int, bytes]:
        url = URL(self.zin.rstrip("/") + request.url, encoded=True)
        async with (
            aiohttp.ClientSession() as session,
            session.request(request.method, url, data=request.body or None, headers=request.headers) as answer,
        ):
            return answer.status, await answer.read()

    async def _handle(self, request: web.Request) -> web.Response:
        sending = self.file.sms.send if self.file.sms else None
        if sending is None:
            return web.Response(status=404)
        if sending.token and request.path == sending.token.path.partition("?")[0]:
            answer: dict[str, Any] = {}
            set_at(answer, tuple(sending.token.at.split(".")), TOKEN)
            return web.json_response(answer)
        if (request.method, request.path) != (sending.method, sending.path):
            return web.json_response({"erreur": f"il faut {sending.method} {sending.path}"}, status=404)
        if missing := [name for name in sending.headers if name not in request.headers]:
            return web.json_response({"erreur": f"il manque l'en-tête {missing[0]}"}, status=401)
        return await self._take(request, sending)

    async def _take(self, request: web.Request, sending: Sending) -> web.Response:
        sent = read_message(sending, await request.read(), dict(request.query))
        if sent is None:
            self.say("-- message de Zin d'une autre forme que celle du fichier")
            return web.json_response({"erreur": "la forme n'est pas celle du fichier"}, status=400)
        number = sent.get("digits") or sent.get("number", "")
        self.say(f"-- SMS de Zin au …{number[-4:]} :\n{sent.get('text', '')}")
        sample = next((one for one in self.file.samples.answers if one.then == "taken"), None)
        answer = json.loads(sample.answer) if sample and sample.answer else {}
        named = token_hex(8)
        if sending.id:
            place = tuple(sending.id.split("."))
            if as_text(value_at(answer, place)).isdigit():
                named = str(int(named, 16))
            set_at(answer, place, named)
        self._report(named)
        return web.json_response(answer, status=sample.status if sample else 200)

    def _report(self, named: str) -> None:
        """Report the delivery to Zin, as soon as it has our answer."""
        report = report_request(self.file, self.credentials, named)
        if report:
            task = asyncio.create_task(self._give_report(report))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _give_report(self, report: GatewayRequest) -> None:
        try:
            status, _ = await self._send(report)
            self.say(f"-- accusé de remise donné à Zin : {status}")
        except (aiohttp.ClientError, TimeoutError):
            self.say(f"-- accusé : {NO_ANSWER} à {self.zin}")


def read_message(sending: Sending, body: bytes, query: Mapping[str, str]) -> Mapping[str, str] | None:
    """Return the values of a message that was sent as the file says; None for another form."""
    if sending.content in ("json", "xml"):
        return Template(sending.content, sending.body).read(body)
    try:
        given = query if sending.content == "query" else form(body)
    except BadRequest:
        return None
    found: dict[str, str] = {}
    for name, written in sending.fields.items():
        values = Template("text", written).read(given.get(name, "").encode())
        if values is None:
            return None
        found |= values
    return found
