"""The table of languages and the .po files: every mistake in one clear line, and only what may be offered offered."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from state.text.languages import offered, read_languages
from state.text.translations import read_wordings
from tests.support.conversation import SMALL_LOCALES

ROWS = {"fr": "{name: Français, offered: true, review: {state: source}}"}
DRAFT = "{name: Gbe, offered: true, review: {state: draft}}"


def table(folder: Path, **rows: str) -> list[str]:
    """What is to mend in a table of these rows besides French."""
    text = "".join(f"{code}: {row}\n" for code, row in (ROWS | rows).items())
    (folder / "languages.yaml").write_text(text, encoding="utf-8")
    return [str(one).removeprefix(f"{folder}/") for one in read_languages(folder)[1]]


WRONG = [
    ("{name: Gbe, offered: true}", "il manque la clé « review »"),
    ("{name: Gbe, ofered: true, offered: true, review: {state: draft}}", "clé inconnue « ofered »"),
    ("{name: Gbe, offered: oui, review: {state: draft}}", "ici il faut true (oui) ou false (non), pas « oui »"),
    ("{name: Gbe, offered: true, review: {state: reviewed}}", "une langue relue dit par qui (by:) et quand (on:)"),
    ("{name: Gbe, offered: true, review: {state: source}}", "« source » est l'état de « fr »"),
    (
        "{name: Gbe, dates: fon, offered: true, review: {state: draft}}",
        "« fon » : format inconnu de CLDR ; mettez fr",
    ),
    ("{name: Gbe, folding: {ɔ: ö̧}, offered: true, review: {state: draft}}", "remplacez par des lettres que tous"),
    ("{name: Gbe, fallback: yo, offered: true, review: {state: draft}}", "« yo » ne mène pas au français"),
    ("{name: Gbe, fallback: fon, offered: true, review: {state: draft}}", "« fon » ne mène pas au français"),
    ("{name: 中文, offered: true, review: {state: draft}}", "« 中 » ne s'affiche pas dans les autres langues"),
    ("{name: Gbe, ussd: utf8, offered: true, review: {state: draft}}", "« utf8 » n'est pas prévu ici"),
]


@pytest.mark.parametrize(("row", "message"), WRONG, ids=[message for _, message in WRONG])
def test_invalid_language_row_is_reported_with_its_place(row: str, message: str, tmp_path: Path) -> None:
    problems = table(tmp_path, fon=row)
    assert len(problems) == 1
    assert problems[0].startswith("languages.yaml:2:")
    assert message in problems[0]


def test_missing_or_empty_language_table_is_reported(tmp_path: Path) -> None:
    languages, problems = read_languages(tmp_path)
    assert list(languages) == ["fr"]
    assert "lecture impossible" in str(problems[0])
    (tmp_path / "languages.yaml").write_text("", encoding="utf-8")
    assert "fichier vide" in str(read_languages(tmp_path)[1][0])
    (tmp_path / "languages.yaml").write_text(f"fon: {DRAFT}\n", encoding="utf-8")
    assert "la langue source « fr » manque" in str(read_languages(tmp_path)[1][0])
    (tmp_path / "languages.yaml").write_text(f"Fon!: {DRAFT}\n", encoding="utf-8")
    assert "« Fon! » : il faut ici un code de langue" in str(read_languages(tmp_path)[1][0])


def test_drafts_are_offered_in_demo_or_if_named() -> None:
    languages, _ = read_languages(SMALL_LOCALES)
    assert [one.code for one in offered(languages, None)] == ["fr", "aa", "bb", "cc"]
    assert [one.code for one in offered(languages, frozenset())] == ["fr", "bb"]
    assert [one.code for one in offered(languages, {"cc", "dd"})] == ["fr", "bb", "cc"]  # dd is not ready at all


BROKEN_ENTRIES = [
    ('msgid "{exam} ouvert"\nmsgstr "{examen} hun"\n', "{examen} n'est pas dans le français « {exam} ouvert »"),
    ('msgid "{exam} ouvert"\nmsgstr "hun"\n', "il manque {exam}, qui est dans le français"),
    ('msgid "Bonjour"\nmsgstr "{Nom} !"\n', "« {Nom} » : entre accolades il faut un nom du français"),
    ('msgid "Bonjour"\nmsgstr "中 !"\n', "« 中 » (U+4E2D) ne s'affiche sur aucun téléphone simple"),
    ('msgid "un {a}"\nmsgid_plural "{n} {a}"\nmsgstr[0] "{n}"\n', "il manque {a}, qui est dans le français"),
    ('msgid "Bonjour"\nn\'importe quoi\n', "fichier .po illisible ici : n'importe quoi"),
]


@pytest.mark.parametrize(("words", "message"), BROKEN_ENTRIES, ids=[message for _, message in BROKEN_ENTRIES])
def test_invalid_translation_is_reported_with_its_line(words: str, message: str, tmp_path: Path) -> None:
    table(tmp_path, fon=DRAFT)
    head = 'msgid ""\nmsgstr ""\n"Language: fon\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
    (tmp_path / "fon.po").write_text(head + words, encoding="utf-8")
    wordings, problems = read_wordings(tmp_path)
    assert any(message in str(problem) for problem in problems), problems
    assert 5 < problems[0].line < 11
    assert wordings["fon"].translate("Bonjour") == "Bonjour"  # a broken file is not used


def test_singular_form_may_omit_the_number(tmp_path: Path) -> None:
    table(tmp_path, fon=DRAFT)
    head = 'msgid ""\nmsgstr ""\n"Language: fon\\n"\n"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'
    words = 'msgid "Un service"\nmsgid_plural "{count} services"\nmsgstr[0] "ɖokpo"\nmsgstr[1] "{count} azɔ"\n'
    (tmp_path / "fon.po").write_text(head + words, encoding="utf-8")
    assert read_wordings(tmp_path)[1] == []


BROKEN = [
    (b'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=1; plural=import;\\n"\n', "en-tête Plural-Forms illisible"),
    (b'msgid "a"\nmsgstr "\xff\xfe"\n', "enregistrez ce fichier en UTF-8"),
    (b'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=none-such\\n"\n', "enregistrez ce fichier en UTF-8"),
]


@pytest.mark.parametrize(("raw", "message"), BROKEN, ids=[message for _, message in BROKEN])
def test_broken_po_file_is_reported(raw: bytes, message: str, tmp_path: Path) -> None:
    table(tmp_path, fon=DRAFT)
    (tmp_path / "fon.po").write_bytes(raw)
    assert [message in str(problem) for problem in read_wordings(tmp_path)[1]] == [True]


def test_missing_po_file_is_reported_with_the_remedy(tmp_path: Path) -> None:
    table(tmp_path, fon=DRAFT)
    (problem,) = read_wordings(tmp_path)[1]
    assert str(problem).startswith(f"{tmp_path}/fon.po:1:1: lecture impossible (")
    assert "zin words update" in problem.what


def test_reviewed_language_must_contain_no_draft(tmp_path: Path) -> None:
    shutil.copytree(SMALL_LOCALES, tmp_path, dirs_exist_ok=True)
    assert read_wordings(tmp_path)[1] == []
    po = tmp_path / "bb.po"
    po.write_text(po.read_text(encoding="utf-8").replace("# relu : X. Y., 2026-01-31\n", "", 1), encoding="utf-8")
    (problem,) = read_wordings(tmp_path)[1]
    assert problem.file == str(po)
    assert "« bb » est dit relu, et ce message est un brouillon" in problem.what
