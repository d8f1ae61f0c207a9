"""Made-up candidates and their results file, which is imported and compared with the answers.

The file is a CSV in UTF-8 with semicolons, as `zin results import` reads it. It is parsed here by separate code, so
that a bug of the import shows as wrong answers.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, field
from pathlib import Path
from random import Random
from typing import Final

from catalog.entries import Exam
from sources.sample_data import MENTIONS, SERIES, WEIGHTS
from state.errors import ZinError
from state.text.search import plain

HEADINGS: Final = ("numéro de table", "décision", "mention", "série", "centre", "département")
DEPARTMENTS: Final = (
    *("Alibori", "Atacora", "Atlantique", "Borgou", "Collines", "Couffo"),
    *("Donga", "Littoral", "Mono", "Ouémé", "Plateau", "Zou"),
)
CENTRE_ROWS: Final = 600  # candidates of one centre: BAC 2025 had 79 588 in 140


class CandidatesBroken(ZinError):
    """A file of candidates that cannot be used; the French text says where and why."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One made-up candidate: a seat and its result, in the words that citizens read."""

    seat: str
    decision: str = field(repr=False)
    mention: str = field(default="", repr=False)
    series: str = field(default="", repr=False)
    centre: str = field(default="", repr=False)
    department: str = field(default="", repr=False)


def candidates(exam_id: str, exam: Exam, many: int, seed: int) -> Iterator[Candidate]:
    """Yield `many` candidates of an exam in the order of their seats; the same ones for the same seed."""
    chance = Random(f"{exam_id} {seed}")
    digits = max(6, len(str(3 * many)))
    seats = sorted(chance.sample(range(10 ** (digits - 1), 10**digits), many))
    known = list(exam.verdicts)
    decisions = chance.choices(known, [WEIGHTS[name] for name in known], k=many)
    for place, (seat, decision) in enumerate(zip(seats, decisions, strict=True)):
        centre = place // CENTRE_ROWS
        yield Candidate(
            str(seat),
            exam.verdicts[decision].say,
            chance.choice(MENTIONS.get(exam_id, ("",))) if decision == "admitted" else "",
            chance.choice(SERIES.get(exam_id, ("",))),
            f"Centre d'essai {centre + 1}",
            DEPARTMENTS[centre % len(DEPARTMENTS)],
        )


def write(path: Path, rows: Iterable[Candidate]) -> int:
    """Write the file for `zin results import`, and return how many candidates it has."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(HEADINGS)
        many = 0
        for many, row in enumerate(rows, 1):  # noqa: B007 - used after the loop
            writer.writerow(astuple(row))
    return many


def read(path: Path, exam: Exam) -> list[Candidate]:
    """Read the candidates of a file that `write` made. Raises CandidatesBroken."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(_rows(csv.reader(file, delimiter=";", strict=True), path, exam))
    except OSError as error:
        raise CandidatesBroken(f"{path} : lecture impossible ({error.strerror})") from error
    except (csv.Error, UnicodeDecodeError):
        raise CandidatesBroken(f"{path} : ce n'est pas un CSV en UTF-8") from None


def _rows(lines: Iterator[list[str]], path: Path, exam: Exam) -> Iterator[Candidate]:
    if tuple(next(lines, ())) != HEADINGS:
        raise CandidatesBroken(f"{path}:1 : il faut les titres {';'.join(HEADINGS)}")
    decisions, seats = {plain(verdict.say): verdict.say for verdict in exam.verdicts.values()}, set[str]()
    for number, cells in enumerate(lines, 2):
        decision = decisions.get(plain(cells[1])) if len(cells) == len(HEADINGS) else None
        if decision is None:
            raise CandidatesBroken(f"{path}:{number} : il faut {len(HEADINGS)} cases et une décision de {exam.name}")
        if not cells[0] or cells[0] in seats:
            raise CandidatesBroken(f"{path}:{number} : numéro de table vide ou en double")
        seats.add(cells[0])
        yield Candidate(cells[0], decision, *cells[2:])
