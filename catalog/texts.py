"""The texts of entries that citizens read, as messages for translators, and the words that sources add.

Sources return these texts in French. They are translated when they are shown, so that a citizen who changes the
language sees the same answer in the new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from catalog.centres import TO_ASK as TO_ASK_OF_CENTRE
from catalog.centres import Centre
from catalog.entries import KINDS, Exam, Service, Status
from catalog.facts import Documents, Figure
from catalog.message_files import MessageFile
from catalog.register_files import RegisterFile
from catalog.source_files import HttpSourceFile, SourceFile
from state.menu.extraction import TranslatableText
from state.yaml_files.loader import Document, Where, parse
from state.yaml_files.strict_model import validate

VERDICT, STATUS = "résultat d'examen", "étape d'une demande"  # contexts for short, common words
TO_ASK = {"cost": "prix", "delay": "délai", "documents": "pièces"}  # what citizens ask for if a card lacks it
OTHERS = {"theme": "Autres thèmes", "life_event": "Autres situations"}  # of a list that would be too long
FREE = "gratuit"
MENTIONS = ("Passable", "Assez bien", "Bien", "Très bien")
FILE_KINDS = ("carrière", "pension")

Texts = Iterator[tuple[Where, str, str]]


def messages_in(document: Document) -> Iterator[TranslatableText]:
    """Yield the messages of one entry file; its folder says which kind of entry it is."""
    path, entry = Path(document.file), _entry_of(document)
    for place, text, sense in texts_of(entry) if entry else ():
        line, _ = document.place(place)
        about = f"{path.parent.name}/{path.stem} : {'.'.join(map(str, place))}"
        yield TranslatableText(text, about, document.file, line, sense)


def texts_read(document: Document) -> Iterator[tuple[int, str]]:
    """Yield the texts of one entry file that citizens read, each with its line; some are not translated."""
    entry = _entry_of(document)
    if isinstance(entry, Centre):
        yield from ((document.place(place)[0], text) for place, text in entry.texts())
    for place, text, _ in texts_of(entry) if entry else ():
        yield document.place(place)[0], text


def _entry_of(document: Document) -> Any:
    """Return the entry of a file, whose folder says which kind it is; None if it has a problem or is no entry."""
    kind = next((kind for kind in KINDS if kind.folder == Path(document.file).parent.name), None)
    return validate(document, document.data, kind.shape) if kind else None


def own_messages() -> Iterator[TranslatableText]:
    """Yield the messages that sources write themselves."""
    yield TranslatableText(FREE, "le prix d'un service qui ne coûte rien")
    yield from (TranslatableText(text, "dans « À confirmer au guichet : délai, pièces »") for text in TO_ASK.values())
    yield from (TranslatableText(text, "la dernière ligne d'une longue liste de services") for text in OTHERS.values())
    yield from (
        TranslatableText(text, "dans « À confirmer : horaires, téléphone »") for text in TO_ASK_OF_CENTRE.values()
    )
    yield from (TranslatableText(mention, "mention d'un résultat d'examen", sense=VERDICT) for mention in MENTIONS)
    yield from (TranslatableText(kind, "ce dont un agent de l'État suit le dossier") for kind in FILE_KINDS)


def extract(file: Any, keywords: object, comment_tags: object, options: object) -> Iterable[Any]:
    """Babel's extractor for an entry file; see babel.pocoo.org/en/latest/messages.html#writing-extraction-methods."""
    return [message.extracted() for message in messages_in(parse(file.read(), getattr(file, "name", "")))]


def texts_of(entry: Service | Exam | Status | SourceFile | MessageFile | RegisterFile) -> Texts:
    """Yield the texts of an entry, each with its place and its context for translators."""
    match entry:
        case Service():
            yield from _of_service(entry)
        case Exam():
            yield ("name",), entry.name, ""
            for name, verdict in entry.verdicts.items():
                yield ("verdicts", name, "say"), verdict.say, VERDICT
                yield ("verdicts", name, "advice"), verdict.advice, ""
        case SourceFile():
            yield from _of_source(entry)
        case MessageFile():
            yield ("text",), entry.text, ""
        case Status():
            yield ("label",), entry.label, STATUS
            yield ("advice",), entry.advice, ""


def _of_source(entry: SourceFile) -> Texts:
    for name, fact in entry.root.facts.items() if isinstance(entry.root, HttpSourceFile) else ():
        for code, text in (fact.values or {}).items():
            yield ("facts", name, "values", code), text, ""


def _of_service(service: Service) -> Texts:
    for name in ("name", "short", "theme", "life_event", "administration"):
        yield (name,), getattr(service, name), ""
    for name, fact in service.facts():
        match fact:
            case Documents():
                yield from (((name, "value", place), text, "") for place, text in enumerate(fact.value))
            case Figure():
                yield (name, "value"), fact.value, ""
        if fact.note:
            yield (name, "note"), fact.note, ""
