"""Operators' files as editors leave them: read as typed, or one clear line for each fault, where it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from state.yaml_files.loader import parse

TABLE = Path(__file__).parents[2] / "data" / "understood" / "menu_files.yaml"
CASES: list[dict[str, Any]] = yaml.safe_load(TABLE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_menu_file_is_read_or_reported(case: dict[str, Any]) -> None:
    expected = case["expected"]
    found = parse(case["said"].encode(case.get("encoding", "utf-8")), "essai.yaml")
    complaints = [f"{one.line}:{one.column}: {one.what}" for one in found.problems]
    starts = expected.get("problems", [])
    assert [what[: len(start)] for what, start in zip(complaints, starts, strict=True)] == starts
    assert "data" not in expected or found.data == expected["data"]
    assert not any("\n" in what for what in complaints)
