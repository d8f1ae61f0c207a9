"""A .po file that comes back from a translation tool: what it changed is taken, nothing is lost, faults are named."""

from __future__ import annotations

import re

import pytest

from tests.support.conversation import SMALL_LOCALES
from tests.support.translators import FRUIT, WELCOME, Translators

pytestmark = pytest.mark.slow
OLD = (SMALL_LOCALES / "aa.po").read_text("utf-8")


async def test_file_from_a_tool_changes_only_what_it_changed(translators: Translators) -> None:
    await translators.save("awa", WELCOME, "Ɔ wɛ dɔ")
    found = await translators.take(OLD.replace('"Fɔ ?"', '"Fɔ dɔ ?"'))
    assert ([one.text.one for one in found.changes], found.problems, found.contested) == ([FRUIT], (), ())
    assert (await translators.one(WELCOME)).forms == ("Ɔ wɛ dɔ",)
    one = await translators.one(FRUIT)
    assert (one.forms, one.notes.translated and one.notes.translated.by) == (("Fɔ dɔ ?",), "bio")


async def test_review_that_a_file_claims_is_not_taken(translators: Translators) -> None:
    claimed = (await translators.file()).replace('# brouillon\nmsgid "Quel', '# relu : X, 2026-12-01\nmsgid "Quel')
    await translators.take(claimed.replace('"Fɔ ?"', '"Fɔ dɔ ?"'))
    await translators.take(claimed.replace('"Ɔ wɛ"', '"Ɔ wɛ dɔ"'))
    assert [(await translators.one(french)).state for french in (FRUIT, WELCOME)] == ["draft", "draft"]


async def test_text_that_desk_and_file_changed_awaits_a_choice(translators: Translators) -> None:
    file = (await translators.file()).replace('"Fɔ ?"', '"Fɔ lɔ ?"')
    await translators.save("awa", FRUIT, "Fɔ dɔ ?")
    found = await translators.take(file)
    assert ([one.one for one in found.contested], found.changes) == ([FRUIT], ())
    assert (await translators.one(FRUIT)).forms == ("Fɔ dɔ ?",)
    await translators.take(file, replaces=True)
    assert (await translators.one(FRUIT)).forms == ("Fɔ lɔ ?",)


FAULTY = [
    ('"Fɔ ?"', '"Fɔ {x} ?"', r"aa\.po:16:1: \{x\} n'est pas dans le français"),
    ('"Fɔ ?"', '"Fɔ ?', r"aa\.po:\d+:1: "),
    ("nplurals=1; plural=0;", "nplurals=2; plural=n>1;", "2 formes"),
    ("Language: aa", "Language: bb", "est en « bb »"),
]


@pytest.mark.parametrize(("old", "new", "says"), FAULTY, ids=lambda part: part[:20])
async def test_faulty_file_is_refused_with_its_lines(translators: Translators, old: str, new: str, says: str) -> None:
    before = await translators.file()
    assert old in before
    found = await translators.take(before.replace('"Ɔ wɛ"', '"Ɔ wɛ dɔ"').replace(old, new))
    assert found.changes == ()
    assert re.search(says, str(found.problems[0]))
    assert await translators.file() == before
