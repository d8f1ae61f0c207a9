"""Columns that a register's file adds become facts of its question, without any Python."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from catalog.entries import read_entries
from database import tables
from sources.registry import build_sources
from tests.support.database import Registry
from tests.support.register_files import Office, copied_menus, request
from tests.support.source_rows import REQUEST

pytestmark = pytest.mark.slow

ADDED = """\
  office: {headings: [Bureau], form: text, most: 40, longest: Cotonou, optional: true}
  due: {headings: [Reste à payer], form: money, optional: true}
"""


async def test_added_column_is_a_fact_of_the_question(registry: Registry, tmp_path: Path) -> None:
    menus = copied_menus(tmp_path)
    file = menus / "registers" / "requests.yaml"
    file.write_text(file.read_text() + ADDED)
    await registry.add(tables.requests, {**REQUEST, "more": '{"office": "Parakou"}'})
    sources = build_sources(registry.settings, registry.database, read_entries(menus))
    assert sources.questions["requests.status"].gives["due"].kind == "money"
    found = await sources.ask("requests.status", {"reference": "AB123", "proof": "0001"})
    assert (found.facts["office"], found.facts["due"]) == ("Parakou", "")


async def test_row_without_added_columns_answers(registry: Registry, tmp_path: Path) -> None:
    await Office(registry, tmp_path).bring(request("CJ1000"))
    sources = build_sources(registry.settings, registry.database)
    found = await sources.ask("requests.status", {"reference": "CJ1000", "proof": "0001"})
    assert found.facts["updated"] == str(date(2026, 9, 28))
