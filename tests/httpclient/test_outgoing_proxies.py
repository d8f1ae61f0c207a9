"""Which proxy an outgoing call takes; tests/httpclient/test_tunnels.py has TLS through it."""

from __future__ import annotations

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import ValidationError
from yarl import URL

from httpclient.json_client import CallLimits, JsonClient
from httpclient.outgoing_proxies import OutgoingProxies
from settings import Settings
from tests.support.connect_proxy import ConnectProxy

LIMITS = CallLimits(seconds=5.0, connect_seconds=2.0, max_bytes=1000)
PROXY = "proxy.example:3128"
NO_PROXY = "passerelle.bj, .gouv.bj,10.0.0.0/8,exact.example:8443,[fd00::1]:443"
DIRECT = [
    ("https://passerelle.bj/x", True),
    ("https://sms.passerelle.bj", True),
    ("https://autrepasserelle.bj", False),
    ("https://justice.gouv.bj", True),
    ("https://JUSTICE.GOUV.BJ", True),
    ("https://10.2.3.4", True),
    ("https://11.2.3.4", False),
    ("https://exact.example:8443", True),
    ("https://exact.example", False),
    ("https://[fd00::1]", True),
    ("https://[fd00::2]", False),
    ("https://127.0.0.1:9", True),
    ("https://localhost:9", True),
    ("https://[::1]:9", True),
    ("http://api.example", False),
]


@pytest.mark.parametrize(("address", "is_direct"), DIRECT)
def test_no_proxy_names_what_is_called_directly(address: str, is_direct: bool) -> None:
    environment = {"HTTPS_PROXY": f"http://{PROXY}", "http_proxy": PROXY, "NO_PROXY": NO_PROXY}
    found = OutgoingProxies(environment).of(URL(address))
    assert (found is None) is is_direct
    assert found is None or found.url == URL(f"http://{PROXY}")


@pytest.mark.parametrize("environment", [{}, {"HTTP_PROXY": PROXY}, {"HTTPS_PROXY": PROXY, "NO_PROXY": "*"}])
def test_other_variables_send_nothing_to_a_proxy(environment: dict[str, str]) -> None:
    assert OutgoingProxies(environment).of(URL("https://api.example")) is None


@pytest.mark.parametrize("written", ["socks5://proxy:1080", "http://", "http://[::1", "http://proxy:99999"])
def test_proxy_that_cannot_be_used_is_named_at_start(written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", written)
    with pytest.raises(ValidationError, match="HTTPS_PROXY: http://HOST:PORT"):
        Settings()


async def test_plain_call_goes_through_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    app = web.Application()

    async def answered(_: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    app.router.add_get("/x", answered)
    async with TestServer(app) as server, ConnectProxy(server.port or 0) as proxy:
        monkeypatch.setenv("http_proxy", f"http://zin:s%3Acret@{proxy.address}")
        client = JsonClient(LIMITS)
        answer = await client.get("http://api.example/x", {})
        await client.close()
    assert answer.payload == {"ok": True}
    assert proxy.asked == ["GET http://api.example/x HTTP/1.1"]
    assert proxy.shown == ["Basic emluOnM6Y3JldA=="]
