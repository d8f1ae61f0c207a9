"""The entries of translation files as blocks: two translators who change different texts lose nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from authoring.drafts.blocks import Conflict, merge
from authoring.drafts.po_blocks import HEADER, split_translations

WORDS = """\
# Langue inventée pour les tests.
msgid ""
msgstr ""
"Language: aa\\n"

# brouillon
msgid "Bienvenue"
msgstr "Ɔ wɛ"

msgctxt "touche"
msgid "Retour"
msgstr "Bɔ"

# brouillon
msgid ""
"Tapez "
"le numéro"
msgstr "Nɔ"

#~ msgid "Retour"
#~ msgstr "Ancien"
"""
TRANSLATIONS = sorted(Path("locales").glob("*.po"))


def test_blocks_are_named_by_sense_and_text() -> None:
    names = [HEADER, "Bienvenue", "touche : Retour", "Tapez le numéro", "#~ Retour"]
    assert list(split_translations(WORDS)) == names


@pytest.mark.parametrize("text", [WORDS, "", WORDS.rstrip(), WORDS.replace("\n", "\r\n"), f"\n\n{WORDS}\n\n"])
def test_joined_blocks_are_the_file(text: str) -> None:
    assert "".join(split_translations(text).values()) == text


@pytest.mark.parametrize("path", TRANSLATIONS, ids=str)
def test_joined_blocks_of_our_translations_are_the_file(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "".join(split_translations(text).values()) == text
    assert len(split_translations(text)) > 1


def test_text_that_stands_twice_loses_neither() -> None:
    twice = f'{WORDS}\nmsgid "Bienvenue"\nmsgstr "Encore"\n'
    assert "".join(split_translations(twice).values()) == twice


def test_two_translators_of_one_file_are_joined() -> None:
    mine, theirs = WORDS.replace("Ɔ wɛ", "Ɔ wɛ́"), WORDS.replace('"Bɔ"', '"Bɔ́"')
    merged = merge(WORDS, mine, theirs, splitting=split_translations)
    assert (merged.text, merged.conflicts) == (mine.replace('"Bɔ"', '"Bɔ́"'), ())


def test_two_translations_of_one_text_await_a_choice() -> None:
    mine, theirs = WORDS.replace("Ɔ wɛ", "un"), WORDS.replace("Ɔ wɛ", "deux")
    (conflict,) = merge(WORDS, mine, theirs, splitting=split_translations).conflicts
    entry = '# brouillon\nmsgid "Bienvenue"\nmsgstr "{}"\n\n'
    assert conflict == Conflict("Bienvenue", entry.format("un"), entry.format("deux"))
    chosen = merge(WORDS, mine, theirs, {"Bienvenue": "theirs"}, splitting=split_translations)
    assert (chosen.text, chosen.conflicts) == (theirs, ())


def test_entries_added_at_the_end_by_both_stay_apart() -> None:
    base = WORDS.split("\n#~", maxsplit=1)[0]
    mine, theirs = (f'{base}\nmsgid "{text}"\nmsgstr "x"\n' for text in ("Un", "Deux"))
    text = merge(base, mine, theirs, splitting=split_translations).text
    assert text
    assert {"Un", "Deux"} < set(split_translations(text))
    assert '"x"\n\nmsgid' in text
