"""Outgoing HTTPS through a proxy: by CONNECT, with TLS up to the far end, whose certificate is checked."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socket import AF_INET
from typing import Any

import pytest
from aiohttp import ThreadedResolver, web
from aiohttp.abc import ResolveResult
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs

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
from tests.support.connect_proxy import ConnectProxy
from tests.support.declared_api import MINE, declared, source_of
from tests.support.gateway_files import SMS, configure
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
EVERY_HOST = pytest.mark.parametrize("host", CALLS)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    configure(monkeypatch, "infobip")
    given: dict[str, Any] = {"at_username": "zin", "at_api_key": "k", "whatsapp_token": "t", "whatsapp_phone_id": "1"}
    given |= {"whatsapp_app_secret": "a" * 22, "whatsapp_verify_token": "v", "telegram_token": "1:t"}
    given |= {"telegram_secret": "g" * 22, "secret": "s" * 22, "data": tmp_path}
    return Settings.model_validate(given | {"connect_seconds": 4.0, "source_seconds": 8.0, "hop_seconds": 9.5})


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


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """The only authority that calls know in these tests."""
    made = Authority(tmp_path, signed("authority"))
    write(tmp_path, "authority", made.pair)
    known = ssl.create_default_context(cafile=str(tmp_path / "authority.crt"))
    monkeypatch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", known)  # made when aiohttp is imported
    return made


@EVERY_HOST
async def test_call_reaches_the_far_end_by_connect(
    host: str, settings: Settings, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(authority.folder, authority.sign(*CALLS)) as far, ConnectProxy(far.port) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.address}")
        assert await CALLS[host](settings) == "status_503"
    assert (proxy.asked, far.heard) == ([f"CONNECT {host}:443 HTTP/1.1"], [host])


WRONG: dict[str, Callable[[Authority], Signed]] = {
    "another name": lambda authority: authority.sign("other.example"),
    "unknown authority": lambda _: signed("far", signed("stranger"), hosts=[*CALLS]),
    "out of date": lambda authority: signed("far", authority.pair, hosts=[*CALLS], days=-1),
}


@EVERY_HOST
@pytest.mark.parametrize("wrong", WRONG)
async def test_far_end_without_the_right_certificate_hears_nothing(
    wrong: str, host: str, settings: Settings, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(authority.folder, WRONG[wrong](authority)) as far, ConnectProxy(far.port) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.address}")
        with capture_logs() as lines:
            assert await CALLS[host](settings) == "wrong_certificate"
    assert (len(proxy.asked), far.heard) == (1, [])
    assert [(one["host"], one["log_level"]) for one in lines if "SSL_CERT_FILE" in one.get("advice", "")] == [
        (host, "error")
    ]


async def test_host_of_no_proxy_is_called_directly(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_loopback(_: object, host: str, port: int = 0, family: int = AF_INET) -> list[ResolveResult]:
        return [ResolveResult(hostname=host, host="127.0.0.1", port=port, family=AF_INET, proto=0, flags=0)]

    monkeypatch.setattr(ThreadedResolver, "resolve", at_loopback)
    async with serving(authority.folder, authority.sign("api.gouv.example")) as far, ConnectProxy() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.address}")
        monkeypatch.setenv("NO_PROXY", ".gouv.example")
        client = JsonClient(LIMITS)
        answer = await client.get(f"https://api.gouv.example:{far.port}/x", {})
        await client.close()
    assert (answer.status, proxy.asked, far.heard) == (503, [], [f"api.gouv.example:{far.port}"])


REFUSALS = [
    ("407 Proxy Authentication Required", "proxy_407", "HTTPS_PROXY needs a user and a password"),
    ("502 Bad Gateway", "proxy_502", "name the host in NO_PROXY"),
    ("403 Forbidden", "proxy_403", "name the host in NO_PROXY"),
]


@EVERY_HOST
@pytest.mark.parametrize("refused", REFUSALS, ids=[why for _, why, _ in REFUSALS])
async def test_refusal_of_a_proxy_is_one_line(
    host: str, refused: tuple[str, str, str], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusal, why, advice = refused
    async with ConnectProxy(refusal=refusal) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://zin:hidden-word@{proxy.address}")
        with capture_logs() as lines:
            assert await CALLS[host](settings) == why
    (line,) = (one for one in lines if one["event"] == "a call did not reach its host")
    assert (line["host"], line["why"], line["log_level"]) == (host, why, "error")
    assert advice in line["advice"]
    assert "hidden-word" not in str(lines)


async def test_same_refusal_is_logged_again_after_an_answer(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(authority.folder, authority.sign("api.example")) as far, ConnectProxy() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.address}")
        client, counted = JsonClient(LIMITS), list[int]()
        with capture_logs() as lines:
            for to in (0, 0, far.port, 0):
                proxy.to = to
                with contextlib.suppress(NoAnswer):
                    await client.get("https://api.example/x", {})
                await client.close()
                counted.append(len(lines))
    assert counted == [1, 1, 1, 2]


async def test_proxy_that_is_away_is_named(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    with capture_logs() as lines:
        assert await call_back(settings) == "proxy_unreachable"
    assert [one["advice"] for one in lines] == ["nothing answers at the address in HTTPS_PROXY"]


async def test_password_of_the_proxy_goes_to_the_proxy_alone(
    settings: Settings, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with (
        serving(authority.folder, authority.sign("justice.example")) as far,
        ConnectProxy(far.port, credentials="zin:s:cret") as proxy,
    ):
        monkeypatch.setenv("HTTPS_PROXY", f"http://zin:s%3Acret@{proxy.address}")
        assert await call_back(settings) == "status_503"
    assert len(proxy.asked) == 1
    assert "Proxy-Authorization" not in far.headers[0]
    assert "Authorization" not in far.headers[0]
