"""The files of gateways/ that come with Zin: their tables through the real server, and a journey over each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient
from yarl import URL

from channels.declared.credentials import InstalledCredentials
from channels.declared.files import find_files
from channels.declared.sample_checks import gateway_problems
from channels.declared.sample_requests import GatewayRequest, Target, build_request, sample_address
from channels.declared.schema import gateway_schema
from channels.declared.shape import UssdPart, UssdSample
from channels.declared.trial_call import TrialCall
from server import build
from settings import Settings
from tests.support.channel_requests import Client
from tests.support.gateway_files import FILES, GATEWAYS, SECRET, USSD, configure, settings_of
from tests.support.live_server import LiveServer

pytestmark = pytest.mark.slow

CODE = "*384*229#"
EXAM = ("3", "1", "12345")
STATUSES = {None: 200, "bad_request": 400, "stranger": 403}
SAMPLES = [
    pytest.param(name, one, id=f"{name}: {one.what}") for name, file in USSD.items() for one in file.samples.ussd
]


@asynccontextmanager
async def server(valkey_url: str, folder: Path) -> AsyncIterator[Client]:
    async with TestClient(LiveServer(build(settings_of(valkey_url, folder)))) as client:
        yield client


@pytest.fixture
async def zin(valkey_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Client]:
    configure(monkeypatch, *USSD)
    async with server(valkey_url, tmp_path) as client:
        yield client


async def send(client: Client, request: GatewayRequest) -> tuple[int, bytes]:
    url = URL(request.url, encoded=True)
    async with client.request(request.method, url, data=request.body, headers=request.headers) as answer:
        return answer.status, await answer.read()


def request_of(part: UssdPart, sample: UssdSample) -> GatewayRequest:
    credentials = InstalledCredentials(Settings(env="demo"))
    to = sample_address(sample, [one.path for one in part.addresses])
    targets = (Target(one.path, one.method, one.content) for one in part.addresses)
    content = (sample.headers, sample.body.encode())
    made = (build_request(target, to, content, part.verify, credentials) for target in targets)
    return next(request for request in made if request)


def part_of(name: str) -> UssdPart:
    part = USSD[name].ussd
    assert part
    return part


def call_over(name: str, number: str) -> TrialCall:
    credentials = InstalledCredentials(Settings(env="demo"))
    return TrialCall(part_of(name), USSD[name].samples.ussd, credentials, f"call-{name}", number, CODE)


def test_shipped_files_have_no_problem() -> None:
    assert [str(one) for one in gateway_problems(Settings(env="demo"))] == []


def test_every_file_is_found_by_its_name() -> None:
    assert [one.name for one in find_files(GATEWAYS)] == sorted(
        path.stem
        for path in GATEWAYS.glob("*.yaml")
        if path.stem != "routes" and "protocol: smpp" not in path.read_text(encoding="utf-8")
    )
    assert set(FILES) >= {"infobip", "hubtel", "arkesel", "nalo", "hollatags", "plain"}


def test_the_committed_schema_is_that_of_the_shape() -> None:
    assert (GATEWAYS / "schema.json").read_text(encoding="utf-8") == gateway_schema()


@pytest.mark.parametrize(("name", "sample"), SAMPLES)
async def test_a_request_of_the_table_is_answered(name: str, sample: UssdSample, zin: Client) -> None:
    status, body = await send(zin, request_of(part_of(name), sample))
    assert status == STATUSES[sample.refused], body
    if sample.reads:
        assert call_over(name, "+2290190000001").read(body).text
        assert (await send(zin, request_of(part_of(name), sample))) == (status, body)  # a repeated request


@pytest.mark.parametrize("name", USSD)
async def test_a_stranger_is_refused(name: str, zin: Client) -> None:
    call = call_over(name, "+2290190000001")
    request = call.dial()
    for wrong in ("un-autre-mot", SECRET[:-1], SECRET.upper(), "demo"):
        url = request.url.replace(SECRET, wrong)
        assert url != request.url
        assert (await send(zin, replace(request, url=url)))[0] == 403


async def screens(client: Client, call: TrialCall) -> list[str]:
    shown = [await send(client, request) for request in (call.dial(), *map(call.type, ("1", *EXAM)))]
    return [call.read(body).text for _, body in shown]


async def test_every_file_shows_the_same_screens(zin: Client) -> None:
    found = {name: await screens(zin, call_over(name, f"+229019000{place:04}")) for place, name in enumerate(USSD)}
    wide = found.pop("plain")
    assert "12345" in wide[-1]
    assert {name: one[-1] for name, one in found.items()} == dict.fromkeys(found, wide[-1])
    assert all(one[:1] == wide[:1] for one in found.values())


async def test_gateways_without_secrets_have_no_address(valkey_url: str, tmp_path: Path) -> None:
    async with server(valkey_url, tmp_path) as client:
        assert (await client.post("/ussd/hubtel/demo", json={})).status == 404
