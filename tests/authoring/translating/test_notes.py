"""Comments of a translation: read, written again, and who stands behind them."""

from __future__ import annotations

from datetime import date

import pytest

from authoring.translating.notes import Notes, Signed

DAY = date(2026, 12, 1)
SAME = [
    ("brouillon",),
    ("brouillon : zín MAFAND ; matricule gardé", "une note"),
    ("attesté : MediaWiki fon",),
    ("relu : A. K., 2026-12-01",),
    ("relu : A. K., 2026-12-01", "attesté : un livre", "traduit : awa, 2026-11-30", "note", "autre note"),
    ("relu : A. K., 2026-12-01", "repose sur : un livre"),
]


@pytest.mark.parametrize("lines", SAME, ids=str)
def test_comments_come_back_as_they_were(lines: tuple[str, ...]) -> None:
    assert tuple(Notes.of(lines).lines()) == lines


def test_written_translation_has_no_review() -> None:
    notes = Notes.of(["relu : A. K., 2026-12-01", "brouillon : un livre", "note"])
    made = notes.rewritten("awa", DAY, is_attested=False, basis="un site")
    assert tuple(made.lines()) == ("brouillon : un site", "traduit : awa, 2026-12-01", "note")


def test_review_says_by_whom_and_when() -> None:
    made = Notes.of(["brouillon : un livre", "traduit : awa, 2026-11-30"]).accepted("bio", DAY)
    assert tuple(made.lines()) == ("relu : bio, 2026-12-01", "repose sur : un livre", "traduit : awa, 2026-11-30")
    assert made.reviewed == Signed("bio", "2026-12-01")


def test_attested_without_a_source_is_a_draft() -> None:
    assert not Notes.of(["attesté :"]).is_attested
