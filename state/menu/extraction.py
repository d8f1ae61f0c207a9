"""Extracts every text of the journeys that citizens read, as messages for translators.

The input is a menu file. Each message has the operator's French, its sense if the file gives one, and its place.
Babel's extraction and the translations at run time both use this module, so that they cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from state.menu.journey_files import journey_of
from state.menu.journeys import PHRASES, Journey
from state.menu.phrases import Phrases, sense_of
from state.menu.screen_texts import Place, screen_texts
from state.yaml_files.loader import Document, parse
from state.yaml_files.strict_model import validate
from state.yaml_files.types import Counted


@dataclass(frozen=True, slots=True)
class TranslatableText:
    """A text to translate: its French, its plural form if a number decides, its sense and its place."""

    text: str
    about: str
    file: str = ""
    line: int = 1
    sense: str = ""
    several: str = ""

    def extracted(self) -> tuple[int, str, tuple[str, ...], list[str]]:
        """Return the tuple that a Babel extractor yields."""
        texts = (self.text, self.several) if self.several else (self.text,)
        if not self.sense:
            return self.line, "ngettext" if self.several else "gettext", texts, [self.about]
        return self.line, "npgettext" if self.several else "pgettext", (self.sense, *texts), [self.about]


def messages_in(document: Document) -> Iterator[TranslatableText]:
    """Yield the messages of one menu file, which is menus/phrases.yaml or a journey."""
    if Path(document.file).stem == PHRASES:
        yield from _of_phrases(document)
    else:
        yield from messages_of(journey_of(document))


def messages_of(journey: Journey) -> Iterator[TranslatableText]:
    """Yield the messages of one journey, screen by screen."""
    for name, screen in journey.screens.items():
        for place, text in screen_texts(screen):
            about = f"écran {journey.name}.{name} : {_called(place)}"
            one, several = (text.one, text.other) if isinstance(text, Counted) else (text, "")
            line, _ = journey.document.place(("screens", name, *place))
            yield TranslatableText(one, about, journey.document.file, line, journey.senses.get(one, ""), several)


def extract(file: Any, keywords: object, comment_tags: object, options: object) -> Iterable[Any]:
    """Extract messages for Babel; see babel.pocoo.org/en/latest/messages.html#writing-extraction-methods."""
    return [message.extracted() for message in messages_in(parse(file.read(), getattr(file, "name", "")))]


def _of_phrases(document: Document) -> Iterator[TranslatableText]:
    phrases = validate(document, document.data, Phrases)
    for name, text in phrases.model_dump().items() if phrases else ():
        line, _ = document.place((name,))
        yield TranslatableText(
            text, f"phrases : {Phrases.model_fields[name].description}", document.file, line, sense_of(name)
        )


def _called(place: Place) -> str:
    match place:
        case ("say", *kind):
            return f"ce que dit l'écran ({kind[0]})" if kind else "ce que dit l'écran"
        case ("choices", int(number), _):
            return f"choix {number + 1}"
        case ("list", _):
            return "une ligne de la liste"
    return "quand la réponse ne convient pas"
