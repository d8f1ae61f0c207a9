"""One language's words: an operator's French goes in, what its reader is shown comes out.

The .po files of locales/ are read at start and on change, and compiled in memory only. What a catalogue lacks or marks
as fuzzy is shown in the language's fallback, in the end in French. What a source put together from several messages
(documents one a line, a note in parentheses) is translated message by message.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import lru_cache, partial
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from state.errors import Problem
from state.interfaces import FactKind
from state.text import po_files
from state.text.languages import FRENCH, SOURCE, Language, read_languages
from state.text.template import format_fact

BENIN: Final = timezone(timedelta(hours=1))  # all year round
MAX_CACHED = 16  # wordings, of which one may take megabytes
_JOINTS = re.compile(r"(\n?^- |\n|\n?^\(| \((?=[^()]*\)$)|\)$)", re.MULTILINE)


class French(NullTranslations):
    """The source language, in which nothing counts as one."""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return msgid1 if n < 2 else msgid2

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        return self.ngettext(msgid1, msgid2, n)


@dataclass(frozen=True, slots=True, eq=False)
class Translator:
    """How one language says things."""

    language: Language = FRENCH
    words: NullTranslations = field(default_factory=French)

    def translate(self, said: str, sense: str = "") -> str:
        """An operator's text in this language."""
        return self.words.pgettext(sense, said) if sense else self.words.gettext(said)

    def ngettext(self, one: str, several: str, sense: str = "") -> Callable[[int], str]:
        """What is said of so many, in this language."""
        if sense:
            return partial(self.words.npgettext, sense, one, several)
        return partial(self.words.ngettext, one, several)

    def format_fact(self, value: str, kind: FactKind, sense: str = "") -> str:
        """A source's fact in this language."""
        if kind != "words":
            return format_fact(value, kind, self.language.dates if kind == "date" else self.language.numbers)
        if not value or self.language.code == SOURCE:
            return value
        whole = self.translate(value, sense)
        if whole != value:
            return whole
        parts = _JOINTS.split(value)
        return "".join(
            part if place % 2 or not part else self.translate(part, sense) for place, part in enumerate(parts)
        )

    def hour(self, at: float, now: float) -> str:
        """The minute in Benin from which something holds, and its day if that is not today's; both in Unix seconds.

        The day is in figures: the name of a month may need letters for which a screen has half the room.
        """
        then, today = (datetime.fromtimestamp(one, BENIN) for one in (math.ceil(at / 60) * 60, now))
        said = f"{then.hour} h {then.minute:02}"
        if then.date() == today.date():
            return said
        return f"{said} ({then:%d/%m})"


Wordings = Mapping[str, Translator]


def read_wordings(folder: Path) -> tuple[Wordings, list[Problem]]:
    """Every language of a folder of locales with its words, in the order of the table, and what is to mend."""
    languages, problems = read_languages(folder)
    found: dict[str, Translator] = {SOURCE: _french(languages[SOURCE])}
    catalogs = {}
    for code, language in languages.items():
        if code != SOURCE:
            catalogs[code], wrong = po_files.known(folder / f"{code}.po", language)
            problems += wrong
    for code in catalogs:
        _add(code, languages, catalogs, found)
    return {code: found[code] for code in languages}, problems


@lru_cache(maxsize=MAX_CACHED)
def _french(language: Language) -> Translator:
    return Translator(language)


def _add(
    code: str, languages: Mapping[str, Language], catalogs: Mapping[str, Catalog], found: dict[str, Translator]
) -> None:
    """Make the wording of a language behind that of its fallback, which is made first."""
    language = languages[code]
    if code in found:
        return
    if language.fallback not in found:
        _add(language.fallback, languages, catalogs, found)
    found[code] = _made(language, catalogs[code], found[language.fallback])


@lru_cache(maxsize=MAX_CACHED)
def _made(language: Language, catalog: Catalog, fallback: Translator) -> Translator:
    """The wording of a language; the same one as long as nothing of it changes."""
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    words = GNUTranslations(compiled)
    words.add_fallback(fallback.words)
    return Translator(language, words)
