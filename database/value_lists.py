"""Lists of values in a statement: one statement asks for many rows, in the SQL of every database.

A statement is compiled once, so that its lists have one length: a shorter list repeats its last value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam

MAX_VALUES: Final = 50  # of one list


def is_one_of(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """The condition that the column has one of the values of the list with this name."""
    return column.in_([bindparam(f"{name}{number}", type_=column.type) for number in range(MAX_VALUES)])


def value_lists(name: str, values: Sequence[object]) -> Iterator[dict[str, object]]:
    """The parameters of the list with this name, MAX_VALUES values at a time."""
    for start in range(0, len(values), MAX_VALUES):
        some = values[start : start + MAX_VALUES]
        padded = [*some, *[some[-1]] * (MAX_VALUES - len(some))]
        yield {f"{name}{number}": value for number, value in enumerate(padded)}
