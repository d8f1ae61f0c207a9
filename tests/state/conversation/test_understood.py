"""What citizens type is understood: tables of tests/data/understood, on every channel where a row applies."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from authoring.replay.sandbox import ReplaySandbox
from state.preferences import Preference
from state.text.encoding import fold
from tests.support.sandbox import our_house
from tests.support.typing_citizens import CALLS, MESSAGES, Citizen

TABLES = sorted((Path(__file__).parents[2] / "data" / "understood").glob("typed_*.yaml"))
Played = Callable[[dict[str, Any], str], str]


def rows() -> Iterator[Any]:
    for table in TABLES:
        for number, row in enumerate(yaml.safe_load(table.read_text(encoding="utf-8")), 1):
            for channel in _channels(row.get("where", "messages")):
                yield pytest.param(row, channel, id=f"{table.stem}-{number}-{channel}")


def _channels(where: str | list[str]) -> Iterator[str]:
    for one in [where] if isinstance(where, str) else where:
        yield from {"messages": MESSAGES, "calls": CALLS}.get(one, (one,))


def _texts(row: dict[str, Any], key: str) -> list[str]:
    value = row.get(key, [])
    return [_without_tones(text) for text in ([value] if isinstance(value, str) else value)]


def _without_tones(text: str) -> str:
    """Return the text as every phone can show it: a call and an SMS drop the tones of a language."""
    return "".join(sign for sign in unicodedata.normalize("NFD", fold(text)) if not unicodedata.combining(sign))


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Plays a row on a channel; its database belongs to one event loop."""
    with asyncio.Runner() as runner:
        context = our_house(tmp_path_factory.mktemp("house"))
        house = runner.run(context.__aenter__())
        yield lambda row, channel: runner.run(_play(house, row, channel))
        runner.run(context.__aexit__(None, None, None))


async def _play(house: ReplaySandbox, row: dict[str, Any], channel: str) -> str:
    house.preferences.default = Preference(row.get("language", "fr"))
    citizen = Citizen(house, channel)
    said = row["said"]
    replies = [await citizen.say(typed) for typed in (said if isinstance(said, list) else [said])]
    return _without_tones(replies[-1].text)


def test_every_table_has_rows() -> None:
    assert len(list(rows())) > 2 * len(TABLES) > 0


@pytest.mark.parametrize(("row", "channel"), list(rows()))
def test_row_is_understood(row: dict[str, Any], channel: str, played: Played) -> None:
    shown = played(row, channel)
    assert [text for text in _texts(row, "expected") if text not in shown] == [], shown
    assert [text for text in _texts(row, "never") if text in shown] == [], shown
    assert _texts(row, "expected"), "a row says what is expected"
