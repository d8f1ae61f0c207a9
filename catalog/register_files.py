"""The shape of menus/registers: how the files of administrations fill Zin's own tables.

The columns of a table are fixed in registers/storable.py. A file names their headings, and may add columns of its own,
which citizens then read as facts. What the keys say of one another is checked in registers/checks.py.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from catalog.entry_types import Label, Text
from state.yaml_files.strict_model import StrictModel, text_pattern
from state.yaml_files.types import Ministry, Name

FOLDER: Final = "registers"
MAX_MORE: Final = 160  # characters of a fact of an added column
FEED: Final = r"^[a-z0-9]+(-[a-z0-9]+)*$"
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
FeedName = Annotated[str, text_pattern(FEED, "un nom comme justice : minuscules, chiffres et tirets", most=40)]
TableName = Literal["requests", "careers"]
AddedForm = Literal["text", "date", "money", "number"]


class RegisterColumn(StrictModel):
    """One column of the files, and what its cells are."""

    headings: tuple[Word, ...] = Field(min_length=1, description="ses titres, le plus courant d'abord")
    optional: bool = Field(False, description="la colonne peut manquer, et une case peut être vide")
    default: Text | None = Field(None, description="ce que vaut une case vide")
    values: dict[Word, Word] = Field({}, description="mot du fichier, et la valeur qu'il veut dire")
    form: AddedForm | None = Field(None, description="d'une colonne que la table de Zin n'a pas")
    most: Annotated[int, Field(ge=1, le=MAX_MORE)] | None = Field(None, description="form text : signes au plus")
    longest: Text | None = Field(None, description="form text : la plus longue valeur probable")


class RegisterFeed(StrictModel):
    """What differs in the files of one administration."""

    columns: dict[Word, Name] = Field({}, description="titre d'une colonne, et la colonne du registre")
    values: dict[Name, dict[Word, Word]] = Field({}, description="pour une colonne : mot du fichier, et sa valeur")


class RegisterFile(StrictModel):
    """One register: the table that it fills, and the columns of its files."""

    title: Label
    ministry: Ministry = None
    table: TableName
    columns: dict[Name, RegisterColumn] = Field(min_length=1)
    feeds: dict[FeedName, RegisterFeed] = Field({}, description="ce qui diffère, par administration")
