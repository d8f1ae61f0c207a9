"""Questions to sources by what they ask, and not by their names in files."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest

from admin.question_names import question_name
from analytics.counters import Figure
from analytics.repository import UsageRepository
from server import SERVICES
from tests.support.browser import Making
from tests.support.map_reader import page, serve

ASKED = re.compile(r"from: ([a-z_]+\.[a-z_]+)")


def test_every_question_of_our_menus_has_words() -> None:
    asked = {name for path in Path("menus").glob("*.yaml") for name in ASKED.findall(path.read_text("utf-8"))}
    assert asked
    assert {name for name in asked if question_name(name) == name} == set()


@pytest.mark.slow
async def test_pages_say_questions_in_words(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        today = datetime.now(UTC).date()
        counts = [Figure(today, 8, "asked", "exams.result found 1", 5), Figure(today, 8, "hops", "test", 5)]
        await UsageRepository(client.app[SERVICES].database).add(counts)
        for path in (f"chiffres?jour={today}", "ecran/exams.search/changer"):
            text = unescape(await page(client, path))
            assert "résultat d'un candidat" in text, path
            assert ">exams.result<" not in text, path
