"""Every text that citizens read, with all places where it stands, from the files of a version.

A file is read once for each content, so that a change costs the reading of what changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import PurePosixPath
from typing import Final

from authoring.translation_files import WRITTEN_IN
from authoring.versions.archive import Files
from authoring.versions.languages import is_of_languages
from catalog import texts as entry_texts
from state.menu import extraction
from state.menu.extraction import TranslatableText
from state.text.template import has_words
from state.yaml_files.loader import parse

MAX_CACHED: Final = 8192  # files, a few KiB each
OWN: Final = "sources"  # the group of words that sources write themselves
PHRASES: Final = "phrases"
SCREEN: Final = "écran "
_FOLDERS: Final = frozenset(PurePosixPath(pattern).parent.name for pattern, _ in WRITTEN_IN)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands: its file "" for words of Zin itself, and what it is there."""

    file: str
    about: str

    @property
    def screen(self) -> str:
        """The screen, as journey.screen; "" if it is no text of a screen."""
        where, _, _ = self.about.partition(" : ")
        return where.removeprefix(SCREEN) if where.startswith(SCREEN) else ""

    @property
    def group(self) -> str:
        """The journey, or the folder of entries, or PHRASES, or OWN."""
        path = PurePosixPath(self.file)
        return path.parent.name or path.stem if self.file else OWN


@dataclass(frozen=True, slots=True)
class Text:
    """A text to translate: in French, for several if a number decides, and the sense that it has."""

    one: str
    several: str
    sense: str
    places: tuple[Place, ...]

    @property
    def id(self) -> str:
        """Return what names the text in an address and in SQL; another French is another text."""
        return text_id(self.one, self.sense)

    @property
    def screens(self) -> tuple[str, ...]:
        """The screens on which it stands."""
        return tuple(dict.fromkeys(place.screen for place in self.places if place.screen))

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of its places."""
        return tuple(dict.fromkeys(place.group for place in self.places))


Texts = Mapping[str, Text]  # by id, in the order of the files


def text_id(one: str, sense: str) -> str:
    """Return the id of a text."""
    return blake2b(f"{sense}\0{one}".encode(errors="replace"), digest_size=8).hexdigest()


def texts_of(files: Files) -> Texts:
    """Return the texts of a version, journeys first."""
    found: dict[tuple[str, str], list[TranslatableText]] = {}
    for message in _messages(files):
        found.setdefault((message.text, message.sense), []).append(message)
    texts = (_joined(messages) for messages in found.values())
    return {text.id: text for text in texts}


def _messages(files: Files) -> Iterator[TranslatableText]:
    paths = sorted((path for path in files if _is_read(path)), key=lambda path: ("/" in path, path))
    for path in paths:
        yield from _read(path, files[path])
    yield from entry_texts.own_messages()


def _is_read(path: str) -> bool:
    folder = PurePosixPath(path).parent.name
    return path.endswith(".yaml") and not is_of_languages(path) and folder in _FOLDERS


@lru_cache(maxsize=MAX_CACHED)
def _read(path: str, raw: bytes) -> tuple[TranslatableText, ...]:
    document = parse(raw, path)
    if document.data is None:
        return ()
    reading = entry_texts.messages_in if "/" in path else extraction.messages_in
    return tuple(message for message in reading(document) if has_words(message.text) or has_words(message.several))


def _joined(messages: Iterable[TranslatableText]) -> Text:
    first, *_ = found = list(messages)
    several = next((one.several for one in found if one.several), "")
    return Text(first.text, several, first.sense, tuple(dict.fromkeys(Place(one.file, one.about) for one in found)))
