"""Validation of all menus, entries and languages: pages in every language, and all problems together."""

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

pytestmark = pytest.mark.slow


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


def test_our_menus_have_no_problem_or_warning(folder: Path) -> None:
    found = check(folder)
    assert found.warnings == ()
    assert {one.language for one in found.size_reports} == {"fr", "fon", "yo", "bba", "ddn"}
    channels = {"africastalking_ussd", "madapi", "africastalking_sms", "whatsapp", "telegram"}
    assert {one.channel for one in found.size_reports} - {MESSAGE} == set(rooms(Settings())) == channels


def test_screen_of_four_pages_is_a_warning(folder: Path) -> None:
    edit(folder / "menus" / "help.yaml", "say: Aide\n", f"say: {'Une aide bien trop longue. ' * 25}\n")
    (warning,) = check(folder).warnings
    assert (Path(warning.file).name, warning.line) == ("help.yaml", 9)
    assert warning.what.startswith("écran topics : ")
    assert "pages, plus de 3 : raccourcissez (fr africastalking_ussd, fr madapi, " in warning.what


def test_pages_are_counted_with_the_longest_answer(folder: Path) -> None:
    before = fit(check(folder), "exams.unknown_seat")
    edit(folder / "menus" / "exams.yaml", '{2,15}"', '{2,150}"')
    wide = fit(check(folder), "exams.unknown_seat")
    edit(folder / "menus" / "exams.yaml", '{2,150}"', '{2,150}"\n      longest: "123456"')
    named = fit(check(folder), "exams.unknown_seat")
    assert wide.pages > before.pages >= named.pages


@pytest.mark.parametrize(("form", "signs"), [("[0-9]{4}", 4), (".{2,40}", 40), ("date", 10), ("[a-z]+", LONGEST)])
def test_pattern_gives_its_longest_answer(form: str, signs: int) -> None:
    assert len(longest(form)) == signs


def test_too_long_option_is_a_problem(folder: Path) -> None:
    edit(folder / "locales" / "languages.yaml", "  name: Fɔngbe\n", "  name: Fɔngbe\n  ussd: ucs2\n")
    edit(folder / "menus" / "help.yaml", "label: Comment répondre", f"label: {'ɔ' * 60}")
    (problem,) = [one for one in problems(folder) if "écran topics" in one.what]
    assert problem.what.startswith("écran topics : un choix ne tient pas sur une page")
    assert "fon africastalking_ussd" in problem.what
    assert "fr " not in problem.what


def phrase_line(folder: Path, name: str) -> tuple[str, int]:
    lines = (folder / "menus" / "phrases.yaml").read_text("utf-8").splitlines()
    return "phrases.yaml", next(number for number, line in enumerate(lines, 1) if line.startswith(f"{name}:"))


def test_refusal_without_space_for_hour_is_a_problem(folder: Path) -> None:
    edit(folder / "menus" / "phrases.yaml", 'guessing: "Trop', f'guessing: "{"Trop et " * 11}trop')
    assert [(Path(one.file).name, one.line) for one in problems(folder)] == [phrase_line(folder, "guessing")]


def test_apology_of_two_pages_is_a_problem(folder: Path) -> None:
    edit(folder / "menus" / "phrases.yaml", "sorry: Le", f"sorry: {'Nous sommes désolés. ' * 9}Le")
    found = problems(folder)
    assert [(Path(one.file).name, one.line) for one in found] == [phrase_line(folder, "sorry")]
    assert found[0].what.startswith("ne tient pas sur une page : raccourcissez (fr africastalking_ussd, fr madapi")


def test_undisplayable_sign_in_an_entry_is_a_problem(folder: Path) -> None:
    edit(folder / "menus" / "statuses" / "ready.yaml", "Votre document est prêt.", "Votre document est prêt 😀.")
    (problem,) = problems(folder)
    assert (Path(problem.file).name, problem.line) == ("ready.yaml", 3)
    assert "« 😀 » (U+1F600) ne s'affiche pas sur un téléphone simple" in problem.what


def test_escaped_undisplayable_sign_is_a_problem(folder: Path) -> None:
    """A file of plain letters can hold any character, behind a backslash."""
    edit(folder / "menus" / "statuses" / "ready.yaml", "label: Prête", r'label: "Prête \U0001F600"')
    (problem,) = problems(folder)
    assert "« 😀 » (U+1F600)" in problem.what


def test_synonym_of_no_entry_is_a_warning(folder: Path) -> None:
    """It blocks nothing: the service that had the word may be gone on purpose."""
    edit(folder / "menus" / "synonyms" / "francais.yaml", "  boutique: [commerce]", "  boutique: [échoppe]")
    (warning,) = check(folder).warnings
    assert Path(warning.file).name == "francais.yaml"
    assert warning.what == "aucune fiche n'a « échoppe » dans son nom, son nom court ou ses mots"


def test_all_problems_are_reported_together(folder: Path) -> None:
    edit(folder / "menus" / "exams.yaml", "to: seat, empty", "to: saet, empty")
    edit(folder / "menus" / "statuses" / "ready.yaml", "label: Prête", "lable: Prête")
    edit(folder / "locales" / "languages.yaml", "  name: Dendi\n", "  nom: Dendi\n")
    assert {Path(one.file).name for one in problems(folder)} == {
        "exams.yaml",
        "ready.yaml",
        "requests.yaml",
        "languages.yaml",
    }


def test_missing_translations_leave_their_language_in_french(folder: Path) -> None:
    (folder / "locales" / "yo.po").unlink()
    edit(folder / "locales" / "fon.po", "plural=0;", "plural=x y;")
    found = check(folder)
    assert {code: Path(one.file).name for code, (one, *_) in found.translation_problems.items()} == {
        "fon": "fon.po",
        "yo": "yo.po",
    }
    served = found.edition.wordings
    assert [served[code].translate("Bienvenue") for code in ("fon", "yo")] == ["Bienvenue", "Bienvenue"]


def test_production_offers_reviewed_or_named_languages_only(folder: Path) -> None:
    def offered(**settings: str) -> list[str]:
        made = Settings.model_validate({"env": "production", "secret": "x" * 22, **settings})
        return list(validate(made).edition.offered)

    assert offered() == ["fr"]
    assert offered(draft_languages="yo, fon") == ["fr", "fon", "yo"]
    assert offered(draft_languages="ddn") == ["fr"]  # not ready at all


def test_size_table_has_every_screen_and_language(folder: Path) -> None:
    found = check(folder)
    lines = list(size_table(found.size_reports))
    assert sum(line.startswith("exams.result ") for line in lines) == 5  # one for each room
    head = next(line for line in lines if line.split() == ["fr", "fon", "yo", "bba", "ddn"])
    assert head
    row = next(line for line in lines if line.startswith("help.topics "))
    assert row.count("/178)") == 5
