"""Scalar types of the YAML files: names, short texts, and the text of a screen.

A screen's text may differ by kind of channel, and by singular and plural of a number.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Discriminator, Field, StringConstraints, Tag, WithJsonSchema

from state.country import country
from state.yaml_files.loader import did_you_mean
from state.yaml_files.strict_model import StrictModel, text_pattern

Name = Annotated[str, text_pattern(r"^[a-z][a-z0-9_]*$", "un nom en minuscules sans accent ni espace", most=40)]
Target = Annotated[
    str, text_pattern(r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$", "le nom d'un écran, ou parcours.écran", most=81)
]
QuestionName = Annotated[str, text_pattern(r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$", "une question comme exams.result")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
MINISTRY = r"^[a-z][a-z0-9-]{0,38}[a-z0-9]$"


def _ministry(written: str) -> str:
    known = country().ministries
    if written not in known:
        hint = did_you_mean(written, known) or (f" : {', '.join(known)}" if known else ", qui n'en nomme aucun")
        raise ValueError(f"« {written[:40]} » n'est pas un ministère de country.yaml{hint}")
    return written


Ministry = Annotated[
    Annotated[str, AfterValidator(_ministry), WithJsonSchema({"type": "string", "pattern": MINISTRY})] | None,
    Field(description="le ministère dont c'est le fichier, un nom de country.yaml : seuls ses comptes le changent"),
]


class Counted(StrictModel):
    """What is said of a number: number names it, one is said of a single thing, other of none or several."""

    number: Name
    one: Text
    other: Text


def _shape_of(value: Any) -> str:
    if isinstance(value, Counted) or (isinstance(value, dict) and value.keys() & Counted.model_fields.keys()):
        return "counted"
    return "by_channel" if isinstance(value, dict | SayByChannel) else "text"


TextOrPlural = Annotated[Annotated[Counted, Tag("counted")] | Annotated[Text, Tag("text")], Discriminator(_shape_of)]


class SayByChannel(StrictModel):
    """What is said, by kind of channel; a kind without a text of its own takes the first that is there."""

    ussd: TextOrPlural | None = None
    sms: TextOrPlural | None = None
    chat: TextOrPlural | None = None


Say = Annotated[
    Annotated[SayByChannel, Tag("by_channel")] | Annotated[Counted, Tag("counted")] | Annotated[Text, Tag("text")],
    Discriminator(_shape_of),
]
