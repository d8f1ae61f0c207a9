"""Strict models of operators' files: a part of a document is checked against a pydantic model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from state.errors import Problem
from state.yaml_files.error_messages import PYDANTIC_MESSAGES
from state.yaml_files.loader import Document, Where, did_you_mean


class StrictModel(BaseModel):
    """A part of an operator's file that allows the named keys and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Some = TypeVar("Some", bound=BaseModel)
MISSING_KEY: Final = "il manque la clé « {} »"
_FORMS: dict[str, str] = {}


def text_pattern(pattern: str, words: str, most: int | None = None) -> StringConstraints:
    """Return the constraint of a text with this pattern; words describes it to operators, most limits characters."""
    _FORMS[pattern] = words
    return StringConstraints(pattern=pattern, max_length=most)


def validate(document: Document, data: Any, model: type[Some], where: Where = ()) -> Some | None:
    """Check a part of the document against a model; returns None after recording every problem."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        known = set(_known_keys(model))
        found = error.errors(include_url=False)
        for one in found:
            if one["type"] == "too_short" and any(_inside(other["loc"], one["loc"]) for other in found):
                continue  # pydantic does not count invalid elements
            document.problems.append(_complaint(document, (*where, *one["loc"]), one, known))
        return None


def _complaint(document: Document, where: Where, error: Any, known: set[str]) -> Problem:
    place, key = _real(document, where), error["type"] in ("extra_forbidden", "missing")
    name = str(where[-1]) if where else ""
    if error["type"] == "extra_forbidden":
        what = (
            f"« {name} » n'a pas sa place ici"
            if name in known
            else f"clé inconnue « {name} »{did_you_mean(name, known)}"
        )
        return document.problem_at((*place, name), what, key=True)
    if error["type"] == "missing":
        return document.problem_at(place, MISSING_KEY.format(name), key=key)
    message = PYDANTIC_MESSAGES.get(error["type"])
    if error["type"] == "string_pattern_mismatch":
        pattern = error["ctx"]["pattern"]
        return document.problem_at(
            place, f"« {error['input']} » : il faut ici {_FORMS.get(pattern, pattern)}", key="[key]" in where
        )
    if message is None:
        return document.problem_at(place, str(error["msg"]).removeprefix("Value error, "))
    return document.problem_at(place, message.format(**{"input": error.get("input"), **error.get("ctx", {})}))


def _real(document: Document, where: Where) -> Where:
    """Return the path in the file for a path in the model, which also has tags of unions."""
    real: Where = ()
    for part in where:
        if (*real, part) in document.places:
            real = (*real, part)
    return real


def _inside(where: Where, outer: Where) -> bool:
    return len(where) > len(outer) and where[: len(outer)] == outer


def _known_keys(model: type[BaseModel]) -> Iterator[str]:
    schema = model.model_json_schema()
    for part in (schema, *schema.get("$defs", {}).values()):
        yield from part.get("properties", {})
