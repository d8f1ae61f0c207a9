"""Checks the values of a row: each one alone, then together.

Values repeat from row to row, so each combination of verdict, mention, series and mark is checked once and cached. A
row then costs one look-up in a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from catalog.entries import Exam
from catalog.normalize import normalize_code
from database import tables
from database.column_limits import max_length
from results.importing import vocabulary
from results.importing.headings import IN_FRENCH, FieldName
from results.importing.layout import Layout
from spreadsheets.cell_texts import OF_A_NUMBER, is_damaged, one_line
from spreadsheets.refused_rows import Rejection
from spreadsheets.sheet import printable
from state.text.search import plain

# The seats that citizens can type, in stored form. A text without a digit would be a name in the wrong column.
SEAT = r"(?!.*\.0+\Z)(?=.*[0-9])[0-9A-Z][0-9A-Z./]{2,15}\Z"
_TEXTS: tuple[FieldName, ...] = ("series", "centre", "department")
LONGEST: Mapping[FieldName, int] = {name: max_length(tables.exam_results.c[name]) for name in _TEXTS}  # characters


class Said(NamedTuple):
    """The values of a row, besides the seat number."""

    verdict: str
    mention: str
    series: str
    mark: Decimal | None


@dataclass(frozen=True, slots=True)
class Judged:
    """The values of a row, and what is wrong with them."""

    said: Said
    wrong: tuple[Rejection, ...]


class RowValidator:
    """Checks rows against the exam and its layout."""

    def __init__(self, exam: Exam, layout: Layout) -> None:
        self._exam, self._layout = exam, layout
        self._seat = re.compile(f"(?={SEAT})(?:{layout.seat or '.*'})", re.ASCII)
        self._verdicts = {
            **vocabulary.VERDICTS,
            **{vocabulary.normalize_word(verdict.say): name for name, verdict in exam.verdicts.items()},
            **{vocabulary.normalize_word(one): name for one, name in layout.verdicts.items()},
        }
        self._series = {plain(one): one for one in layout.series}
        self._least = layout.least_marks()
        self._names: dict[tuple[FieldName, str], str] = {}

    def is_accepted(self, written: str) -> bool:
        """Whether this is a valid seat number in its stored form."""
        return self._seat.fullmatch(written) is not None

    def seat(self, written: str) -> tuple[str, tuple[Rejection, ...]]:
        """Return the seat number in its stored form. An invalid one is not shown, since it may be a name in the wrong
        column.
        """
        if self.is_accepted(seat := normalize_code(written)):
            return seat, ()
        if not seat:
            return "", (Rejection("il manque le numéro de table"),)
        if OF_A_NUMBER.fullmatch(seat):
            return "", (
                Rejection("numéro de table abîmé", "un tableur en a fait un nombre ; mettez la colonne en « Texte »"),
            )
        wanted = (
            f"il faut {self._layout.seat}"
            if self._layout.seat
            else "il faut 3 à 16 chiffres ou lettres, et un chiffre au moins"
        )
        return "", (Rejection("numéro de table impossible", wanted),)

    def judge(self, written: tuple[str, str, str, str]) -> Judged:
        """Check this verdict, mention, series and mark together."""
        verdict, mention, series, mark = written
        found: list[Rejection] = []
        said = Said(
            self._verdict(verdict, found),
            self._mention(mention, found),
            self._in_series(series, found),
            _mark(mark, found),
        )
        return Judged(said, tuple(found or self._contradictions(said)))

    def name(self, field: FieldName, written: str) -> tuple[str, tuple[Rejection, ...]]:
        """Return a name for citizens, and what is wrong with it; of several spellings the first one is used."""
        text = one_line(written)
        if len(text) > LONGEST[field]:
            return "", (Rejection(f"{IN_FRENCH[field]} : texte trop long", f"{LONGEST[field]} signes au plus"),)
        if is_damaged(written):
            return "", (Rejection(f"{IN_FRENCH[field]} : accents ou signes abîmés", f"« {printable(text)} »"),)
        return self._names.setdefault((field, vocabulary.normalize_word(text) or text), text), ()

    def _verdict(self, written: str, found: list[Rejection]) -> str:
        verdict = self._verdicts.get(vocabulary.normalize_word(written), "")
        if not written.strip():
            found.append(Rejection("il manque le verdict"))
        elif not verdict:
            found.append(Rejection("verdict inconnu", f"« {printable(written)} »"))
        elif verdict not in self._exam.verdicts:
            found.append(Rejection("verdict que cet examen ne connaît pas", f"« {printable(written)} »"))
        return verdict

    def _mention(self, written: str, found: list[Rejection]) -> str:
        if (mention := vocabulary.parse_mention(written)) is None:
            found.append(Rejection("mention inconnue", f"« {printable(written)} »"))
        return mention or ""

    def _in_series(self, written: str, found: list[Rejection]) -> str:
        series, wrong = self.name("series", written)
        found.extend(wrong)
        if vocabulary.is_empty(series) or not self._series:
            return "" if vocabulary.is_empty(series) else series
        if plain(series) not in self._series:
            found.append(Rejection("série inconnue", f"« {printable(written)} »"))
        return self._series.get(plain(series), "")

    def _contradictions(self, said: Said) -> Iterator[Rejection]:
        if said.mention and said.verdict != "admitted":
            yield Rejection("mention sans admission", said.mention)
        if said.mark is None:
            return
        needed = self._layout.pass_mark
        if needed is not None and said.verdict == "admitted" and said.mark < needed:
            yield Rejection(
                "admis sous la moyenne exigée",
                f"{vocabulary.format_mark(said.mark)} pour {vocabulary.format_mark(needed)}",
            )
        earned = vocabulary.earned_mention(said.mark, self._least)
        if self._least and said.mention and said.mention != earned:
            pair = f"{said.mention} avec {vocabulary.format_mark(said.mark)}"
            yield Rejection("mention qui contredit la moyenne", f"{pair}, qui donne {earned or 'aucune mention'}")


def _mark(written: str, found: list[Rejection]) -> Decimal | None:
    mark = vocabulary.parse_mark(written)
    if mark is None and not vocabulary.has_no_mark(written):
        found.append(Rejection("moyenne illisible", f"« {printable(written)} »"))
    elif mark is not None and not 0 <= mark <= vocabulary.HIGHEST:
        found.append(Rejection("moyenne hors de 0 à 20", vocabulary.format_mark(mark)))
    return mark
