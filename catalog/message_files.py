"""The shape of menus/messages: one file for each message that a ministry's system sends to citizens through the API.

The text stays with the operators, who review and translate it; the system gives the values only. What a text says of
its values is checked in `problems`, with the place in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field

from catalog.entry_types import Label, Text
from state.errors import Problem
from state.text.template import Template, stray_braces
from state.yaml_files.loader import Where, did_you_mean, read
from state.yaml_files.strict_model import StrictModel, text_pattern
from state.yaml_files.types import Name, QuestionName

FOLDER: Final = "messages"
LONGEST_DAY: Final = "2026-09-30"  # « septembre » is the longest month in French
Form = Literal["text", "date", "money", "number"]
ShortName = Annotated[str, text_pattern(r"^[a-z][a-z0-9-]{1,39}$", "un nom en minuscules, comme justice ou retrait")]


class MessageValue(StrictModel):
    """One value that the ministry's system gives: its form, and the longest one that it may be."""

    form: Form
    longest: Text | None = Field(None, description="la plus longue valeur permise ; inutile pour une date")

    @property
    def at_longest(self) -> str:
        """Return the longest value, with which the parts are counted."""
        return self.longest or LONGEST_DAY


class MessageFile(StrictModel):
    """One message: whose it is, what for, who asked for it, and its text with {values}."""

    title: Label = Field(description="nom court, unique, pour les opérateurs")
    ministry: ShortName = Field(description="le ministère dont les clés peuvent l'envoyer")
    purposes: tuple[ShortName, ...] = Field(
        min_length=1, description="à quoi il sert ; « zin purposes release » l'ouvre à qui n'a rien demandé"
    )
    asked: tuple[QuestionName, ...] = Field(
        (), description="questions dont les abonnés ont demandé ce message, comme requests.status"
    )
    text: Text = Field(description="ce que le citoyen lit, avec {valeur} pour chaque valeur")
    values: dict[Name, MessageValue] = Field({}, description="les valeurs que le système du ministère donne")


MessageFiles = Mapping[str, MessageFile]


def problems(menus: Path, files: MessageFiles, questions: Mapping[str, object]) -> Iterator[Problem]:
    """Yield what is wrong in these files beyond their shape; questions are those that menus may ask."""
    for name, file in files.items():
        if found := [*_complaints(file, questions)]:
            document = read(menus / FOLDER / f"{name}.yaml")
            yield from (document.problem_at(where, what) for where, what in found)


def _complaints(file: MessageFile, questions: Mapping[str, object]) -> Iterator[tuple[Where, str]]:
    names = dict.fromkeys(Template.of(file.text).names)
    for brace in stray_braces(file.text):
        yield ("text",), f"« {brace} » : entre accolades il faut un nom en minuscules, sans espace ni accent"
    for name in names:
        if name not in file.values:
            yield ("text",), f"rien ne remplit {{{name}}}{did_you_mean(name, file.values)}"
    for name, value in file.values.items():
        if name not in names:
            yield ("values", name), f"le texte n'emploie pas {{{name}}} : enlevez cette valeur"
        yield from ((("values", name, *where), what) for where, what in _of_value(value))
    for place, question in enumerate(file.asked):
        if question not in questions:
            yield ("asked", place), f"aucune source ne répond à « {question} »{did_you_mean(question, questions)}"


def _of_value(value: MessageValue) -> Iterator[tuple[Where, str]]:
    longest = value.longest
    if value.form == "date":
        if longest is not None:
            yield ("longest",), "une date a toujours la même longueur : enlevez « longest »"
    elif longest is None:
        yield (), "il manque la clé « longest » : la plus longue valeur permise"
    elif value.form in ("money", "number") and not (longest.isascii() and longest.isdigit() and len(longest) < 13):
        yield ("longest",), f"« {longest} » : écrivez un nombre en chiffres seulement, comme 150000"
