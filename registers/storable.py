"""The tables that can be registers, and their columns; a file in menus/registers names the headings of each.

A row belongs to the feed that brought it: an administration never changes or removes a row of another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import Table

from database import tables

CellForm = Literal["code", "text", "date", "birth", "phone_tail", "status", "choice", "money", "number"]
OWN: Final = ("feed", "sample")  # columns that Zin fills itself
MORE: Final = "more"  # the column with the facts of added columns, as JSON


@dataclass(frozen=True, slots=True)
class StorableColumn:
    """One column of the files: the form of its cells, and the columns of the table that it fills.

    among has the values of a choice. A column that is not needed may be empty in each row.
    """

    form: CellForm
    fills: tuple[str, ...]
    in_french: str
    needed: bool = True
    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Storable:
    """One table: the column of its key, the question that its rows answer, and its columns.

    A row needs one of the proofs at least: without any, nobody could read it.
    """

    table: Table
    key: str
    question: str
    columns: Mapping[str, StorableColumn]
    proofs: tuple[str, ...]

    @property
    def data(self) -> tuple[Any, ...]:
        """The columns of the table that an import fills, without the key."""
        return tuple(one for one in self.table.c if one.name not in (*OWN, self.key))


STORABLE: Final[Mapping[str, Storable]] = {
    "requests": Storable(
        tables.requests,
        "reference",
        "requests.status",
        {
            "reference": StorableColumn("code", ("reference",), "numéro de la demande"),
            "service": StorableColumn("text", ("service",), "service"),
            "status": StorableColumn("status", ("status",), "étape"),
            "updated": StorableColumn("date", ("updated",), "date de l'étape"),
            "note": StorableColumn("text", ("note",), "remarque", needed=False),
            "phone": StorableColumn("phone_tail", ("phone_tail",), "téléphone", needed=False),
            "birth": StorableColumn("birth", ("birth_date", "birth_year"), "naissance", needed=False),
        },
        ("phone", "birth"),
    ),
    "careers": Storable(
        tables.careers,
        "number",
        "careers.file",
        {
            "number": StorableColumn("code", ("number",), "numéro matricule"),
            "birth": StorableColumn("birth", ("birth_date", "birth_year"), "naissance"),
            "kind": StorableColumn("choice", ("kind",), "carrière ou pension", among=("career", "pension")),
            "step": StorableColumn("text", ("step",), "étape"),
            "updated": StorableColumn("date", ("updated",), "date de l'étape"),
            "note": StorableColumn("text", ("note",), "ce que l'agent doit faire"),
        },
        ("birth",),
    ),
}
