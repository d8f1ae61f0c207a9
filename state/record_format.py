"""Format of records that outlive the process that wrote them.

A record is an object with a value for each field of its class; "format" is the number of the format, absent in the
first one. If the meaning of a field changes, give the class the next number. A field that was added with a default may
be missing. A record with an unknown field is rejected, because half of a deferred answer is a different one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import MISSING, fields
from types import MappingProxyType
from typing import Any

import orjson

from state.errors import ZinError


class UnknownRecord(ZinError):
    """A record in a format that this version of Zin does not know, but the version that wrote it does."""


class RecordFormat:
    """The format of the records of one dataclass.

    stored_names has the name in the record of each renamed field. left_out are fields with a default that are not
    stored.
    """

    def __init__(
        self,
        kind: type[Any],
        number: int = 1,
        stored_names: Mapping[str, str] = MappingProxyType({}),
        left_out: Collection[str] = (),
    ) -> None:
        self._number, stored = number, [one for one in fields(kind) if one.name not in left_out]
        self._fields = {stored_names.get(one.name, one.name): one.name for one in stored}
        self._needed = frozenset(stored_names.get(one.name, one.name) for one in stored
                                 if one.default is MISSING and one.default_factory is MISSING)  # fmt: skip

    def serialize(self, record: Any) -> bytes:
        """Return a record of the first format."""
        return orjson.dumps({stored: getattr(record, name) for stored, name in self._fields.items()})

    def fields_of(self, stored: bytes) -> Mapping[str, Any]:
        """Return the values of a record by field. Raises UnknownRecord."""
        try:
            values = orjson.loads(stored)
            number = values.pop("format", 1)
        except (AttributeError, TypeError, ValueError):
            raise UnknownRecord("a record that is no object") from None
        if number != self._number or not self._needed <= values.keys() <= self._fields.keys():
            raise UnknownRecord("a record that another version of Zin wrote")
        return {self._fields[name]: value for name, value in values.items()}
