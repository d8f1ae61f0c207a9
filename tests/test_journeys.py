"""Journeys: whole calls over our own menus and sample data, written down as an operator reads them.

tests/journeys/*.txt are compared with what the house answers; `pytest --rewrite` writes anew what the phone shows, and
the difference is for human eyes. A line « ! » happens to somebody: « ! 200 secondes plus tard », « ! source exams en
panne » (lente, absurde, vide, rétablie), « ! premier appel » of who has not chosen a language yet, « ! préférences en
panne », « ! ne veut plus de messages » of who wrote STOP.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from state.encoding import fold, septets
from state.journeys import read_journeys
from state.messages import Preference
from state.screens import texts_of
from state.transcript import DIALS, Turn, read, shown, written
from tests.house import ROOM, House, our_house

JOURNEYS = sorted((Path(__file__).parent / "journeys").glob("*.txt"))


async def called(data: Path, turns: list[Turn]) -> list[Turn]:
    async with our_house(data) as house:
        return await lived(house, turns)


async def lived(house: House, turns: list[Turn]) -> list[Turn]:
    """The same call with what the phone really shows, each screen checked to fit."""
    line, seen = house.line(), []
    for turn in turns:
        if turn.happens:
            happen(house, turn.does)
            seen.append(Turn(turn.does, happens=True))
            continue
        dials = turn.does.startswith(DIALS)
        house.post.sent.clear()
        reply = await (line.dial(turn.does.removeprefix(DIALS).strip()) if dials else line.type(turn.does))
        assert septets(reply.text) <= ROOM.septets
        seen.append(Turn(turn.does, "\n".join((shown(reply), *messages(house)))))
    return seen


def messages(house: House) -> Iterator[str]:
    """What left besides, as a transcript has it."""
    for _, words in house.post.sent.values():
        yield f"-- message :\n{words}"


def happen(house: House, what: str) -> None:
    if later := re.fullmatch(r"(\d+) secondes plus tard", what):
        house.clock.now += int(later[1])
    elif what == "premier appel":
        house.preferences.usual = Preference()
    elif what == "ne veut plus de messages":
        house.post.says = "stopped"
    elif what == "seul le français est proposé":
        house.languages.take({"fr": "Français"})
    elif what == "préférences en panne":
        house.preferences.down = True
    elif fault := re.fullmatch(r"source (\w+) (en panne|lente|absurde|vide|rétablie)", what):
        house.faults[fault[1]].fault = fault[2]
    else:
        raise AssertionError(f"nobody knows how this happens: {what}")


@pytest.mark.parametrize("path", JOURNEYS, ids=lambda path: path.stem)
def test_a_call_goes_as_it_is_written_down(path: Path, tmp_path: Path, rewrite: bool) -> None:
    transcript = path.read_text(encoding="utf-8")
    title, turns = read(transcript)
    seen = written(title, asyncio.run(called(tmp_path, turns)))
    if rewrite:
        path.write_text(seen, encoding="utf-8")
    assert seen == transcript or rewrite


def test_the_call_in_the_readme_is_a_real_one(tmp_path: Path) -> None:
    block = re.search(r"<!-- call -->.*?```\n(.*?)```", Path("README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert block
    title, turns = read(f"# README\n\n{block[1]}")
    assert written(title, asyncio.run(called(tmp_path, turns))) == written(title, turns)


def test_every_screen_of_every_menu_is_seen_by_some_journey() -> None:
    """A screen that no transcript shows is a screen that nobody has read as a citizen would."""
    transcripts = "\n".join(path.read_text(encoding="utf-8") for path in JOURNEYS)
    unseen = [name for name, told in first_words() if not any(words in transcripts for words in told)]
    assert unseen == []


def first_words() -> Iterator[tuple[str, list[str]]]:
    """Each screen that is shown, with the longest run of words in each of its texts, as a phone shows it."""
    for name, screen in read_journeys(Path("menus")).screens.items():
        texts = [text for place, text in texts_of(screen) if place[0] == "say"]
        if texts:
            parts = ([part for line in text.split("\n") for part in re.split(r"\{\w+\}", line)] for text in texts)
            yield name, [fold(max(each, key=len)).strip() for each in parts]
