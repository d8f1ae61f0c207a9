"""Tables of real requests of the gateways, one file in tests/data/payloads for each channel."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

PAYLOADS = Path(__file__).parents[1] / "data" / "payloads"
Row = dict[str, Any]


@cache
def table(name: str) -> list[Row]:
    path = PAYLOADS / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
