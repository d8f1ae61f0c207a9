"""What is said in a language: its own words, those of its fallback, else the operator's French, and never an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from state.text.translations import Translator, read_wordings
from tests.support.conversation import FRENCH_ONLY, TONGUES

HEAD = """msgid ""
msgstr ""
"Language: {code}\\n"
"Plural-Forms: {plural}\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""
TABLE = """fr: {name: Français, offered: true, review: {state: source}}
fon: {name: Fɔngbe, offered: true, review: {state: draft}}
"""


def wording(folder: Path, words: str, plural: str = "nplurals=1; plural=0;") -> Translator:
    (folder / "languages.yaml").write_text(TABLE, encoding="utf-8")
    (folder / "fon.po").write_text(HEAD.format(code="fon", plural=plural) + words, encoding="utf-8")
    wordings, problems = read_wordings(folder)
    assert problems == []
    return wordings["fon"]


SAID = [
    ("aa", "Bienvenue", "", "Ɔ wɛ", "translated"),
    ("aa", "Choisissez", "", "Choisissez", "missing"),
    ("aa", "Suite", "touche", "Suite", "fuzzy"),
    ("aa", "Retour", "touche", "Bɔ", "in this sense"),
    ("aa", "Retour", "", "Retour", "not in any sense"),
    ("cc", "Quel fruit ?", "", "Ska ?", "its own"),
    ("cc", "Bienvenue", "", "Ɔ wɛ", "its fallback's"),
    ("cc", "Retour", "touche", "Bɔ", "its fallback's, in this sense"),
    ("cc", "Choisissez", "", "Choisissez", "neither's"),
    ("dd", "Bienvenue", "", "Bienvenue", "an empty catalogue"),
]


@pytest.mark.parametrize(("code", "said", "sense", "told"), [row[:4] for row in SAID], ids=[row[4] for row in SAID])
def test_a_text_is_said_in_the_language_or_its_fallback_or_french(code: str, said: str, sense: str, told: str) -> None:
    wordings, problems = read_wordings(TONGUES)
    assert problems == []
    assert wordings[code].translate(said, sense) == told


PLURALS = [
    ("nplurals=1; plural=0;", ["{n} azɔ"], {0: "{n} azɔ", 1: "{n} azɔ", 7: "{n} azɔ"}),
    ("nplurals=2; plural=(n > 1);", ["ɖokpo", "{n} azɔ"], {0: "ɖokpo", 1: "ɖokpo", 2: "{n} azɔ"}),
    (
        "nplurals=3; plural=(n==1 ? 0 : n==2 ? 1 : 2);",
        ["ɖokpo", "we", "{n}"],
        {1: "ɖokpo", 2: "we", 3: "{n}", 0: "{n}"},
    ),
]


@pytest.mark.parametrize(("rule", "forms", "told"), PLURALS, ids=[rule for rule, _, _ in PLURALS])
def test_a_number_is_said_by_the_rule_of_the_language(
    rule: str, forms: list[str], told: dict[int, str], tmp_path: Path
) -> None:
    written = "\n".join(f'msgstr[{place}] "{form}"' for place, form in enumerate(forms))
    fon = wording(tmp_path, f'msgid "un service"\nmsgid_plural "{{n}} services"\n{written}\n', rule)
    assert {number: fon.ngettext("un service", "{n} services")(number) for number in told} == told


def test_french_says_none_as_it_says_one() -> None:
    french = read_wordings(FRENCH_ONLY)[0]["fr"]
    assert [french.ngettext("un", "plusieurs")(number) for number in (0, 1, 2)] == ["un", "un", "plusieurs"]
    assert french.ngettext("un", "plusieurs", "fruits")(2) == "plusieurs"


FACTS = [
    ("Carte", "wema"),
    ("à confirmer", "kpɔ́n"),
    ("gratuit (Carte)", "vɔ̌nu (wema)"),
    ("- Carte\n- une photo\n(gratuit)", "- wema\n- une photo\n(vɔ̌nu)"),
    ("Carte\nune photo", "wema\nune photo"),
    ("une photo (4 x 4)", "une photo (4 x 4)"),
    ("tout", "bǐ (tout)"),
    ("", ""),
]


@pytest.mark.parametrize(("fact", "told"), FACTS)
def test_a_fact_put_together_from_several_texts_is_translated_text_by_text(
    fact: str, told: str, tmp_path: Path
) -> None:
    words = {"Carte": "wema", "à confirmer": "kpɔ́n", "gratuit": "vɔ̌nu", "tout": "bǐ (tout)"}
    fon = wording(tmp_path, "\n".join(f'msgid "{said}"\nmsgstr "{told}"\n' for said, told in words.items()))
    assert fon.format_fact(fact, "words") == told


def test_dates_and_numbers_are_told_in_the_formats_that_a_language_borrows() -> None:
    wordings, _ = read_wordings(Path("locales"))
    told = {
        code: [one.format_fact("2026-06-05", "date"), one.format_fact("12500", "money")]
        for code, one in wordings.items()
    }
    assert told["fr"] == told["fon"] == ["5 juin 2026", "12 500 F"]
    assert told["yo"] == ["5 Oshù Òkúdu 2026", "12 500 F"]
    assert not [said for both in told.values() for said in both if "\u00a0" in said or "\u202f" in said]
