"""A changed file as pages show it: block by block, what was there and what is there now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from authoring.diff.changes import shorten
from authoring.diff.entries import PARTS
from authoring.drafts.blocks import SCREENS, splitter
from authoring.drafts.working_copy import DraftFile, content_digest, text_of
from catalog.entries import SERVICES
from state.yaml_files.loader import parse

ABOUT_WORDS: Final = {
    "value": "",
    "source": "source : ",
    "as_of": "vrai à la date : ",
    "until": "jusqu'au : ",
    "note": "remarque : ",
}  # of a fact of a service, by key of its file
MAX_BLOCKS: Final = 40  # of a file that a page shows
NO_JOURNEYS: Final = ("phrases.yaml",)  # files beside the journeys that are none
LOOK_UP: Final = "Recherche"
JOURNEY_PARTS: Final = {
    "title": "Titre du parcours",
    "shortcut": "Numéro sur le premier écran",
    "words": "Mots qui ouvrent le parcours",
    "beside": "Mots qui ne changent rien à côté d'un numéro",
    "alone": "Forme d'un numéro écrit seul",
    "first": "Premier écran",
    "senses": "Précisions pour les traducteurs",
}


@dataclass(frozen=True, slots=True)
class ChangedBlock:
    """A block of a file: what citizens have, and what the draft has.

    screen is its full name, "" for other blocks and a removed one; title is what a clerk knows the block by.
    """

    name: str
    before: str
    after: str
    screen: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file of the draft as the page shows it; seen is what its forms send back."""

    file: DraftFile
    seen: str
    blocks: tuple[ChangedBlock, ...]

    @property
    def journey(self) -> str:
        """The journey that the draft has in this file, "" for another file or a removed one."""
        path = self.file.path
        is_journey = "/" not in path and path.endswith(".yaml") and path not in NO_JOURNEYS and self.file.content
        return path.removesuffix(".yaml") if is_journey else ""


def changed_file(file: DraftFile) -> ChangedFile:
    """Return a file with its changed blocks."""
    return ChangedFile(file, content_digest(file.content), tuple(_blocks(file)))


def _blocks(file: DraftFile) -> Iterator[ChangedBlock]:
    before, after = (splitter(file.path)(text_of(one) or "") for one in (file.in_service, file.content))
    journey = "" if "/" in file.path else file.path.removesuffix(".yaml")
    for name in dict.fromkeys((*after, *before)):
        was, now = before.get(name, ""), after.get(name, "")
        if was != now and not (file.in_service is None and _is_comment(now)):
            parts = name.split(".")
            screen = f"{journey}.{parts[1]}" if journey and parts[0] == SCREENS and len(parts) > 1 and now else ""
            title = block_title(name, now or was) if journey else ""
            if file.path.startswith(f"{SERVICES.folder}/"):
                was, now = _as_typed(name, was, now)
            yield ChangedBlock(parts[-1] if journey else PARTS.get(name, name), was, now, screen, title)


def block_title(name: str, text: str) -> str:
    """Return what a clerk knows a block of a file by; "" for one that has no name."""
    parts = name.split(".")
    is_screen = parts[0] == SCREENS and len(parts) > 1
    return _said(text, parts[-1]) if is_screen else JOURNEY_PARTS.get(name) or PARTS.get(name, "")


def _as_typed(name: str, was: str, now: str) -> tuple[str, str]:
    """Return both sides of a part of a service as its form asks for it; as they are if only comments differ."""
    typed = _typed(name, was), _typed(name, now)
    return typed if typed[0] != typed[1] else (was, now)


def _typed(name: str, block: str) -> str:
    data = parse(block.encode(), "").data
    value = data.get(name) if isinstance(data, dict) else None
    if not isinstance(value, dict):
        return _lines(value) if value else block
    return "".join(f"{ABOUT_WORDS.get(key, key)}{_lines(said)}" for key, said in value.items())


def _lines(value: object) -> str:
    return "".join(f"{line}\n" for line in (value if isinstance(value, list) else [value]))


def _is_comment(block: str) -> bool:
    return all(line.startswith("#") for line in block.split("\n") if line)


def _said(block: str, screen: str) -> str:
    """Return the first line that a screen says, in quotes; of a look-up, which says nothing, that it is one."""
    data = parse(block.encode(), "").data
    fields = data.get(screen) if isinstance(data, dict) else None
    if not isinstance(fields, dict):
        return ""
    said = fields.get("say")
    first = next(iter(said.values()), "") if isinstance(said, dict) else said
    return f"« {shorten(str(first))} »" if first else LOOK_UP if "look_up" in fields else ""
