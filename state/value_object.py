"""Values that are made in each hop."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value_object(cls: type[T]) -> type[T]:
    """Make a slotted dataclass whose fields the type checker keeps from being assigned.

    Nothing keeps them at run time: a frozen dataclass takes three times as long to make, and a hop makes six of these.
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)
