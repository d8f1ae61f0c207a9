"""A changed file as pages show it: its parts by what a clerk knows them by, and not by their ids."""

from __future__ import annotations

import pytest

from admin.writing.changed_files import changed_file
from authoring.drafts.working_copy import DraftFile

BEFORE = """\
title: Examens
first: which_exam
screens:
  which_exam:
    say: Quel examen ?
  elsewhere: {say: {ussd: "Ailleurs", sms: "Autre part"}}
  seat:
    look_up: {in: exams.result}
"""


def titles(after: str, path: str = "exams.yaml") -> list[tuple[str, str]]:
    file = DraftFile(path, BEFORE.encode(), after.encode(), "awa", 1)
    return [(one.title, one.screen) for one in changed_file(file).blocks]


def test_screen_is_named_by_what_it_says() -> None:
    after = BEFORE.replace("Quel examen ?", "Quel examen cherchez-vous ?").replace("Ailleurs", "Plus loin")
    assert titles(after) == [
        ("« Quel examen cherchez-vous ? »", "exams.which_exam"), ("« Plus loin »", "exams.elsewhere")]  # fmt: skip


def test_other_parts_have_french_names() -> None:
    after = BEFORE.replace("Examens", "Résultats").replace("exams.result", "exams.seat")
    assert titles(after) == [("Titre du parcours", ""), ("Recherche", "exams.seat")]


def test_removed_screen_is_named_and_not_linked() -> None:
    assert titles(BEFORE.partition("  elsewhere")[0]) == [("« Ailleurs »", ""), ("Recherche", "")]


def test_new_file_does_not_begin_with_the_line_for_editing_programs() -> None:
    text = b"# yaml-language-server: $schema=schema.json\nname: Carte\n"
    new = changed_file(DraftFile("catalogue/carte.yaml", None, text, "awa", 1))
    assert [one.after for one in new.blocks] == ["Carte\n"]
    noted = changed_file(DraftFile("catalogue/carte.yaml", b"name: Carte\n", text, "awa", 1))
    assert [one.after for one in noted.blocks] == ["# yaml-language-server: $schema=schema.json\n"]


def test_fact_of_a_service_is_shown_as_it_was_typed() -> None:
    before = "cost: {value: 1500, source: affiche, as_of: 2026-01}\n"
    before += "documents:\n  value:\n    - Photo\n    - Acte\n  source: loi\n"
    after = before.replace("1500", "2000").replace("    - Acte\n", "") + "words: [carte, papier]  # deux\n"
    file = DraftFile("catalogue/carte.yaml", before.encode(), after.encode(), "awa", 1)
    assert [(one.before, one.after) for one in changed_file(file).blocks] == [
        ("1500\nsource : affiche\nvrai à la date : 2026-01\n", "2000\nsource : affiche\nvrai à la date : 2026-01\n"),
        ("Photo\nActe\nsource : loi\n", "Photo\nsource : loi\n"),
        ("", "carte\npapier\n"),
    ]


@pytest.mark.parametrize("block", ["cost: {value: [", "cost:\n", "cost: 3 # un prix\n"])
def test_part_of_a_service_that_says_nothing_stays_as_it_is_written(block: str) -> None:
    file = DraftFile("catalogue/carte.yaml", b"cost: 3\n", block.encode(), "awa", 1)
    assert block in {one.after for one in changed_file(file).blocks}


def test_faulty_text_has_no_title() -> None:
    assert titles(BEFORE.replace("say: Quel examen ?", "say: [Quel")) != []
    assert titles("name: Carte\n", "catalogue/carte.yaml")[0] == ("", "")
