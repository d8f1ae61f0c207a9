"""A screen as its form was filled: written into the file of its journey as a careful person would type it."""

from __future__ import annotations

from pathlib import Path

import pytest

from authoring.journeys.screen_fields import SchemaField, fields_of_kind
from authoring.journeys.screen_writing import NEW, Choice, FilledScreen, free_name, screen_data, write_screen
from authoring.versions.errors import MenusRefused
from state.menu.schema import SHAPES
from state.yaml_files.loader import parse

HELP = Path("menus/help.yaml").read_text("utf-8")
EXAMS = Path("menus/exams.yaml").read_text("utf-8")
FEES = "      - {label: Les frais, to: les_frais}\n"
PARLER = "      - {label: Parler à quelqu'un, to: contact}\n"


def rows(text: str, screen: str) -> tuple[Choice, ...]:
    return tuple(Choice(one["label"], one["to"], was=one) for one in screen_data(text, screen)["choices"])


def test_choice_leads_to_a_new_screen_behind_this_one() -> None:
    choices = (*rows(HELP, "topics"), Choice("Les frais", NEW, "Rien à payer : c'est gratuit."))
    made = write_screen(HELP, "topics", FilledScreen("choices", choices=choices))
    added = FEES + '  les_frais:\n    say: "Rien à payer : c\'est gratuit."\n'
    assert made == HELP.replace(PARLER, PARLER + added)


def test_choices_change_their_order_and_one_goes() -> None:
    first, second, third, *rest = rows(HELP, "topics")
    made = write_screen(HELP, "topics", FilledScreen("choices", choices=(third, first, *rest)))
    assert [one["label"] for one in screen_data(made, "topics")["choices"]] == [
        "Si l'appel est coupé", "Comment répondre", "Vos informations", "Parler à quelqu'un"]  # fmt: skip
    assert len(made.splitlines()) == len(HELP.splitlines()) - 1
    assert second.label not in made


def test_choice_keeps_what_the_form_does_not_ask() -> None:
    advice, details, sent = rows(EXAMS, "result")
    choices = (Choice("Tout recevoir", "sent", was=sent.was), advice, details)
    made = write_screen(EXAMS, "result", FilledScreen("choices", {"private": "true"}, choices))
    assert "      - {label: Tout recevoir, send: result_message, to: sent}\n      - {label: Que faire" in made


def test_unchanged_form_leaves_the_file_byte_for_byte() -> None:
    values = {"private": "true"}
    assert write_screen(EXAMS, "result", FilledScreen("choices", values, rows(EXAMS, "result"))) == EXAMS
    asked = {f"ask.{key}": value for key, value in screen_data(EXAMS, "seat")["ask"].items()}
    assert write_screen(EXAMS, "seat", FilledScreen("ask", {**asked, "back": "which_exam"})) == EXAMS
    found = {f"look_up.{key}": value for key, value in screen_data(EXAMS, "search")["look_up"].items()}
    assert write_screen(EXAMS, "search", FilledScreen("look_up", found)) == EXAMS
    listed = {f"list.{key}": value for key, value in screen_data(EXAMS, "which_exam")["list"].items()}
    assert write_screen(EXAMS, "which_exam", FilledScreen("list", listed)) == EXAMS


def test_removed_screen_takes_its_comment_along() -> None:
    made = write_screen(
        EXAMS, "sent", FilledScreen("choices", choices=rows(EXAMS, "sent"), removed=("result_message",))
    )
    assert made == EXAMS[: EXAMS.index("  # Ce texte ne")] + EXAMS[EXAMS.index("  sent:") :]


def test_end_becomes_a_screen_with_choices() -> None:
    text = "title: Un\nfirst: a\nscreens:\n  a: {say: Un}\n  b:\n    say: Deux\n"
    made = write_screen(text, "b", FilledScreen("end", choices=(Choice("Un", "a"),)))
    assert made == text + "    choices:\n      - {label: Un, to: a}\n"
    made = write_screen(text, "a", FilledScreen("end", choices=(Choice("Deux", "b"),)))
    assert "  a: {say: Un, choices: [{label: Deux, to: b}]}\n" in made


AGE = "title: Un\nfirst: a\nscreens:\n  a: {say: Un}\n  age:\n    say: Quel âge ?\n"
QUESTION = {"ask.keep": "age", "ask.like": "[0-9]{1,3}", "ask.hint": "Un nombre, s'il vous plaît.", "ask.to": NEW}
LISTED = {"list.from": "centres.departments", "list.label": "{name}", "list.keep": "department", "list.to": "a",
          "list.empty": "a"}  # fmt: skip
LATER = "a_very_long_name_of_a_screen_of_later"
LOOKED = {"look_up.from": "exams.result", "look_up.found": "a", "look_up.unknown": LATER, "look_up.late": LATER}
KINDS = [
    (FilledScreen("ask", QUESTION, first_texts={"ask.to": "Merci de votre réponse."}),
     '    say: Quel âge ?\n    ask: {keep: age, like: "[0-9]{1,3}", hint: "Un nombre, s\'il vous plaît.",'
     " to: merci_de_votre}\n  merci_de_votre:\n    say: Merci de votre réponse.\n"),
    (FilledScreen("list", LISTED, (Choice("Aide", "a"),)),
     '    say: Quel âge ?\n    list: {from: centres.departments, label: "{name}", keep: department, to: a,'
     " empty: a}\n    choices:\n      - {label: Aide, to: a}\n"),
    (FilledScreen("end", {"private": "true"}), "    private: true\n    say: Quel âge ?\n"),
    (FilledScreen("look_up", LOOKED),
     f"    look_up:\n      from: exams.result\n      found: a\n      unknown: {LATER}\n      late: {LATER}\n"),
]  # fmt: skip


@pytest.mark.parametrize(("filled", "lines"), KINDS, ids=lambda one: getattr(one, "kind", ""))
def test_end_becomes_another_kind_and_back(filled: FilledScreen, lines: str) -> None:
    made = write_screen(AGE, "age", filled)
    assert made == AGE.replace("    say: Quel âge ?\n", lines)
    again = write_screen(made, "age", FilledScreen("end", say="Quel âge ?"))
    assert screen_data(again, "age") == {"say": "Quel âge ?"}


def test_shortcut_and_words_stand_where_a_person_writes_them() -> None:
    text = HELP.replace('shortcut: "7"\n', "")
    head = {"shortcut": "12", "words": "aidez-moi,  au secours"}
    made = write_screen(text, "topics", FilledScreen("choices", choices=rows(text, "topics"), head=head))
    assert made == HELP.replace('"7"', '"12"').replace("{aidez-moi: {}}", "{aidez-moi: {}, au secours: {}}")
    gone = write_screen(HELP, "keys", FilledScreen("choices", head={"shortcut": "", "words": ""}))
    assert gone == HELP.replace('shortcut: "7"\nwords: {aidez-moi: {}}\n', "")
    same = {"shortcut": "3", "words": ", ".join(parse(EXAMS.encode(), "").data["words"])}
    assert write_screen(EXAMS, "sent", FilledScreen("choices", choices=rows(EXAMS, "sent"), head=same)) == EXAMS


def test_back_of_another_screen_is_written() -> None:
    filled = FilledScreen("choices", choices=rows(HELP, "topics"), backs={"keys": "topics"})
    keys = "00 ramène à l'accueil et 98 montre la suite.\n"
    assert write_screen(HELP, "topics", filled) == HELP.replace(keys, f"{keys}    back: topics\n")


def test_file_in_another_style_is_refused_and_not_spoiled() -> None:
    with pytest.raises(MenusRefused, match="éditeur"):
        write_screen("title: x\nfirst: a\nscreens:\n  a: &x\n    say: Un\n  b: *x\n", "a", FilledScreen("end"))


@pytest.mark.parametrize(
    ("words", "name"),
    [("Les frais", "les_frais_2"), ("École d'été", "ecole_d_ete"), ("2 fois", "ecran_2_fois"), ("?!", "ecran"),
     ("mot " * 20, "mot_mot_mot_mot_mot_mot_mot_mot_mot_mot")],
)  # fmt: skip
def test_name_of_a_new_screen_is_made_of_words(words: str, name: str) -> None:
    assert free_name(words, {"les_frais"}) == name


def test_fields_are_those_of_the_schema() -> None:
    assert SchemaField("ask.like", "text", True) in fields_of_kind("ask")
    assert SchemaField("list.late", "target", False) in fields_of_kind("list")
    assert SchemaField("back", "target", False) in fields_of_kind("end")
    assert {kind: len(fields_of_kind(kind)) for kind in SHAPES} == {
        "choices": 2, "list": 9, "ask": 7, "look_up": 1, "end": 2}  # fmt: skip
