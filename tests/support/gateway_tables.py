"""Tables of what gateways send, one file in tests/data/understood for each subject; they grow a row at a time."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

TABLES = Path(__file__).parents[1] / "data" / "understood"
Row = dict[str, Any]


@cache
def rows(name: str) -> list[Row]:
    """The rows of one table."""
    found: list[Row] = yaml.safe_load((TABLES / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


def each_row(name: str, *shown: str) -> pytest.MarkDecorator:
    """Runs a test with each row of a table, named by its number and the values that are shown."""
    cases = [
        pytest.param(row, id=f"{number} {' '.join(str(row.get(one, '')) for one in shown)}"[:80])
        for number, row in enumerate(rows(name), 1)
    ]
    return pytest.mark.parametrize("row", cases)
