"""Reads a language's .po file, as Poedit, Weblate or a text editor writes it, with all its problems.

An entry with a problem is left out of the catalogue, so that its text is shown in French; the others stay.

A translation with other placeholders than the French, or with a character that no basic phone can show, is a problem
with file and line. The translator's comment has the status of a message: `relu : A. K., 2026-12-01` is reviewed,
`attesté : ...` is found in a printed source, anything else is a draft.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from gettext import c2py
from pathlib import Path
from typing import Literal

from babel.messages.catalog import Catalog, Message

from state.errors import Problem
from state.text.languages import Language
from state.text.po_catalog import Translations
from state.text.po_parser import parse
from state.text.template import Template, stray_braces

SUFFIX = ".po"
MAX_FILE_BYTES = 8_000_000  # bytes; ours have half a megabyte
PLURAL_NUMBERS = (*range(201), 1_000, 1_000_000)  # those whose form is checked
MAX_CACHED = 24  # parsed catalogues; one may take megabytes
TranslationStatus = Literal["missing", "draft", "attested", "reviewed"]
REVIEWED = re.compile(r"relu\s*:\s*\S.*\d{4}-\d{2}-\d{2}", re.IGNORECASE)
ATTESTED = re.compile(r"attesté\s*:\s*\S", re.IGNORECASE)


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
    """Read a .po file; returns its catalogue, without the entries that have problems, and all problems."""
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
        catalog, problems = read_content(path, path.read_bytes(), language)
    except OSError:
        return read(path, language)
    return catalog, list(problems)


@lru_cache(maxsize=MAX_CACHED)
def read_content(path: Path, raw: bytes, language: Language) -> tuple[Translations, list[Problem]]:
    """Read the content of a .po file once; the catalogue and the problems must not be changed."""
    return _read(path, raw, language)


def _read(path: Path, raw: bytes, language: Language) -> tuple[Translations, list[Problem]]:
    catalog, faults = parse(raw)
    problems = [_problem(path, line, what) for line, what in faults]
    if not _is_plural_rule(catalog):
        problems.append(_problem(path, 1, "en-tête Plural-Forms illisible"))
        _forget_plurals(catalog)
    for message in list(catalog):
        if message.id and translation_status(message) != "missing":
            found = [_problem(path, message.lineno or 1, what) for what in complaints(message, language)]
            problems += found
            if found:
                catalog.delete(message.id, message.context)
    return catalog, sorted(problems)


def _problem(path: Path, line: int, what: str) -> Problem:
    return Problem(str(path), line, 1, what)


def _is_plural_rule(catalog: Catalog) -> bool:
    """Whether the rule gives one of the plural forms for every number."""
    try:
        rule = c2py(catalog.plural_expr)
        return all(rule(number) in range(catalog.num_plurals) for number in PLURAL_NUMBERS)
    except (ValueError, ArithmeticError):
        return False


def _forget_plurals(catalog: Catalog) -> None:
    """Leave out what needs the rule, and put one in its place that every reader of the catalogue can compile."""
    for message in list(catalog):
        if message.pluralizable:
            catalog.delete(message.id, message.context)
    catalog.mime_headers = [("Plural-Forms", "nplurals=1; plural=0;")]


def complaints(message: Message, language: Language) -> Iterator[str]:
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
