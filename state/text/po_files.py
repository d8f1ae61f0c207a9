"""A language's .po file as it is written by Poedit, Weblate or a text editor, with everything that is to mend in it.

A translation that fills in other names than the French does, or holds a sign that no basic phone can show, is a
problem with its file and line. Who stands behind a message is read from its translator's comment: `relu : A. K.,
2026-12-01` was reviewed, `attesté : ...` is found in a printed source, and anything else is a draft.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from gettext import c2py
from pathlib import Path
from typing import Literal

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, PoFileParser

from state.errors import Problem
from state.text.languages import Language
from state.text.template import Template, stray_braces

LONGEST_FILE = 8_000_000  # bytes; ours take half a megabyte
MAX_CACHED = 16  # catalogues as they were read, of which one may take megabytes
TranslationStatus = Literal["missing", "draft", "attested", "reviewed"]
REVIEWED = re.compile(r"relu\s*:\s*\S.*\d{4}-\d{2}-\d{2}", re.IGNORECASE)
ATTESTED = re.compile(r"attesté\s*:\s*\S", re.IGNORECASE)


class Translations(Catalog):
    """A catalogue that keeps its rule for plurals in any language; Babel's own drops it where CLDR has no locale."""

    def __init__(self, language: str | None = None, about: str = "") -> None:
        super().__init__(language, header_comment=about, project="Zin", version="1", fuzzy=False, charset="utf-8")
        self.msgid_bugs_address = self.last_translator = self.language_team = ""
        self.revision_date = self.creation_date

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        headers: list[tuple[str, str]] = super().mime_headers
        if self.locale_identifier and self.locale is None:
            headers.insert(-4, ("Plural-Forms", self.plural_forms))
        return headers

    @mime_headers.setter
    def mime_headers(self, headers: Iterable[tuple[str, str]]) -> None:
        self._set_mime_headers(headers)


def parse(lines: Iterable[bytes]) -> Translations:
    """The catalogue in the lines of a .po file. Raises PoFileError with the line that cannot be read."""
    catalog = Translations()
    PoFileParser(catalog, abort_invalid=True).parse(lines)
    return catalog


def translation_status(message: Message | None) -> TranslationStatus:
    """How far a translation can be relied on; a fuzzy one counts as missing, since French is shown for it."""
    if message is None or message.fuzzy or not all(forms(message)):
        return "missing"
    comments = message.user_comments
    if any(map(REVIEWED.match, comments)):
        return "reviewed"
    return "attested" if any(map(ATTESTED.match, comments)) else "draft"


def forms(message: Message) -> tuple[str, ...]:
    """The translation, in as many forms as the language has for it."""
    said = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return tuple(form or "" for form in said)


def read(path: Path, language: Language) -> tuple[Translations, list[Problem]]:
    """The catalogue of a .po file, empty when the file cannot be read, and what is to mend."""
    try:
        if path.stat().st_size > LONGEST_FILE:
            return Translations(), [_problem(path, 1, f"fichier trop gros : {LONGEST_FILE // 1_000_000} Mo au plus")]
        return _read(path, path.read_bytes(), language)
    except OSError as error:
        what = f"lecture impossible ({error.strerror}) ; « zin words update » fait ce fichier"
        return Translations(), [_problem(path, 1, what)]


def known(path: Path, language: Language) -> tuple[Translations, list[Problem]]:
    """The same; the catalogue, which must not be changed, is read once as long as its file and its language stay."""
    try:
        if path.stat().st_size > LONGEST_FILE:
            return read(path, language)
        catalog, problems = _known(path, path.read_bytes(), language)
    except OSError:
        return read(path, language)
    return catalog, list(problems)


@lru_cache(maxsize=MAX_CACHED)
def _known(path: Path, raw: bytes, language: Language) -> tuple[Translations, list[Problem]]:
    return _read(path, raw, language)


def _read(path: Path, raw: bytes, language: Language) -> tuple[Translations, list[Problem]]:
    try:
        catalog = parse(io.BytesIO(raw))
        codecs.lookup(catalog.charset or "")
    except PoFileError as error:
        what = f"fichier .po illisible ici : {error.line.strip()[:60] or error}"
        return Translations(), [_problem(path, error.lineno + 1, what)]
    except (UnicodeDecodeError, LookupError):
        return Translations(), [_problem(path, 1, "enregistrez ce fichier en UTF-8, et dites-le dans son en-tête")]
    problems = [] if _plural(catalog) else [_problem(path, 1, "en-tête Plural-Forms illisible")]
    for message in catalog:
        if message.id and translation_status(message) != "missing":
            told = (_problem(path, message.lineno or 1, what) for what in _wrong(message, language))
            problems += told
    return catalog if not problems else Translations(), problems


def _problem(path: Path, line: int, what: str) -> Problem:
    return Problem(str(path), line, 1, what)


def _plural(catalog: Catalog) -> bool:
    try:
        return isinstance(c2py(catalog.plural_expr)(1), int) and catalog.num_plurals > 0
    except ValueError:
        return False


def _wrong(message: Message, language: Language) -> Iterator[str]:
    """What cannot be shown of one translation."""
    source = message.id if isinstance(message.id, tuple | list) else (message.id,)
    needed = [set(Template.of(said).names) for said in source]
    most, least = set.union(*needed), set.intersection(*needed)
    for said in forms(message):
        names = set(Template.of(said).names)
        for name in sorted(names - most):
            yield f"{{{name}}} n'est pas dans le français « {source[0][:40]} » : enlevez-le ou corrigez son nom"
        for name in sorted(least - names):
            yield f"il manque {{{name}}}, qui est dans le français « {source[0][:40]} »"
        for stray in stray_braces(said):
            yield f"« {stray} » : entre accolades il faut un nom du français, sans espace"
        for sign in language.lost(said):
            yield f"« {sign} » (U+{ord(sign):04X}) ne s'affiche sur aucun téléphone simple : remplacez-le"
    if language.reviewed and translation_status(message) == "draft":
        yield f"« {language.code} » est dit relu, et ce message est un brouillon : faites-le relire"
