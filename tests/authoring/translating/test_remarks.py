"""Remarks of translators and reviewers."""

from __future__ import annotations

import pytest

from authoring.translating.remarks import MAX_OF_TEXT, TranslationRemarks
from authoring.versions.errors import MenusRefused
from tests.support.translators import FRUIT, Translators

pytestmark = pytest.mark.slow


async def test_remarks_are_read_by_the_next_person(translators: Translators) -> None:
    text = (await translators.one(FRUIT)).text
    remarks = TranslationRemarks(translators.desk.bench.database, translators.desk.bench.clock)
    await remarks.add("awa", "aa", text.id, " Fruit ou légume ?\r\n ")
    await remarks.add("bio", "aa", text.id, "Fruit.")
    found = await remarks.of_text("aa", text.id)
    assert [(one.by, one.words) for one in found] == [("awa", "Fruit ou légume ?"), ("bio", "Fruit.")]
    assert (await remarks.counts("aa"), await remarks.counts("bb")) == ({text.id: 2}, {})
    for wrong in ("", " ", "x" * 501, "a\0b"):
        with pytest.raises(MenusRefused):
            await remarks.add("awa", "aa", text.id, wrong)


async def test_remarks_about_one_text_have_an_end(translators: Translators) -> None:
    remarks = TranslationRemarks(translators.desk.bench.database)
    for number in range(MAX_OF_TEXT):
        await remarks.add("awa", "aa", "x", str(number))
    with pytest.raises(MenusRefused, match="parlez-vous"):
        await remarks.add("awa", "aa", "x", "encore")
