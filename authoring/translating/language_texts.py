"""One language of a working copy: what each text says in it, what that is worth, and what helps to translate it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final, Literal

from babel.messages.catalog import Message

from authoring.translating.notes import Notes
from authoring.translating.texts import Text, Texts
from state.text.languages import Language
from state.text.po_catalog import Translations
from state.text.po_files import complaints, forms, translation_status
from state.text.po_parser import Fault, parse

State = Literal["missing", "old", "faulty", "draft", "attested", "reviewed"]
STATES: Final[tuple[State, ...]] = ("missing", "old", "faulty", "draft", "attested", "reviewed")
MAX_CACHED: Final = 16  # parsed files, which may take megabytes


@dataclass(frozen=True, slots=True)
class Translation:
    """A text in one language. forms are "" where nothing is written.

    french_before is the French that an old translation was made of, "" if that is not known.
    """

    text: Text
    state: State
    forms: tuple[str, ...]
    notes: Notes = field(default_factory=Notes)
    complaints: tuple[str, ...] = ()
    french_before: str = ""


@lru_cache(maxsize=MAX_CACHED)
def _parsed(raw: bytes) -> tuple[Translations, tuple[Fault, ...]]:
    catalog, faults = parse(raw)
    return catalog, tuple(faults)


class LanguageTexts:
    """The translations of one language, read from the content of its file."""

    def __init__(self, language: Language, content: bytes, texts: Texts) -> None:
        self.language, self.content, self.texts = language, content, texts
        self.catalog, self.faults = _parsed(content)

    @property
    def plurals(self) -> int:
        """How many plural forms the language has."""
        return int(self.catalog.num_plurals)

    @cached_property
    def translations(self) -> Mapping[str, Translation]:
        """Every text, by id."""
        return {name: self.translated(name) for name in self.texts}

    def counts(self) -> Mapping[State, int]:
        """Return how many texts are in each state."""
        return counted(self.translations.values())

    def message(self, text: Text) -> Message | None:
        """Return the entry of a text, None if the file has none."""
        return self.catalog.get((text.one, text.several) if text.several else text.one, text.sense or None)

    def translated(self, name: str) -> Translation:
        """Return one text, by its id."""
        text = self.texts[name]
        message = self.message(text)
        if message is None or not any(forms(message)):
            return self._missing(text)
        written, notes = self._padded(text, forms(message)), Notes.of(message.user_comments)
        if message.fuzzy:
            return Translation(text, "old", written, notes, (), self._before(text))
        if wrong := tuple(complaints(message, self.language)):
            return Translation(text, "faulty", written, notes, wrong)
        return Translation(text, translation_status(message), written, notes)

    def _missing(self, text: Text) -> Translation:
        """Return a text without translation, or with that of the French that stood at its place before."""
        places = {place.about for place in text.places}
        for message in self._unused:
            if places & set(message.auto_comments):
                written = self._padded(text, forms(message))
                return Translation(text, "old", written, Notes.of(message.user_comments), (), _french(message))
        return Translation(text, "missing", self._padded(text, ()))

    def _before(self, text: Text) -> str:
        """Return the French of an unused entry at the place of a text."""
        places = {place.about for place in text.places}
        return next((_french(one) for one in self._unused if places & set(one.auto_comments)), "")

    @cached_property
    def _unused(self) -> tuple[Message, ...]:
        """The translated entries whose French no file has any more."""
        known = {(text.one, text.sense) for text in self.texts.values()}
        living = (message for message in self.catalog if message.id and any(forms(message)))
        return tuple(one for one in living if (_french(one), one.context or "") not in known)

    def _padded(self, text: Text, written: tuple[str, ...]) -> tuple[str, ...]:
        needed = self.plurals if text.several else 1
        return (*written, *[""] * needed)[:needed]


def counted(translations: Iterable[Translation]) -> Mapping[State, int]:
    """Return how many translations are in each state."""
    found: dict[State, int] = dict.fromkeys(STATES, 0)
    for one in translations:
        found[one.state] += 1
    return found


def _french(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple | list) else str(message.id)
