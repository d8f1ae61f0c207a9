"""The facts of columns that a register's file adds: they cost no Python, and stand beside those of the question."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Final

from catalog.register_files import AddedForm, RegisterFile
from registers.storable import STORABLE
from state.interfaces import FieldSpec

_LONGEST: Final[Mapping[AddedForm, str]] = {"date": "2026-12-31", "money": "10000000", "number": "1000000"}
RegisterFiles = Mapping[str, RegisterFile]


def added_fields(files: RegisterFiles, question: str) -> Mapping[str, FieldSpec]:
    """Return the facts that the registers add to this question; each may be missing."""
    found: dict[str, FieldSpec] = {}
    for file in files.values():
        storable = STORABLE[file.table]
        if storable.question != question:
            continue
        for name, column in file.columns.items():
            if name not in storable.columns and column.form:
                longest = column.longest or _LONGEST.get(column.form, "")
                found[name] = FieldSpec(longest, column.form, optional=True)
    return found


def added_facts(more: str, names: Iterable[str]) -> Mapping[str, str]:
    """Return these facts of a row from its column `more`; "" for one that it does not have."""
    stored = json.loads(more) if more else {}
    return {name: str(stored.get(name, "")) for name in names}
