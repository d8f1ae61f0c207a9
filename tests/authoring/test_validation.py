"""What operators and translators write is checked as a whole: pages in every language, and everything told at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from authoring.validation import ValidatedMenus, size_table, validate
from channels import rooms
from settings import Settings
from state.errors import InvalidMenu, Problem
from state.menu.answer_patterns import longest
from state.rendering.size_check import MESSAGE, ScreenSizeReport
from state.text.answer_forms import LONGEST


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Our menus and locales, of which a test changes something."""
    shutil.copytree("menus", tmp_path / "menus")
    shutil.copytree("locales", tmp_path / "locales")
    return tmp_path


def check(folder: Path) -> ValidatedMenus:
    return validate(Settings(menus=folder / "menus", locales=folder / "locales"))


def problems(folder: Path) -> list[Problem]:
    with pytest.raises(InvalidMenu) as broken:
        check(folder)
    return list(broken.value.problems)


def edit(path: Path, old: str, new: str) -> None:
    written = path.read_text(encoding="utf-8")
    assert written.count(old) == 1
    path.write_text(written.replace(old, new), encoding="utf-8")


def fit(found: ValidatedMenus, screen: str, language: str = "fr") -> ScreenSizeReport:
    return next(one for one in found.size_reports if (one.screen, one.language) == (screen, language))


def test_our_menus_have_nothing_to_mend_and_nothing_to_warn_of(folder: Path) -> None:
    found = check(folder)
    assert found.warnings == ()
    assert {one.language for one in found.size_reports} == {"fr", "fon", "yo", "bba", "ddn"}
    channels = {"africastalking_ussd", "madapi", "africastalking_sms", "whatsapp", "telegram"}
    assert {one.channel for one in found.size_reports} - {MESSAGE} == set(rooms(Settings())) == channels


def test_a_screen_of_more_than_three_pages_is_a_warning_with_its_place(folder: Path) -> None:
    edit(folder / "menus" / "help.yaml", "say: Aide\n", f"say: {'Une aide bien trop longue. ' * 25}\n")
    (warning,) = check(folder).warnings
    assert (Path(warning.file).name, warning.line) == ("help.yaml", 8)
    assert warning.what.startswith("écran topics : ")
    assert "pages, plus de 3 : raccourcissez (fr africastalking_ussd, fr madapi, " in warning.what


def test_the_longest_answer_is_the_one_that_its_form_allows_or_that_the_operator_tells(folder: Path) -> None:
    before = fit(check(folder), "exams.unknown_seat")
    edit(folder / "menus" / "exams.yaml", '{2,15}"', '{2,150}"')
    wide = fit(check(folder), "exams.unknown_seat")
    edit(folder / "menus" / "exams.yaml", '{2,150}"', '{2,150}"\n      longest: "123456"')
    told = fit(check(folder), "exams.unknown_seat")
    assert wide.pages > before.pages >= told.pages


@pytest.mark.parametrize(("form", "signs"), [("[0-9]{4}", 4), (".{2,40}", 40), ("date", 10), ("[a-z]+", LONGEST)])
def test_a_form_tells_its_longest_answer(form: str, signs: int) -> None:
    assert len(longest(form)) == signs


def test_an_option_that_no_page_holds_is_a_problem(folder: Path) -> None:
    edit(folder / "locales" / "languages.yaml", "  name: Fɔngbe\n", "  name: Fɔngbe\n  ussd: ucs2\n")
    edit(folder / "menus" / "help.yaml", "label: Comment répondre", f"label: {'ɔ' * 60}")
    (problem,) = [one for one in problems(folder) if "écran topics" in one.what]
    assert problem.what.startswith("écran topics : un choix ne tient pas sur une page")
    assert "fon africastalking_ussd" in problem.what
    assert "fr " not in problem.what


def test_a_refusal_that_leaves_no_room_for_the_hour_is_a_problem(folder: Path) -> None:
    edit(folder / "menus" / "phrases.yaml", 'guessing: "Trop', f'guessing: "{"Trop et " * 11}trop')
    assert [(Path(one.file).name, one.line) for one in problems(folder)] == [("phrases.yaml", 23)]


def test_last_words_that_take_two_pages_are_a_problem(folder: Path) -> None:
    edit(folder / "menus" / "phrases.yaml", "sorry: Le", f"sorry: {'Nous sommes désolés. ' * 9}Le")
    told = problems(folder)
    assert [(Path(one.file).name, one.line) for one in told] == [("phrases.yaml", 26)]
    assert told[0].what.startswith("ne tient pas sur une page : raccourcissez (fr africastalking_ussd, fr madapi")


def test_a_sign_that_no_phone_shows_is_told_in_entries_too(folder: Path) -> None:
    edit(folder / "menus" / "statuses" / "ready.yaml", "Votre document est prêt.", "Votre document est prêt 😀.")
    (problem,) = problems(folder)
    assert (Path(problem.file).name, problem.line) == ("ready.yaml", 3)
    assert "« 😀 » (U+1F600) ne s'affiche pas sur un téléphone simple" in problem.what


def test_everything_is_told_at_once(folder: Path) -> None:
    edit(folder / "menus" / "exams.yaml", "to: seat, empty", "to: saet, empty")
    edit(folder / "menus" / "statuses" / "ready.yaml", "label: Prête", "lable: Prête")
    edit(folder / "locales" / "languages.yaml", "  name: Dendi\n", "  nom: Dendi\n")
    (folder / "locales" / "yo.po").unlink()
    assert {Path(one.file).name for one in problems(folder)} == {"exams.yaml", "ready.yaml", "languages.yaml"}
    edit(folder / "locales" / "languages.yaml", "  nom: Dendi\n", "  name: Dendi\n")
    assert {Path(one.file).name for one in problems(folder)} == {"exams.yaml", "ready.yaml", "yo.po"}


def test_production_offers_only_what_was_reviewed_or_what_the_operator_names(folder: Path) -> None:
    def offered(**settings: str) -> list[str]:
        made = Settings.model_validate({"env": "production", "secret": "x" * 22, **settings})
        return list(validate(made).edition.offered)

    assert offered() == ["fr"]
    assert offered(draft_languages="yo, fon") == ["fr", "fon", "yo"]
    assert offered(draft_languages="ddn") == ["fr"]  # not ready at all


def test_the_table_has_a_line_for_every_screen_and_a_column_for_every_language(folder: Path) -> None:
    found = check(folder)
    lines = list(size_table(found.size_reports))
    assert sum(line.startswith("exams.result ") for line in lines) == 5  # one for each room
    head = next(line for line in lines if line.split() == ["fr", "fon", "yo", "bba", "ddn"])
    assert head
    row = next(line for line in lines if line.startswith("help.topics "))
    assert row.count("/178)") == 5
