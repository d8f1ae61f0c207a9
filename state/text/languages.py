"""The table of languages, locales/languages.yaml: names, formats, encoding, review and offer.

A language is a row in this table and a .po file beside it; it needs no Python. French is the source: operators write
French, and a text without translation is shown in the language's fallback.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final, Literal

from babel import Locale, UnknownLocaleError
from pydantic import AfterValidator, Field, RootModel

from state.errors import Problem
from state.text.encoding import Folding
from state.text.language_words import NO_WORDS, LanguageWords, words_of
from state.yaml_files.loader import parse, read
from state.yaml_files.strict_model import StrictModel, text_pattern, validate
from state.yaml_files.types import Short

SOURCE = "fr"
TABLE = "languages.yaml"
MAX_CACHED = 8  # parsed tables
Code = Annotated[str, text_pattern(r"^[a-z]{2,3}(_[A-Z]{2})?$", "un code de langue : fr, fon, yo", most=6)]


def _locale(written: str) -> str:
    try:
        Locale.parse(written)
    except (UnknownLocaleError, ValueError):
        raise ValueError(f"« {written} » : format inconnu de CLDR ; mettez {SOURCE}") from None
    return written


def _folding(written: Mapping[str, str]) -> Mapping[str, str]:
    Folding(written)
    return written


MONTHS: Final = 12
Format = Annotated[str, AfterValidator(_locale)]
Letters = Annotated[dict[str, str], AfterValidator(_folding)]


Month = Annotated[int, Field(ge=1, le=MONTHS)]


class _Review(StrictModel):
    state: Literal["source", "draft", "reviewed"]
    by: Short | None = None
    on: Annotated[str, text_pattern(r"^\d{4}-\d{2}-\d{2}$", "une date AAAA-MM-JJ")] | None = None


class _TypedWords(StrictModel):
    """What citizens type in this language beside what they ask."""

    names: tuple[Short, ...] = ()
    courtesy: tuple[Short, ...] = ()
    joining: tuple[Short, ...] = ()
    born: tuple[Short, ...] = ()
    stop: tuple[Short, ...] = ()
    start: tuple[Short, ...] = ()
    thanks: tuple[Short, ...] = ()
    insults: tuple[Short, ...] = ()
    months: dict[Annotated[int, Field(ge=1, le=12)], Annotated[tuple[Short, ...], Field(min_length=1)]] = Field(
        default_factory=dict
    )


class _Row(StrictModel):
    name: Short
    dates: Format = SOURCE
    numbers: Format = SOURCE
    fallback: Code = SOURCE
    ussd: Literal["gsm", "ucs2"] = "gsm"
    folding: Letters = Field(default_factory=dict)
    offered: bool
    review: _Review
    typed: _TypedWords = _TypedWords()


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """One language. dates and numbers are the CLDR locales for formats; a text is folded if ussd is "gsm".

    typed are the words of it that citizens type beside what they ask; months are the twelve names that dates are
    shown with, where CLDR has none.
    """

    code: str
    name: str
    dates: str = SOURCE
    numbers: str = SOURCE
    fallback: str = SOURCE
    ussd: Literal["gsm", "ucs2"] = "gsm"
    folding: Folding = field(default_factory=Folding)
    offered: bool = True
    reviewed: bool = True
    typed: LanguageWords = NO_WORDS
    months: tuple[str, ...] = ()

    def lost(self, text: str) -> list[str]:
        """Return the characters of a text that no basic phone can show and that have no replacement."""
        if self.ussd == "ucs2":
            return sorted(sign for sign in set(text) if sign > "\uffff")
        return sorted(sign for sign in set(text) - {"?"} if self.folding(sign) == "?")


FRENCH = Language(SOURCE, "Français")


class _Table(RootModel[dict[Code, _Row]]):
    """The whole file."""


def read_languages(folder: Path) -> tuple[Mapping[str, Language], list[Problem]]:
    """Read the table of a locales folder, in its order, and its problems; the table always has French."""
    path = folder / TABLE
    try:
        languages, problems = read_table(str(path), path.read_bytes())
    except OSError:
        return {SOURCE: FRENCH}, read(path).problems
    return languages, list(problems)


@lru_cache(maxsize=MAX_CACHED)
def read_table(file: str, raw: bytes) -> tuple[Mapping[str, Language], list[Problem]]:
    """Parse a table once per content, so that its languages stay the same objects and caches by language stay valid."""
    document = parse(raw, file)
    table = validate(document, document.data, _Table) if document.data is not None else None
    rows = table.root if table else {}
    wrong = [(code, *row_problem) for code, row in rows.items() for row_problem in _wrong(code, rows)]
    if table and SOURCE not in rows:
        wrong.append((SOURCE, (), f"la langue source « {SOURCE} » manque"))
    document.problems += [document.problem_at((code, *where), what) for code, where, what in wrong]
    languages = {code: _language(code, row) for code, row in rows.items()}
    return languages if SOURCE in languages else {SOURCE: FRENCH, **languages}, document.problems


def offered(languages: Mapping[str, Language], drafts: Collection[str] | None) -> list[Language]:
    """Return the languages that citizens may choose; drafts has the unreviewed ones to offer, None offers all."""
    return [one for one in languages.values() if one.offered and (one.reviewed or drafts is None or one.code in drafts)]


def _language(code: str, row: _Row) -> Language:
    reviewed, said = row.review.state != "draft", row.typed.model_dump()
    typed = words_of(code, (row.name, *said.pop("names")), said.pop("months"), **said)
    folding = Folding(row.folding)
    is_of_source = Locale.parse(row.dates).language == SOURCE  # CLDR has no dates of this language
    is_named = code != SOURCE and is_of_source and len(row.typed.months) == MONTHS
    months = tuple(row.typed.months[month][0] for month in range(1, MONTHS + 1)) if is_named else ()
    return Language(
        code, row.name, row.dates, row.numbers, row.fallback, row.ussd, folding, row.offered, reviewed, typed, months
    )


def _wrong(code: str, rows: Mapping[str, _Row]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the problems of a row, each with its place in the row."""
    row = rows[code]
    if (row.review.state == "source") != (code == SOURCE):
        yield ("review",), f"« source » est l'état de « {SOURCE} », la langue des fichiers de menu, et d'elle seule"
    if lost := FRENCH.lost(row.name):
        yield ("name",), f"« {lost[0]} » ne s'affiche pas dans les autres langues : écrivez ce nom autrement"
    if row.review.state == "reviewed" and not (row.review.by and row.review.on):
        yield ("review",), "une langue relue dit par qui (by:) et quand (on:)"
    met, on = {code}, row.fallback
    while on != SOURCE:
        if on not in rows or on in met:
            yield ("fallback",), f"« {on} » ne mène pas au français, par une ou plusieurs langues de ce fichier"
            return
        met.add(on)
        on = rows[on].fallback
