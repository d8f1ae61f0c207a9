"""Records by name that outlive the process that wrote them: which format they have, and that no other is read as it.

A record is an object with a value for each field of its class; "format" names the format, and is left out in the first.
Whoever changes what a field means gives the class's records the next number; a field that was added and has a default
may be missing. What holds a field that this version does not know is refused whole: half a promise is another promise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any

import orjson

from state.errors import ZinError


class UnknownRecord(ZinError):
    """A record of a format that this version of Zin does not know; the version that wrote it reads it."""


class RecordFormat:
    """The format of the records of one dataclass."""

    def __init__(self, kind: type[Any], number: int = 1) -> None:
        self._number = number
        self._names = frozenset(one.name for one in fields(kind))
        self._needed = frozenset(one.name for one in fields(kind)
                                 if one.default is MISSING and one.default_factory is MISSING)  # fmt: skip

    def fields_of(self, stored: bytes) -> Mapping[str, Any]:
        """The values of a record by their fields. Raises UnknownRecord."""
        try:
            told = orjson.loads(stored)
            number = told.pop("format", 1)
        except (AttributeError, TypeError, ValueError):
            raise UnknownRecord("a record that is no object") from None
        if number != self._number or not self._needed <= told.keys() <= self._names:
            raise UnknownRecord("a record that another version of Zin wrote")
        read: Mapping[str, Any] = told
        return read
