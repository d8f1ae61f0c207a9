"""A .po file that comes back from a translation tool: joined with the draft text by text.

    file -> faults, and nothing is taken -> texts it changed -> the entries of the draft's own file, in their place

Nothing is lost: the order and comments of the draft's file stay, a text that the file leaves empty stays, and where the
desk and the file changed the same text, the desk's stays unless somebody chooses the file. A review is given at the
desk only: one that the file claims is not taken.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from babel.messages.catalog import Message

from authoring.translating.language_texts import LanguageTexts
from authoring.translating.notes import Notes
from authoring.translating.po_entries import Written
from authoring.translating.texts import Text
from state.errors import Problem
from state.text import po_files
from state.text.po_files import forms


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a file brings: faults with their lines, or entries to write.

    contested are the texts that desk and file changed differently; unknown is how many texts of the file no menu has.
    """

    problems: tuple[Problem, ...] = ()
    changes: tuple[Written, ...] = ()
    contested: tuple[Text, ...] = ()
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Sides:
    """The language as it is in service and as it is in the draft."""

    in_service: LanguageTexts
    draft: LanguageTexts


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends a file, on which day, and whether its texts replace those that the desk changed too."""

    by: str
    on: date
    replaces: bool = False
    name: str = field(default="fichier.po")


def read_exchange(raw: bytes, sides: Sides, sender: Sender) -> Exchange:
    """Compare a file with the draft."""
    language = sides.draft.language
    catalog, problems = po_files.read_content(Path(sender.name), raw, replace(language, reviewed=False))
    if problems:
        return Exchange(tuple(problems))
    if catalog.num_plurals != sides.draft.plurals:
        what = f"l'en-tête Plural-Forms dit {catalog.num_plurals} formes, et le bureau {sides.draft.plurals}"
        return Exchange((Problem(sender.name, 1, 1, f"{what} : est-ce la bonne langue ?"),))
    named = catalog.locale_identifier
    if named and named != language.code:
        return Exchange((Problem(sender.name, 1, 1, f"ce fichier est en « {named} », et non en « {language.code} »"),))
    found = {(_french(one), one.context or ""): one for one in catalog if one.id and any(forms(one))}
    known = {(text.one, text.sense): text for text in sides.draft.texts.values()}
    changes, contested = list[Written](), list[Text]()
    for key, message in found.items():
        if (text := known.get(key)) and not message.fuzzy and (change := _change(text, message, sides, sender)):
            if sender.replaces or not _is_contested(text, sides):
                changes.append(change)
            else:
                contested.append(text)
    return Exchange((), tuple(changes), tuple(contested), len(found.keys() - known.keys()))


def _change(text: Text, message: Message, sides: Sides, sender: Sender) -> Written | None:
    """Return the entry to write; None if the draft says the same, or the file only what is in service."""
    said, drafted, served = forms(message), _forms(sides.draft, text), _forms(sides.in_service, text)
    if said == drafted or (said == served and drafted != served):
        return None
    notes, present = Notes.of(message.user_comments), sides.draft.translations[text.id].notes
    made = replace(present, others=notes.others).rewritten(
        sender.by, sender.on, is_attested=notes.is_attested, basis=notes.basis
    )
    return Written(text, said, tuple(made.lines()))


def _is_contested(text: Text, sides: Sides) -> bool:
    """Whether the desk changed a text since it came into service."""
    return _forms(sides.draft, text) != _forms(sides.in_service, text)


def _forms(texts: LanguageTexts, text: Text) -> tuple[str, ...]:
    message = texts.message(text)
    return forms(message) if message else ()


def _french(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple | list) else str(message.id)
