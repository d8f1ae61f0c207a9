"""Figures in the whole house: over HTTP, when it stops, and in every call that is written down."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from authoring.replay.sandbox import SampleMenus, make_sample, open_sample_menus, sandbox_settings
from authoring.replay.transcript_player import read_transcript, replay
from database import open_database
from settings import Settings
from state.conversation.trace import HopTrace, NullRecorder
from state.menu.journey_files import read_journeys
from state.menu.schema import LookUpScreen
from tests.e2e.test_server import hop, house
from tests.journeys.test_journeys import JOURNEYS
from tests.support.conversation import Market
from tests.support.usage import rows


async def test_what_was_counted_over_http_is_kept_when_the_server_stops(valkey_url: str, tmp_path: Path) -> None:
    async with house(valkey_url, tmp_path, Market()) as client:
        await hop(client, "")
        await hop(client, "7")
        await hop(client, "7")
    database = open_database(Settings(data=tmp_path))
    kept = {(row["what"], row["of"]): row["many"] for row in await rows(database)}
    await database.close()
    assert kept["calls", "africastalking_ussd"] == 1
    assert kept["hops", "africastalking_ussd"] == 2
    assert kept["network", "MTN"] == 1


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as one:
        yield one


@pytest.fixture(scope="module")
def ours(runner: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SampleMenus]:
    settings = sandbox_settings(Settings(), Path("menus"), tmp_path_factory.mktemp("ground"))
    runner.run(make_sample(settings))
    context = open_sample_menus(settings)
    yield runner.run(context.__aenter__())
    runner.run(context.__aexit__(None, None, None))


@pytest.mark.parametrize("path", JOURNEYS, ids=lambda path: path.stem)
def test_every_session_stops_on_one_screen_and_no_other(
    path: Path, runner: asyncio.Runner, ours: SampleMenus, monkeypatch: pytest.MonkeyPatch
) -> None:
    walks: list[HopTrace] = []

    def note(_: NullRecorder, walk: HopTrace, at: float) -> None:
        walks.append(walk)

    monkeypatch.setattr(NullRecorder, "record_hop", note)
    runner.run(replay(ours, read_transcript(path)[1]))
    stands: Counter[str] = Counter()
    for walk in walks:
        last = walk.start
        for screen in walk.screens:
            stands[last] -= last not in (screen, "")
            stands[screen] += screen != last
            last = screen
    assert walks
    assert stands.total() == sum(not walk.start for walk in walks)
    assert min(stands.values()) >= 0
    asking = {name for name, screen in read_journeys(Path("menus")).screens.items() if isinstance(screen, LookUpScreen)}
    assert not stands.keys() & asking
