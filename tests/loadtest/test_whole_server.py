"""A load test against the real server, its menus and sample results, over all four channels."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from bench.processes import free_port
from catalog.entries import read_exams, read_services, read_statuses
from database import tables
from loadtest.candidates import Candidate
from loadtest.plan import CROWDED, SORRY, UNKNOWN, Keys, Mix, Plan
from loadtest.runner import run_load_test
from runtime.delivery import run_delivery
from server import SERVICES, build
from settings import Settings
from sources.sample_data import sample_rows
from tests.support.results_server import BAC

pytestmark = pytest.mark.slow

MENUS = Path(__file__).parents[2] / "menus"


def sample() -> list[Candidate]:
    """The candidates of the sample BAC, with their results as citizens read them."""
    services, statuses = read_services(MENUS / "catalogue"), read_statuses(MENUS / "statuses")
    rows = sample_rows(services, read_exams(MENUS / "exams"), statuses)
    found = (row for row in rows[tables.exam_results] if row["result_set"] == "bac-2026.1")
    return [Candidate(row["seat"], BAC.verdicts[row["verdict"]].say, row["mention"]) for row in found]


@pytest.mark.parametrize(("file", "text"), [("phrases", SORRY), ("phrases", CROWDED), ("exams", UNKNOWN)])
def test_expected_texts_are_those_of_the_menus(file: str, text: str) -> None:
    assert text in (MENUS / f"{file}.yaml").read_text(encoding="utf-8")


def settings_with_gateways(valkey_url: str, data: Path, port: int) -> Settings:
    """Settings of a server whose gateways all listen on this port."""
    return Settings(
        redis_url=valkey_url,
        data=data,
        at_username="sandbox",
        at_api_key=SecretStr("a-key"),
        at_url=f"http://127.0.0.1:{port}/version1",
        sms_per_second=1000,
        whatsapp_token=SecretStr("a-token"),
        whatsapp_app_secret=SecretStr("a-secret-of-the-app"),
        whatsapp_verify_token=SecretStr("a-word"),
        whatsapp_phone_id="1122078533503",
        whatsapp_url=f"http://127.0.0.1:{port}/whatsapp",
    )


async def test_real_server_gives_only_right_answers(
    valkey_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.workers.delivery.IDLE", 0.01)
    gateway = free_port()
    settings = settings_with_gateways(valkey_url, tmp_path, gateway)
    app = build(settings)
    async with TestServer(app) as server, run_delivery(settings, app[SERVICES], print):
        plan = Plan(
            sample(),
            f"http://127.0.0.1:{server.port}",
            Keys.of(settings),
            look_ups=80,
            seconds=1.0,
            rate=200.0,
            mix=Mix(40, 20, 20, 20),
            connections=10,
            gateway=gateway,
            unknown=0.2,
            mistyped=0.2,
        )
        figures = await run_load_test(plan, print)
    assert {one.name: one.worths["right"] for one in figures.channels} == {
        one.name: one.asked for one in figures.channels
    }, figures
    assert {one.name for one in figures.channels} == {"ussd", "sms", "whatsapp", "telegram"}
    assert figures.total.duplicates == 0
    assert figures.total.received == sum(one.asked for one in figures.channels if one.name in ("sms", "whatsapp"))
    assert figures.is_sound
