"""Reads a language's .po file, as Poedit, Weblate or a text editor writes it, with all its problems.

A translation with other placeholders than the French, or with a character that no basic phone can show, is a problem
with file and line. The translator's comment has the status of a message: `relu : A. K., 2026-12-01` is reviewed,
`attesté : ...` is found in a printed source, anything else is a draft.
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

MAX_FILE_BYTES = 8_000_000  # bytes; ours have half a megabyte
MAX_CACHED = 16  # parsed catalogues; one may take megabytes
TranslationStatus = Literal["missing", "draft", "attested", "reviewed"]
REVIEWED = re.compile(r"relu\s*:\s*\S.*\d{4}-\d{2}-\d{2}", re.IGNORECASE)
ATTESTED = re.compile(r"attesté\s*:\s*\S", re.IGNORECASE)


class Translations(Catalog):
    """A catalogue that has its plural rule in any language; Babel's class loses it if CLDR has no locale."""

    def __init__(self, language: str | None = None, about: str = "") -> None:
        super().__init__(language, header_comment=about, project="Zin", version="1", fuzzy=False, charset="utf-8")
        self.msgid_bugs_address = self.last_translator = self.language_team = ""
        self.revision_date = self.creation_date

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """The headers of the file, with Plural-Forms in any language."""
        headers: list[tuple[str, str]] = super().mime_headers
        if self.locale_identifier and self.locale is None:
            headers.insert(-4, ("Plural-Forms", self.plural_forms))
        return headers

    @mime_headers.setter
    def mime_headers(self, headers: Iterable[tuple[str, str]]) -> None:
        self._set_mime_headers(headers)


def parse(lines: Iterable[bytes]) -> Translations:
    """Parse the lines of a .po file. Raises PoFileError with the line that is invalid."""
    catalog = Translations()
    PoFileParser(catalog, abort_invalid=True).parse(lines)
    return catalog


def translation_status(message: Message | None) -> TranslationStatus:
    """Return how far a translation was checked; a fuzzy one is missing, because French is shown for it."""
    if message is None or message.fuzzy or not all(forms(message)):
        return "missing"
    comments = message.user_comments
    if any(map(REVIEWED.match, comments)):
        return "reviewed"
    return "attested" if any(map(ATTESTED.match, comments)) else "draft"


def forms(message: Message) -> tuple[str, ...]:
    """Return the translation in all plural forms of the language."""
    texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return tuple(form or "" for form in texts)


def read(path: Path, language: Language) -> tuple[Translations, list[Problem]]:
    """Read a .po file; returns its catalogue, empty if there are problems, and the problems."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            return Translations(), [_problem(path, 1, f"fichier trop gros : {MAX_FILE_BYTES // 1_000_000} Mo au plus")]
        return _read(path, path.read_bytes(), language)
    except OSError as error:
        what = f"lecture impossible ({error.strerror}) ; « zin words update » fait ce fichier"
        return Translations(), [_problem(path, 1, what)]


def read_cached(path: Path, language: Language) -> tuple[Translations, list[Problem]]:
    """Read a .po file once per content and language; the catalogue must not be changed."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
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
            found = (_problem(path, message.lineno or 1, what) for what in _wrong(message, language))
            problems += found
    return catalog if not problems else Translations(), problems


def _problem(path: Path, line: int, what: str) -> Problem:
    return Problem(str(path), line, 1, what)


def _plural(catalog: Catalog) -> bool:
    try:
        return isinstance(c2py(catalog.plural_expr)(1), int) and catalog.num_plurals > 0
    except ValueError:
        return False


def _wrong(message: Message, language: Language) -> Iterator[str]:
    """Yield the problems of one translation."""
    source = message.id if isinstance(message.id, tuple | list) else (message.id,)
    needed = [set(Template.of(text).names) for text in source]
    most, least = set.union(*needed), set.intersection(*needed)
    for text in forms(message):
        names = set(Template.of(text).names)
        for name in sorted(names - most):
            yield f"{{{name}}} n'est pas dans le français « {source[0][:40]} » : enlevez-le ou corrigez son nom"
        for name in sorted(least - names):
            yield f"il manque {{{name}}}, qui est dans le français « {source[0][:40]} »"
        for stray in stray_braces(text):
            yield f"« {stray} » : entre accolades il faut un nom du français, sans espace"
        for sign in language.lost(text):
            yield f"« {sign} » (U+{ord(sign):04X}) ne s'affiche sur aucun téléphone simple : remplacez-le"
    if language.reviewed and translation_status(message) == "draft":
        yield f"« {language.code} » est dit relu, et ce message est un brouillon : faites-le relire"
