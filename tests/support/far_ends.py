"""Every kind of outgoing HTTPS call, and a far end over TLS that hears it."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from channels.africastalking.sender import AfricasTalkingSms
from channels.contracts.sender import Message, RetryLater, Sender
from channels.declared.credentials import InstalledCredentials
from channels.declared.sms_sender import DeclaredSmsSender, sending_values
from channels.telegram.sender import TelegramSender
from channels.whatsapp.sender import WhatsappSender
from httpclient.failures import NoAnswer
from httpclient.json_client import CallLimits, JsonClient
from settings import Settings
from state.errors import SourceUnavailable
from tests.support.certificates import Signed, signed, write
from tests.support.declared_api import MINE, declared, source_of
from tests.support.gateway_files import SMS
from tests.support.patience import PATIENCE

LIMITS = CallLimits(seconds=PATIENCE, connect_seconds=PATIENCE, max_bytes=1000)


@dataclass(slots=True)
class FarEnd:
    """A server over TLS for every host of these tests; it answers 503."""

    port: int = 0
    heard: list[str] = field(default_factory=list)  # the Host of each request
    headers: list[dict[str, str]] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.Response:
        self.heard.append(request.host)
        self.headers.append(dict(request.headers))
        return web.json_response({}, status=503)


async def send(sender: Sender) -> str:
    try:
        with pytest.raises(RetryLater) as raised:
            await sender.send(Message("k", sender.gateway, "+2290190000001", "Bonjour", last_inbound_at=1e12))
        return str(raised.value)
    finally:
        await sender.close()


def of_a_file(settings: Settings) -> Sender:
    """The sender of a file in gateways/."""
    part = SMS["infobip"].sms
    assert part
    assert part.send
    sending = part.send.model_copy(update={"server": "https://sms.example"})
    return DeclaredSmsSender("infobip", sending, sending_values(sending, InstalledCredentials(settings)), 20)


async def call_back(settings: Settings) -> str:
    client = JsonClient(LIMITS)
    try:
        return f"status_{(await client.post_bytes('https://justice.example/zin', b'{}', {})).status}"
    except NoAnswer as error:
        return str(error)
    finally:
        await client.close()


async def ask(settings: Settings) -> str:
    source = source_of(declared(request__server="https://api.example"), settings.data, secret=settings.secret)
    try:
        with pytest.raises(SourceUnavailable) as raised:
            await source.ask("passports.stage", MINE)
        return str(raised.value).removeprefix("passports: ").replace(" ", "_")
    finally:
        await source.close()


CALLS: dict[str, Callable[[Settings], Awaitable[str]]] = {
    "api.africastalking.com": lambda settings: send(AfricasTalkingSms(settings)),
    "graph.facebook.com": lambda settings: send(WhatsappSender(settings)),
    "api.telegram.org": lambda settings: send(TelegramSender(settings)),
    "sms.example": lambda settings: send(of_a_file(settings)),
    "justice.example": call_back,
    "api.example": ask,
}


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority of certificates, and the folder of the files."""

    folder: Path
    pair: Signed

    def sign(self, *hosts: str) -> Signed:
        return signed("far", self.pair, hosts=hosts)


@asynccontextmanager
async def serving(folder: Path, certificate: Signed) -> AsyncIterator[FarEnd]:
    write(folder, "far", certificate)
    tls, far, app = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), FarEnd(), web.Application()
    tls.load_cert_chain(folder / "far.crt", folder / "far.key")
    app.router.add_route("*", "/{path:.*}", far.handle)
    server = TestServer(app, scheme="https")
    await server.start_server(ssl=tls)
    far.port = server.port or 0
    yield far
    await server.close()
