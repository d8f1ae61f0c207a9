"""Reads the cells of a register's files: each form gives the values of the columns that it fills.

What is unclear is refused and never guessed. No text of a code, a telephone or a birth is shown, because it may be in
the wrong column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from catalog.normalize import day, normalize_code
from registers.storable import CellForm
from spreadsheets.cell_texts import OF_A_NUMBER, is_damaged, one_line
from spreadsheets.headings import key
from spreadsheets.refused_rows import Rejection
from spreadsheets.sheet import printable
from state.country import country
from state.text.answer_forms import legible, phone_end

OLDEST: Final = date(1900, 1, 1)
CODE: Final = re.compile(r"(?=.*[0-9])[0-9A-Z][0-9A-Z./]{2,31}", re.ASCII)  # what citizens can type, normalized
_AS_TEXT: Final = "mettez la colonne en « Texte » et retapez"
_BY_SPREADSHEET: Final = re.compile(r"\(([0-9]{4}-[0-9]{2}-[0-9]{2})(?: 00:00:00)?\)")
_HOUR: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:\.[0-9]+)?Z?")
_YEAR: Final = re.compile(r"(?:(?:né|née) )?(?:vers |en )?((?:19|20)[0-9]{2})", re.IGNORECASE)
_NO_DAY: Final = re.compile(r"0{1,2}[./-]0{1,2}[./-]((?:19|20)[0-9]{2})|((?:19|20)[0-9]{2})-00-00")
_NUMBER: Final = re.compile(r"[0-9]{1,12}")
Values = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class CellRules:
    """What the cells of one column must be.

    width is the number of columns that they fill. known has the value of each word, by key; most is in characters.
    """

    form: CellForm
    in_french: str
    width: int = 1
    optional: bool = False
    default: str = ""
    most: int = 160
    known: Mapping[str, str] = field(default_factory=dict)


class CellReader:
    """Reads the cells of one column. today is the local day, after which no date may be."""

    def __init__(self, rules: CellRules, today: date) -> None:
        self._rules, self._today = rules, today
        forms: Mapping[CellForm, Callable[[str], Values | Rejection]] = {
            "code": self._code,
            "text": self._text,
            "date": self._date,
            "birth": self._birth,
            "phone_tail": self._phone_tail,
            "status": self._known,
            "choice": self._known,
            "money": self._number,
            "number": self._number,
        }
        self._read = forms[rules.form]

    def read(self, written: str) -> Values | Rejection:
        """Return the values of a cell, or why it is refused."""
        text = one_line(written) or self._rules.default
        if text:
            return self._read(text)
        if not self._rules.optional:
            return Rejection(f"case vide : {self._rules.in_french}")
        empty = None if self._rules.form == "birth" else ""
        return (empty,) * self._rules.width

    def _code(self, text: str) -> Values | Rejection:
        code = normalize_code(text)
        if CODE.fullmatch(code) and not OF_A_NUMBER.fullmatch(code):
            return (code,)
        if OF_A_NUMBER.fullmatch(code):
            return self._wrong("abîmé", f"un tableur en a fait un nombre ; {_AS_TEXT}")
        return self._wrong("impossible", "il faut 3 à 32 chiffres ou lettres, et un chiffre au moins")

    def _text(self, text: str) -> Values | Rejection:
        if len(text) > self._rules.most:
            return self._wrong("texte trop long", f"{self._rules.most} signes au plus")
        if is_damaged(text):
            return self._wrong("accents ou signes abîmés", f"« {printable(text)} »")
        return (text,)

    def _date(self, text: str) -> Values | Rejection:
        found = _day(text)
        if found is None:
            return self._wrong("date illisible", "écrivez jour/mois/année, comme 05/03/2026")
        if not OLDEST <= found <= self._today + timedelta(days=1):
            return self._wrong("date impossible", "elle est à venir, ou d'avant 1900")
        return (found,)

    def _birth(self, text: str) -> Values | Rejection:
        found = _day(text)
        if found:
            in_range = OLDEST <= found <= self._today
            return (found, None) if in_range else self._wrong("date impossible", "elle est à venir, ou d'avant 1900")
        year = _YEAR.fullmatch(text) or _NO_DAY.fullmatch(text)
        if not year or not OLDEST.year <= int(year[year.lastindex or 1]) <= self._today.year:
            return self._wrong("date illisible", "écrivez jour/mois/année, comme 05/03/1961, ou l'année seule")
        return None, int(year[year.lastindex or 1])

    def _phone_tail(self, text: str) -> Values | Rejection:
        if tail := phone_end(legible(text)):
            return (tail,)
        return self._wrong(
            "illisible", f"il faut un numéro du pays ({country().name}), ou ses quatre derniers chiffres"
        )

    def _known(self, text: str) -> Values | Rejection:
        found = self._rules.known.get(key(text))
        return (found,) if found else self._wrong("mot inconnu", f"« {printable(text)} »")

    def _number(self, text: str) -> Values | Rejection:
        for unit in country().currency.spellings:
            text = text.removesuffix(unit).rstrip()
        digits = "".join(text.split())
        return (str(int(digits)),) if _NUMBER.fullmatch(digits) else self._wrong("nombre illisible", "écrivez 12 500")

    def _wrong(self, what: str, detail: str) -> Rejection:
        return Rejection(f"{self._rules.in_french} : {what}", detail)


def _day(text: str) -> date | None:
    """Return the day in this text, whose year has four digits: « 05/03/61 » may be of two centuries."""
    if found := _BY_SPREADSHEET.fullmatch(text) or _HOUR.fullmatch(text):
        text = found[1]
    text = legible(text)
    iso = day(text)
    return date.fromisoformat(iso) if iso and (text.startswith(iso[:4]) or text.endswith(iso[:4])) else None
