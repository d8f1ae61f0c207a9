"""A load test with an adversary against the real server: no citizen is harmed, and no news is late."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from accounts.accounts import Operator as Account
from bench.processes import free_port
from channels.webhooks.connections import Runner
from database import tables
from loadtest import adversary, floods, guesses, runner, withdrawn_announcement
from loadtest.answer_parser import AnswerParser
from loadtest.attack_counts import LATE_SECONDS, Attempts
from loadtest.guesses import by_hundred, unknown_seats
from loadtest.plan import Keys, LoadTestImpossible, Mix, Plan
from loadtest.report_page import page
from loadtest.runner import run_load_test
from loadtest.withdrawn_announcement import Announcement, Operator
from results.publishing import Publishing
from runtime.delivery import run_delivery
from runtime.services import Services
from server import SERVICES, build
from settings import Settings
from state import rate_limit
from state.rate_limit import MAX_NEAR
from tests.loadtest.test_whole_server import sample
from tests.support.load_test_report import made
from tests.support.patience import PATIENCE
from tests.support.results_server import CANDIDATES, expected_screen

pytestmark = pytest.mark.slow

PAUL, ANNOUNCED = Account("paul", "approver"), "bac-2026-remplacement"
LATER = 10**10  # Unix seconds: long after every test


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A short rehearsal has a small adversary, who is soon held back."""
    for module, name, value in (
        (withdrawn_announcement, "WAITING", 60),
        (withdrawn_announcement, "AT_ONCE", 4),
        (floods, "HALF_OPEN", 3),
        (guesses, "PAUSE_SECONDS", 0.01),
        (guesses, "PAIRS", 2),
        (adversary, "CONNECTIONS", 6),
        (adversary, "MIDDLE", 0.1),
        (rate_limit, "MAX_UNKNOWN", 10),
    ):
        monkeypatch.setattr(module, name, value)


@asynccontextmanager
async def served(valkey_url: str, data: Path, **more: Any) -> AsyncIterator[tuple[Plan, Services]]:
    """The real server over our menus and sample results, and a short rehearsal with an adversary against it."""
    gateway = free_port()
    settings = Settings(
        redis_url=valkey_url,
        data=data,
        at_username="sandbox",
        at_api_key=SecretStr("a-key"),
        at_url=f"http://127.0.0.1:{gateway}/version1",
        sms_per_second=10,  # so that most of the news wait when they are withdrawn
    )
    serving = Runner(build(settings), access_log=None, shutdown_timeout=0.1)
    await serving.setup()
    try:
        async with run_delivery(settings, serving.app[SERVICES], print):
            await web.TCPSite(serving, "127.0.0.1", 0).start()
            address = f"http://127.0.0.1:{serving.addresses[0][1]}"
            crowd: Any = {"look_ups": 60, "seconds": 1.0, "rate": 100.0, "connections": 10, "patience": PATIENCE}
            short = Plan(sample(), address, Keys.of(settings), gateway=gateway, mix=Mix(60, 20, 0, 20), **crowd)
            yield replace(short, adversary=True, **more), serving.app[SERVICES]
    finally:
        await serving.cleanup()


async def announced(parts: Services, plan: Plan) -> Operator:
    """A session with approved results and an hour to come, and who publishes and withdraws it."""
    named, at = f"{ANNOUNCED}.1", {"imported_at": 1, "approved_at": 1}
    common: Mapping[str, Any] = {"id": named, "session": ANNOUNCED, "sha256": "", "rows": len(plan.candidates)}
    by = {"state": "approved", "imported_by": "ida", "approved_by": "lea", "report": "{}"}
    result = {"verdict": "admitted", "mention": "", "series": "D", "centre": "Centre d'essai", "department": ""}
    async with parts.database.exclusive_transaction() as writer:
        await writer.add(tables.result_sets, [{**common, **by, **at}])
        rows = [{"result_set": named, "seat": one.seat, **result} for one in plan.candidates]
        await writer.add(tables.exam_results, rows)
    publishing = Publishing(parts.database, production=False)
    await publishing.publish(PAUL, named, LATER)
    return Operator(
        lambda: publishing.publish(PAUL, named, time.time(), "", "pour l'essai"),
        lambda: publishing.withdraw(PAUL, ANNOUNCED, "", "pour l'essai"),
    )


async def test_adversary_harms_no_other_citizen(
    valkey_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried, until_over = Attempts(), runner._until_over

    def are_many() -> bool:
        floods_are_many = tried.long_texts > 4 and tried.compressed >= 4 and tried.half_open >= 3
        return floods_are_many and tried.guesses > MAX_NEAR and tried.guesses_slowed > 0 and tried.bystanders > 20

    async def until_attacks_are_many(*given: Any) -> None:
        await until_over(*given)
        async with asyncio.timeout(PATIENCE):
            while not are_many():  # noqa: ASYNC110 - they are counted by other tasks
                await asyncio.sleep(0.05)

    monkeypatch.setattr(adversary, "Attempts", lambda: tried)
    monkeypatch.setattr(runner, "_until_over", until_attacks_are_many)
    async with served(valkey_url, tmp_path) as (asked, _):
        found = await run_load_test(asked, print)
    assert found.attempts is tried
    assert found.total.worths["right"] == found.total.asked == 60
    assert tried.is_harmless, tried
    assert found.is_sound


async def test_announcement_ends_with_the_withdrawal(
    valkey_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(withdrawn_announcement, "LATE_SECONDS", 3.0)
    async with served(valkey_url, tmp_path, announced=ANNOUNCED) as (asked, parts):
        found = await run_load_test(asked, print, await announced(parts, asked))
    tried = found.attempts
    assert tried
    assert tried.waiting == 60
    assert 0 < tried.news < 60
    assert tried.news_late == 0
    assert found.is_sound, (tried, found.total, found.errors)


async def test_announcement_without_gateway_is_refused(valkey_url: str, tmp_path: Path) -> None:
    async def nothing() -> None:
        raise AssertionError("nobody was to publish anything")

    async with served(valkey_url, tmp_path, announced=ANNOUNCED) as (asked, _):
        with pytest.raises(LoadTestImpossible, match="gateway=PORT"):
            await run_load_test(replace(asked, gateway=0), print, Operator(nothing, nothing))


async def test_news_after_the_withdrawal_is_late() -> None:
    tried, reader = Attempts(waiting=10), AnswerParser((one.decision for one in CANDIDATES), (), "")
    seat = CANDIDATES[0].seat
    news = Announcement(Operator(nobody, nobody), reader, tried, {"22901": seat})
    assert not news.take("22902", expected_screen(seat), 5.0)
    assert news.take("22901", expected_screen(seat), 5.0)
    news.withdrawn_at = 6.0
    assert news.take("22901", expected_screen(seat), 6.0 + LATE_SECONDS)
    assert (tried.news, tried.news_late) == (2, 0)
    assert news.take("22901", expected_screen(seat), 6.1 + LATE_SECONDS)
    assert news.take("22901", "Ces résultats ont été retirés.", 9.0)
    assert (tried.news, tried.news_late) == (3, 1)


async def nobody() -> None:
    """Nothing is published in this test."""


FAULTS = [
    "guesses_wrong",
    "bystanders_refused",
    "long_texts_failed",
    "compressed_accepted",
    "half_open_not_closed",
    "news_late",
]


@pytest.mark.parametrize("fault", FAULTS)
def test_one_fault_makes_the_run_unsound(fault: str) -> None:
    harmless = made((0.0, 0.004, "right"), attempts=Attempts(guesses=12, waiting=3))
    harmed = replace(harmless, attempts=replace(harmless.attempts or Attempts(), **{fault: 1}))
    assert harmless.is_sound
    assert "Aucune réponse fausse" in page(harmless)
    assert "<h2>Ce que l'adversaire a tenté</h2>" in page(harmless)
    assert not harmed.is_sound
    assert "l&#x27;adversaire a gêné d&#x27;autres que lui" in page(harmed)


def test_adversary_guesses_unknown_seats_only() -> None:
    hundreds = by_hundred(CANDIDATES)
    assert hundreds
    for start, candidates in hundreds.items():
        unknown = unknown_seats(candidates)
        assert len(unknown) + len(candidates) == 100
        assert all(seat.startswith(start) and len(seat) == len(candidates[0].seat) for seat in unknown)
        assert not {one.seat for one in CANDIDATES} & set(unknown)
