"""Outgoing HTTPS through a proxy: by CONNECT, with TLS up to the far end, whose certificate is checked."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Callable
from pathlib import Path
from socket import AF_INET
from typing import Any

import pytest
from aiohttp import ThreadedResolver
from aiohttp.abc import ResolveResult
from structlog.testing import capture_logs

from httpclient.failures import NoAnswer
from httpclient.json_client import JsonClient
from settings import Settings
from tests.support.certificates import Signed, signed, write
from tests.support.connect_proxy import ConnectProxy
from tests.support.far_ends import CALLS, LIMITS, Authority, call_back, serving
from tests.support.gateway_files import configure

EVERY_HOST = pytest.mark.parametrize("host", CALLS)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    configure(monkeypatch, "infobip")
    given: dict[str, Any] = {"at_username": "zin", "at_api_key": "k", "whatsapp_token": "t", "whatsapp_phone_id": "1"}
    given |= {"whatsapp_app_secret": "a" * 22, "whatsapp_verify_token": "v", "telegram_token": "1:t"}
    given |= {"telegram_secret": "g" * 22, "secret": "s" * 22, "data": tmp_path}
    return Settings.model_validate(given | {"connect_seconds": 4.0, "source_seconds": 8.0, "hop_seconds": 9.5})


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
