"""Journeys: whole calls over our own menus and sample data, written down as an operator reads them.

tests/journeys/*.txt are compared with what the house answers; `pytest --rewrite` writes anew what the phone shows, and
the difference is for human eyes. authoring/replay/transcript_player.py says what a line « ! » lets happen.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from authoring.replay.sandbox import ROOM, make_sample, open_sample_menus, sandbox_settings
from authoring.replay.transcript_player import read_transcript, replay
from settings import Settings
from state.menu.journey_files import read_journeys
from state.menu.screen_texts import texts_of
from state.text.encoding import fold, septets
from state.transcript import Turn, read, written

Played = Callable[[list[Turn]], list[Turn]]
JOURNEYS = sorted((Path(__file__).parents[1] / "journeys").glob("*.txt"))


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Plays a call, each in a house of its own on one ground; its database belongs to one event loop."""
    settings = sandbox_settings(Settings(), Path("menus"), tmp_path_factory.mktemp("ground"))
    with asyncio.Runner() as runner:
        runner.run(make_sample(settings))
        context = open_sample_menus(settings)
        ours = runner.run(context.__aenter__())
        yield lambda turns: runner.run(replay(ours, turns))
        runner.run(context.__aexit__(None, None, None))


@pytest.mark.parametrize("path", JOURNEYS, ids=lambda path: path.stem)
def test_call_matches_its_transcript(path: Path, played: Played, rewrite: bool) -> None:
    title, turns = read_transcript(path)
    shows = played(turns)
    seen = written(title, shows)
    if rewrite:
        path.write_text(seen, encoding="utf-8")
    assert seen == path.read_text(encoding="utf-8")
    assert [turn.shows for turn in shows if septets(turn.shows.partition("\n-- ")[0]) > ROOM.septets] == []


def test_call_in_the_readme_is_real(played: Played) -> None:
    block = re.search(r"<!-- call -->.*?```\n(.*?)```", Path("README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert block
    title, turns = read(f"# README\n\n{block[1]}")
    assert written(title, played(turns)) == written(title, turns)


def test_every_screen_appears_in_some_journey() -> None:
    """A screen that no transcript shows is a screen that nobody has read as a citizen would."""
    transcripts = "\n".join(path.read_text(encoding="utf-8") for path in JOURNEYS)
    unseen = [name for name, texts in first_words() if not any(words in transcripts for words in texts)]
    assert unseen == []


def first_words() -> Iterator[tuple[str, list[str]]]:
    """Each screen that is shown, with the longest run of words in each of its texts, as a phone shows it."""
    for name, screen in read_journeys(Path("menus")).screens.items():
        texts = [text for place, text in texts_of(screen) if place[0] == "say"]
        if texts:
            parts = ([part for line in text.split("\n") for part in re.split(r"\{\w+\}", line)] for text in texts)
            yield name, [fold(max(each, key=len)).strip() for each in parts]
