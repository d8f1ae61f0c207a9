"""Strangers are refused by each proof that a file may name, and XML has no entities."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient

from channels.contracts.webhook_request import WebhookRequest
from channels.declared.credentials import InstalledCredentials
from channels.declared.files import GatewayFile, read_gateways
from channels.declared.gateways import DeclaredGateways, declared_gateways
from channels.declared.sample_requests import GatewayRequest
from channels.declared.trial_call import TrialCall
from channels.declared.ussd_channel import DeclaredUssd
from server import build
from settings import Settings
from state.errors import BadRequest, Unauthenticated
from state.interfaces import Inbound
from tests.support.channel_requests import Client
from tests.support.gateway_files import settings_of
from tests.support.live_server import LiveServer

SECRET = "un-secret-pour-ces-essais"
XML = """
title: Essai
docs: [https://fliphtml5.com/miqwl/ojnd/SMS.COM.NA_-_API_SPECIFICATION/7]
ussd:
  code: ZIN_GATEWAY_ESSAI_CODE
  verify: {VERIFY}
  inputs: alone
  first: code
  addresses:
    - path: /ussd/essai
      content: xml
      session: ussd.sessionid
      number: ussd.msisdn
      text: ussd.msg
      begins: {at: ussd.type, is: ["1"]}
      ends: {at: ussd.type, left: ["3", "4"]}
  reply:
    type: xml
    goes_on: <ussd><type>2</type><msg>{screen}</msg></ussd>
    ends: <ussd><type>3</type><msg>{screen}</msg></ussd>
samples:
  ussd:
    - what: le code est composé
      source: https://fliphtml5.com/miqwl/ojnd/SMS.COM.NA_-_API_SPECIFICATION/7
      body: <ussd><msisdn>2290190000001</msisdn><sessionid>s1</sessionid><type>1</type><msg>*384*229#</msg></ussd>
      reads: {session: s1, number: "+2290190000001", begins: true}
    - what: le citoyen répond
      source: https://fliphtml5.com/miqwl/ojnd/SMS.COM.NA_-_API_SPECIFICATION/7
      body: <ussd><msisdn>2290190000001</msisdn><sessionid>s1</sessionid><type>2</type><msg>1 &amp; 2</msg></ussd>
      reads: {session: s1, number: "+2290190000001", text: 1 & 2}
"""
NAMED = "setting: ZIN_GATEWAY_ESSAI_SECRET"
PROOFS = {
    "header": (f"{{header: {{name: X-Api-Key, {NAMED}}}}}", "X-Api-Key"),
    "basic": (f"{{basic: {{user: {{{NAMED}}}, password: {{{NAMED}}}}}}}", "Authorization"),
    "body signed": (f"{{hmac: {{header: X-Signature, {NAMED}, prefix: sha256=}}}}", "X-Signature"),
    "fields signed": (
        f"{{hmac: {{header: X-Signature, {NAMED}, written: base64, of: [ussd.sessionid, ussd.msg], joined_by: ':'}}}}",
        "X-Signature",
    ),
}


def written(folder: Path, verify: str) -> Settings:
    (folder / "essai.yaml").write_text(XML.replace("{VERIFY}", verify), encoding="utf-8")
    return Settings(env="demo", gateways=folder)


def call_of(settings: Settings) -> TrialCall:
    file: GatewayFile = read_gateways(settings.gateways)["essai"]
    assert file.ussd
    credentials = InstalledCredentials(settings)
    return TrialCall(file.ussd, file.samples.ussd, credentials, "s1", "+2290190000001", "*384*229#")


def channel_of(settings: Settings) -> DeclaredUssd:
    (channel,) = declared_gateways(settings).ussd()
    return channel


def received(channel: DeclaredUssd, request: WebhookRequest) -> Inbound:
    channel.verify(request)
    found = channel.read(request)
    assert isinstance(found, Inbound)
    return found


def without(request: GatewayRequest, header: str, value: str = "") -> WebhookRequest:
    headers = {**request.headers, header: value} if value else dict(request.headers)
    if not value:
        del headers[header]
    return replace(request.read, headers=headers)


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZIN_GATEWAY_ESSAI_SECRET", f"{SECRET},ancien-secret")
    monkeypatch.setenv("ZIN_GATEWAY_ESSAI_CODE", "*384*229#")


@pytest.mark.parametrize(("verify", "header"), PROOFS.values(), ids=PROOFS)
def test_only_the_right_secret_lets_a_request_in(verify: str, header: str, tmp_path: Path) -> None:
    settings = written(tmp_path, verify)
    channel, request = channel_of(settings), call_of(settings).dial("3*1")
    assert received(channel, request.read).text == "3*1"
    for wrong in ("", "demo", "é", f"{request.headers[header]}x", request.headers[header][:-1]):
        with pytest.raises(Unauthenticated):
            received(channel, without(request, header, wrong))


def test_a_changed_body_has_another_signature(tmp_path: Path) -> None:
    settings = written(tmp_path, PROOFS["body signed"][0])
    channel, request = channel_of(settings), call_of(settings).dial()
    assert channel.body_rule.is_signed
    with pytest.raises(Unauthenticated):
        received(channel, replace(request.read, body=request.body.replace(b"0190000001", b"0190000002")))


def test_a_field_that_is_not_signed_may_change(tmp_path: Path) -> None:
    settings = written(tmp_path, PROOFS["fields signed"][0])
    channel, request = channel_of(settings), call_of(settings).dial()
    other = replace(request.read, body=request.body.replace(b"0190000001", b"0190000002"))
    assert received(channel, other).citizen == "+2290190000002"
    with pytest.raises(Unauthenticated):
        received(channel, replace(request.read, body=request.body.replace(b"s1", b"s2")))


def test_an_older_secret_is_good_while_listed(tmp_path: Path) -> None:
    settings = written(tmp_path, PROOFS["header"][0])
    request = call_of(settings).dial()
    assert received(channel_of(settings), without(request, "X-Api-Key", "ancien-secret"))


def test_production_takes_no_weak_secret(tmp_path: Path) -> None:
    settings = written(tmp_path, PROOFS["header"][0]).model_copy(update={"env": "production"})
    (one,) = DeclaredGateways(settings, InstalledCredentials(settings)).files()
    assert one[1].ussd
    assert declared_gateways(settings).lacks(one[1].ussd.verify) == ("ZIN_GATEWAY_ESSAI_SECRET",)
    assert list(declared_gateways(settings).ussd()) == []


HARMFUL = {
    "entities": b'<!DOCTYPE a [<!ENTITY x "aaaa">]><ussd><sessionid>&x;</sessionid></ussd>',
    "an external document": b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><ussd/>',
    "too deep": b"<a>" * 100 + b"</a>" * 100,
    "too many": b"<a>" + b"<b/>" * 500 + b"</a>",
    "not closed": b"<ussd><msg>1</msg>",
    "nothing": b"",
    "another encoding": b'<?xml version="1.0" encoding="nosuch"?><ussd/>',
}


@pytest.mark.parametrize("body", HARMFUL.values(), ids=HARMFUL)
def test_harmful_xml_is_refused(body: bytes, tmp_path: Path) -> None:
    settings = written(tmp_path, PROOFS["header"][0])
    request = call_of(settings).dial()
    with pytest.raises(BadRequest):
        received(channel_of(settings), replace(request.read, body=body))


@pytest.fixture
async def listed(request: pytest.FixtureRequest, valkey_url: str, tmp_path: Path) -> AsyncIterator[Client]:
    """The server, which takes requests of these addresses only, behind a proxy on this machine."""
    written(tmp_path, f"{{addresses: [{request.param}]}}")
    settings = settings_of(valkey_url, tmp_path / "data", gateways=tmp_path, proxies="127.0.0.1")
    async with TestClient(LiveServer(build(settings))) as client:
        yield client


@pytest.mark.slow
@pytest.mark.parametrize("listed", ["192.0.2.0/24"], indirect=True)
async def test_only_listed_addresses_are_let_in(listed: Client, tmp_path: Path) -> None:
    call = call_of(Settings(env="demo", gateways=tmp_path))
    asked = call.dial()
    for forwarded, status in (("192.0.2.7", 200), ("198.51.100.7", 403), ("192.0.2.7, 198.51.100.7", 403), ("", 403)):
        headers = {**asked.headers, "X-Forwarded-For": forwarded}
        async with listed.post(asked.url, data=asked.body, headers=headers) as answer:
            assert answer.status == status, forwarded
            shown = await answer.read()
        if status == 200:
            assert "Services publics" in call.read(shown).text
