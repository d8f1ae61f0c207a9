"""The fields of each kind of screen, read from its schema, and what their values are written as."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from pydantic.fields import FieldInfo

from state.menu.schema import SHAPES
from state.yaml_files.strict_model import StrictModel
from state.yaml_files.types import Name, QuestionName, Target

Widget = Literal["target", "question", "name", "switch", "text"]
PARTS: Final = ("list", "ask", "look_up")  # of a screen, with keys of their own
BESIDE: Final = ("say", "choices")  # written in other ways than a field
ORDER: Final = ("private", "say", "back", "list", "choices", "ask", "look_up")  # of the keys of a screen
NAMED: Final[Mapping[Widget, Any]] = {"target": Target, "question": QuestionName, "name": Name}


@dataclass(frozen=True, slots=True)
class SchemaField:
    """A key of a screen: its name, ask.like, how it is chosen, and whether it must be there."""

    name: str
    widget: Widget
    is_required: bool


def fields_of_kind(kind: str) -> tuple[SchemaField, ...]:
    """Return the fields of a kind of screen, in the order of the schema; those of its part first."""
    return tuple(sorted(_fields(SHAPES[kind], ""), key=lambda one: "." not in one.name))


def _fields(model: type[StrictModel], prefix: str) -> Iterator[SchemaField]:
    for name, info in model.model_fields.items():
        key = info.alias or name
        if key in PARTS and isinstance(info.annotation, type) and issubclass(info.annotation, StrictModel):
            yield from _fields(info.annotation, f"{key}.")
        elif key not in BESIDE:
            yield SchemaField(f"{prefix}{key}", _widget(info), info.is_required())


def _widget(info: FieldInfo) -> Widget:
    if info.annotation is bool:
        return "switch"
    found = set(map(id, _constraints(info)))
    return next((widget for widget, type_ in NAMED.items() if id(type_.__metadata__[0]) in found), "text")


def _constraints(info: FieldInfo) -> Iterator[Any]:
    """Yield what limits a value, also that of a type beside which None may stand."""
    yield from info.metadata
    for one in get_args(info.annotation):
        yield from getattr(one, "__metadata__", ())
