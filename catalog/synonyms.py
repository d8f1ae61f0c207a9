"""Words that citizens type and that no entry has, with the words of entries that they stand for.

Operators write them in menus/synonyms. A word of one service belongs into `words:` of its entry; these files are for
words that stand for others wherever those are written: « boutique » for « commerce », birth for « naissance ».
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from pydantic import Field

from catalog.entry_types import Label, Text
from state.errors import Problem
from state.text.search import telling_words
from state.yaml_files.loader import Document, read
from state.yaml_files.strict_model import StrictModel

FOLDER: Final = "synonyms"
Phrases = Mapping[str, Iterable[str]]  # of each entry, by id


class Synonyms(StrictModel):
    """One file of synonyms, about one subject or language."""

    title: Label
    source: Text = Field("", description="où ces mots ont été lus, s'ils sont d'une autre langue")
    words: dict[Text, tuple[Text, ...]] = Field(
        min_length=1, description="mot tapé : mots des fiches qu'il veut dire, un ou plusieurs"
    )


class Meanings:
    """The entries by the words of their phrases: a meaning is found where one phrase has all its words."""

    def __init__(self, phrases: Phrases) -> None:
        self._places: dict[str, set[tuple[str, int]]] = defaultdict(set)
        for name, written in phrases.items():
            for number, phrase in enumerate(written):
                for word in telling_words(phrase):
                    self._places[word].add((name, number))

    def holders(self, meaning: str) -> set[str]:
        """Return the ids of the entries with this meaning."""
        places = [self._places.get(word, set()) for word in telling_words(meaning)]
        return {name for name, _ in set.intersection(*places)} if places else set()

    def synonyms(self, files: Iterable[Synonyms]) -> Mapping[str, tuple[str, ...]]:
        """Return the words that find an entry besides its own, by id."""
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for said, meanings in (pair for one in files for pair in one.words.items()):
            for name in {name for meaning in meanings for name in self.holders(meaning)}:
                found[name][said] = None
        return {name: tuple(words) for name, words in found.items()}


def meaningless(folder: Path, files: Mapping[str, Synonyms], meanings: Meanings) -> Iterator[Problem]:
    """Yield a warning for each meaning in these files that no entry has, and for each word that says nothing."""
    for name, one in files.items():
        lost = [
            where
            for where, text in _texts(one)
            if not (meanings.holders(text) if len(where) > 2 else telling_words(text))
        ]
        document = read(folder / f"{name}.yaml") if lost else Document("")
        for where in lost:
            yield document.problem_at(where, _what(one, where), key=len(where) == 2)


def _texts(one: Synonyms) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for said, meanings in one.words.items():
        yield ("words", said), said
        yield from ((("words", said, place), meaning) for place, meaning in enumerate(meanings))


def _what(one: Synonyms, where: tuple[str | int, ...]) -> str:
    said, place = str(where[1]), where[2] if len(where) > 2 else None
    if place is None:
        return f"« {said} » ne veut rien dire seul : écrivez un mot qui se cherche"
    return f"aucune fiche n'a « {one.words[said][int(place)]} » dans son nom, son nom court ou ses mots"
