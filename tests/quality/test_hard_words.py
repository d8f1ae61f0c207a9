"""Hard words, tests/data/understood/hard_words.yaml: each is explained where it stands, or in the name of its card."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from catalog.entries import read_services
from catalog.texts import texts_of
from state.menu.journey_files import read_journeys
from state.menu.screen_texts import texts_of as screen_texts

MENUS = Path("menus")
ROWS = yaml.safe_load(Path("tests/data/understood/hard_words.yaml").read_text(encoding="utf-8"))
UNSPOKEN = ("short", "theme", "life_event", "administration")  # names in lists, and of offices


def spoken() -> Iterator[tuple[str, str, str]]:
    """Yield every text that citizens read, with its place and what stands above it on the card."""
    for name, service in read_services(MENUS / "catalogue").items():
        for place, text, _ in texts_of(service):
            if place[0] not in UNSPOKEN:
                yield f"{name} {'.'.join(map(str, place))}", text, service.name
    for name, screen in read_journeys(MENUS).screens.items():
        yield from ((name, text, "") for place, text in screen_texts(screen) if "choices" not in place)


SPOKEN = tuple(spoken())


@pytest.mark.parametrize(("word", "explained"), [(row["word"], row["explained"]) for row in ROWS])
def test_hard_word_is_explained_where_it_stands(word: str, explained: list[str]) -> None:
    stands = re.compile(rf"\b{word}\b", re.IGNORECASE)
    standing = [(place, f"{text} {above}") for place, text, above in SPOKEN if stands.search(text)]
    found = [(place, text.replace("'", "’").lower()) for place, text in standing]
    assert found
    assert [place for place, text in found if not any(words.lower() in text for words in explained)] == []
