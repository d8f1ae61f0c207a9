"""A translated text: from its language, else its fallback, else French; plurals and facts included."""

from __future__ import annotations

from pathlib import Path

import pytest

from state.text.translations import Translator, read_wordings
from tests.support.conversation import FRENCH_ONLY, SMALL_LOCALES

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


TRANSLATED = [
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


@pytest.mark.parametrize(
    ("code", "text", "sense", "translation"), [row[:4] for row in TRANSLATED], ids=[row[4] for row in TRANSLATED]
)
def test_text_is_translated_or_falls_back(code: str, text: str, sense: str, translation: str) -> None:
    wordings, problems = read_wordings(SMALL_LOCALES)
    assert problems == []
    assert wordings[code].translate(text, sense) == translation


PLURALS = [
    ("nplurals=1; plural=0;", ["{n} azɔ"], {0: "{n} azɔ", 1: "{n} azɔ", 7: "{n} azɔ"}),
    ("nplurals=2; plural=(n > 1);", ["ɖokpo", "{n} azɔ"], {0: "ɖokpo", 1: "ɖokpo", 2: "{n} azɔ"}),
    (
        "nplurals=3; plural=(n==1 ? 0 : n==2 ? 1 : 2);",
        ["ɖokpo", "we", "{n}"],
        {1: "ɖokpo", 2: "we", 3: "{n}", 0: "{n}"},
    ),
]


@pytest.mark.parametrize(("rule", "forms", "by_number"), PLURALS, ids=[rule for rule, _, _ in PLURALS])
def test_plural_follows_the_rule_of_the_language(
    rule: str, forms: list[str], by_number: dict[int, str], tmp_path: Path
) -> None:
    written = "\n".join(f'msgstr[{place}] "{form}"' for place, form in enumerate(forms))
    fon = wording(tmp_path, f'msgid "un service"\nmsgid_plural "{{n}} services"\n{written}\n', rule)
    assert {number: fon.ngettext("un service", "{n} services")(number) for number in by_number} == by_number


def test_french_zero_is_singular() -> None:
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


@pytest.mark.parametrize(("fact", "expected"), FACTS)
def test_composed_fact_is_translated_text_by_text(fact: str, expected: str, tmp_path: Path) -> None:
    words = {"Carte": "wema", "à confirmer": "kpɔ́n", "gratuit": "vɔ̌nu", "tout": "bǐ (tout)"}
    entries = (f'msgid "{text}"\nmsgstr "{translation}"\n' for text, translation in words.items())
    fon = wording(tmp_path, "\n".join(entries))
    assert fon.format_fact(fact, "words") == expected


def test_dates_and_numbers_use_the_borrowed_formats() -> None:
    wordings, _ = read_wordings(Path("locales"))
    formatted = {
        code: [one.format_fact("2026-06-05", "date"), one.format_fact("12500", "money")]
        for code, one in wordings.items()
    }
    assert formatted["fr"] == formatted["bba"] == ["5 juin 2026", "12 500 F"]
    assert formatted["fon"] == ["5 àyìdósùn 2026", "12 500 F"]
    assert formatted["yo"] == ["5 Oshù Òkúdu 2026", "12 500 F"]
    assert not [text for both in formatted.values() for text in both if "\u00a0" in text or "\u202f" in text]
