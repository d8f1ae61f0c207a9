"""Tones that a basic phone loses: translations that become alike, and languages that keep only some tones."""

from __future__ import annotations

from pathlib import Path

import pytest

from state.text.encoding import Folding
from state.text.languages import FRENCH, Language, read_languages
from state.text.lost_tones import half_kept_tones, lost_differences

WITHOUT_TONES = Folding({"ɔ": "o", "à": "a", "è": "e", "é": "e", "ì": "i", "ò": "o", "ù": "u"})
FON = Language("fon", "Fɔngbe", folding=WITHOUT_TONES, reviewed=False)
HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=1; plural=0;\\n"\n'


def lost(folder: Path, *entries: tuple[str, str, str], language: Language = FON) -> list[str]:
    """Say what is lost among translations, each with its context, its French and its text."""
    written = "".join(
        "\n" + (f'msgctxt "{context}"\n' if context else "") + f'msgid "{french}"\nmsgstr "{text}"\n'
        for context, french, text in entries
    )
    (folder / "fon.po").write_text(HEAD + written, encoding="utf-8")
    return [f"{one.line}: {one.what}" for one in lost_differences(folder, language)]


def test_negation_that_becomes_a_letter_is_named(tmp_path: Path) -> None:
    found = lost(tmp_path, ("verdict", "Admis(e)", "é dín"), ("verdict", "Refusé(e)", "é dín ǎ"))
    assert found == ["9: « é dín ǎ » et « é dín » se ressemblent sans les tons : changez un mot"]


def test_question_and_denial_that_become_alike_are_named(tmp_path: Path) -> None:
    found = lost(tmp_path, ("", "Est-il reçu ?", "E dín à"), ("", "Il n'est pas reçu", "é dín ǎ"))
    assert found == ["7: « é dín ǎ » et « E dín à » se ressemblent sans les tons : changez un mot"]


@pytest.mark.parametrize(
    "entries",
    [
        (("verdict", "Admis(e)", "Admis(e), é dín"), ("verdict", "Refusé(e)", "Refusé(e), é dín ǎ")),
        (("verdict", "Refusé(e)", "é dín ǎ"), ("verdict", "Ajourné(e)", "É dín ǎ")),
        (("", "Il est reçu", "é dín"), ("", "Il n'est pas reçu", "é dín ǎ")),
        (("verdict", "Admis(e)", "é dín"), ("stage", "Rejetée", "é dín ǎ")),
        (("verdict", "Admis(e)", "é dín"), ("verdict", "Refusé(e)", "")),
    ],
    ids=["a French word keeps them apart", "one text twice", "other screens", "other contexts", "not translated"],
)
def test_texts_that_stay_apart_are_not_named(tmp_path: Path, entries: tuple[tuple[str, str, str], ...]) -> None:
    assert lost(tmp_path, *entries) == []


def test_language_that_keeps_its_letters_loses_nothing(tmp_path: Path) -> None:
    whole = Language("fon", "Fɔngbe", ussd="ucs2", folding=WITHOUT_TONES, reviewed=False)
    assert lost(tmp_path, ("v", "Oui", "é dín"), ("v", "Non", "é dín ǎ"), language=whole) == []


@pytest.mark.parametrize(
    ("language", "kept"),
    [
        (Language("fon", "Fɔngbe", folding=Folding({"ɔ": "o"})), "àèéìòù"),
        (Language("fon", "Fɔngbe", folding=Folding({"à": "a", "è": "e"})), "éìòù"),
        (FON, ""),
        (Language("fon", "Fɔngbe", ussd="ucs2"), ""),
        (FRENCH, ""),
    ],
)
def test_tones_are_kept_whole_or_dropped_whole(language: Language, kept: str) -> None:
    assert half_kept_tones(language) == kept


def test_our_languages_keep_no_tone_alone() -> None:
    languages, problems = read_languages(Path("locales"))
    assert problems == []
    assert {code: half_kept_tones(one) for code, one in languages.items()} == dict.fromkeys(languages, "")
