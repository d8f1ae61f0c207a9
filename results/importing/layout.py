"""The layout of one exam's results files, where it differs from the usual one: a small YAML file of the operators.

It is in menus/exams/columns, under the file name of the exam. Every key is optional:

    columns: {Code jury: seat, Avis: verdict}     # heading: field in the column
    verdicts: {ADM: admitted, Oral: admissible}   # word in the file: verdict of the exam
    seat: "[0-9]{6}"                              # pattern of a seat number, in capitals, without spaces or dashes
    pass_mark: 10                                 # minimum mark of an admitted candidate, out of 20
    mentions: {Passable: 10, Assez bien: 12}      # minimum mark of each mention
    series: [A1, A2, B, C, D]                     # all series of the exam

A rule that is missing is not checked: without pass_mark, candidates with any mark may be admitted.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from catalog.entries import Exam, VerdictName
from catalog.texts import MENTIONS
from results.importing import vocabulary
from results.importing.headings import FieldName, is_personal
from spreadsheets.headings import key
from state.errors import InvalidMenu, Problem
from state.menu.answer_patterns import pattern_problem
from state.yaml_files.loader import Document, read
from state.yaml_files.strict_model import StrictModel, validate

FOLDER = Path("exams", "columns")


def _mark(written: Any) -> Decimal:
    value = vocabulary.parse_mark(written) if isinstance(written, str) else None
    if value is None or not 0 <= value <= vocabulary.HIGHEST:
        raise ValueError("ici il faut une note de 0 à 20, comme 10 ou 9,5")
    return value


Mark = Annotated[Decimal, BeforeValidator(_mark)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


class Layout(StrictModel):
    """The operators' description of an exam's files; an empty layout means the usual form."""

    columns: dict[Word, FieldName] = Field({}, description="titre d'une colonne, et ce qu'elle contient")
    verdicts: dict[Word, VerdictName] = Field({}, description="mot du fichier, et le verdict qu'il veut dire")
    seat: Word | None = Field(None, description="forme d'un numéro de table, comme [0-9]{6}")
    pass_mark: Mark | None = Field(None, description="moyenne sous laquelle personne n'est admis")
    mentions: dict[Literal["Passable", "Assez bien", "Bien", "Très bien"], Mark] = Field(
        {}, description="la plus petite moyenne de chaque mention"
    )
    series: tuple[Word, ...] = Field((), description="toutes les séries de l'examen")

    def least_marks(self) -> list[tuple[str, Decimal]]:
        """Return the minimum mark of each mention of the layout, the lowest mention first."""
        return [(name, value) for name, value in sorted(self.mentions.items(), key=lambda one: MENTIONS.index(one[0]))]


def find_layout(menus: Path, exam_id: str, exam: Exam) -> Layout:
    """Return the exam's layout in this folder of menus, or an empty layout. Raises InvalidMenu with all its
    problems.
    """
    path = menus / FOLDER / f"{exam_id}.yaml"
    return read_layout(path, exam) if path.exists() else Layout()


def read_layout(path: Path, exam: Exam) -> Layout:
    """Return the layout in this file. Raises InvalidMenu with every problem in it."""
    document = read(path)
    layout = None if document.data is None else validate(document, document.data, Layout)
    problems = [*document.problems, *(_wrong(document, layout, exam) if layout else ())]
    if layout is None or problems:
        raise InvalidMenu(sorted(problems))
    return layout


def _wrong(document: Document, layout: Layout, exam: Exam) -> Iterator[Problem]:
    """Yield problems of values that are well formed but contradict each other or the exam."""
    yield from _columns_wrong(document, layout)
    spelled: dict[str, str] = {}
    for word, verdict in layout.verdicts.items():
        where = ("verdicts", word)
        if verdict not in exam.verdicts:
            yield document.problem_at(where, f"{exam.name} n'a pas ce verdict ; il a {', '.join(exam.verdicts)}")
        if spelled.setdefault(vocabulary.normalize_word(word), verdict) != verdict:
            yield document.problem_at(where, f"« {word} » est déjà écrit plus haut, pour un autre verdict", key=True)
    if layout.seat and (unsafe := pattern_problem(layout.seat)):
        yield document.problem_at(("seat",), unsafe)
    marks = [value for _, value in layout.least_marks()]
    if marks != sorted(set(marks)):
        yield document.problem_at(("mentions",), "chaque mention demande une moyenne plus haute que celle d'avant")


def _columns_wrong(document: Document, layout: Layout) -> Iterator[Problem]:
    headings, fields = set[str](), set[str]()
    for heading, field in layout.columns.items():
        where = ("columns", heading)
        if is_personal(heading):
            yield document.problem_at(where, "une colonne qui nomme une personne n'est jamais gardée", key=True)
        if key(heading) in headings:
            yield document.problem_at(where, f"la colonne « {heading} » est déjà écrite plus haut", key=True)
        if field in fields:
            yield document.problem_at(where, f"une autre colonne est déjà « {field} » : gardez-en une seule")
        headings.add(key(heading))
        fields.add(field)
