"""SMS over the files of gateways/: what comes in through the real server, and what goes out to a fake one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient

from channels.declared.credentials import InstalledCredentials
from channels.declared.sample_requests import GatewayRequest, Target, build_request, sample_address
from channels.declared.sms_shape import SmsPart, SmsSample
from channels.declared.trial_sms import message_request
from server import SERVICES, build
from settings import Settings
from tests.support.channel_requests import Client
from tests.support.gateway_files import SECRET, SMS, configure, settings_of
from tests.support.live_server import LiveServer

pytestmark = pytest.mark.slow

STATUSES = {None: 200, "bad_request": 200, "stranger": 403}  # a gateway repeats what is not answered 200
SAMPLES = [pytest.param(name, one, id=f"{name}: {one.what}") for name, file in SMS.items() for one in file.samples.sms]


def part_of(name: str) -> SmsPart:
    part = SMS[name].sms
    assert part
    return part


def request_of(name: str, sample: SmsSample) -> GatewayRequest:
    part, credentials = part_of(name), InstalledCredentials(Settings(env="demo"))
    assert part.verify
    to = sample_address(sample, [one.path for one in part.addresses])
    content = (sample.headers, sample.body.encode())
    targets = (Target(one.path, one.method, one.content) for one in part.addresses)
    made = (build_request(target, to, content, part.verify, credentials) for target in targets)
    return next(request for request in made if request)


@pytest.fixture
async def zin(valkey_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Client]:
    configure(monkeypatch, *SMS)
    async with TestClient(LiveServer(build(settings_of(valkey_url, tmp_path)))) as client:
        yield client


async def send(client: Client, request: GatewayRequest) -> tuple[int, str]:
    async with client.post(request.url, data=request.body, headers=request.headers) as answer:
        return answer.status, await answer.text()


@pytest.mark.parametrize(("name", "sample"), SAMPLES)
async def test_a_request_of_the_table_is_taken(name: str, sample: SmsSample, zin: Client) -> None:
    request = request_of(name, sample)
    assert await send(zin, request) == (STATUSES[sample.refused], part_of(name).answer.body)
    forged = replace(request, url=request.url.replace(SECRET, "demo"), body=request.body + b" ")  # it may be signed
    assert (await send(zin, forged))[0] == 403


@pytest.mark.parametrize("name", [name for name, file in SMS.items() if file.samples.sms])
async def test_a_message_is_answered_once(name: str, zin: Client) -> None:
    request = message_request(SMS[name], InstalledCredentials(Settings(env="demo")), "+2290190000009", "BAC 12345")
    for _ in range(2):  # a gateway may send it again
        assert (await send(zin, request))[0] == 200
    assert zin.app
    (answer,) = await zin.app[SERVICES].messaging.outbox.claim("sms", 10)
    assert (answer.message.address, "12345" in answer.message.text) == ("+2290190000009", True)
