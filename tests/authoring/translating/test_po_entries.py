"""Translations written into a .po file: of all else in it, not a byte changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from authoring.translating.po_entries import Written, entry_of, write_entries
from authoring.translating.texts import Place, Text, Texts, texts_of
from authoring.translation_files import build_template
from authoring.versions.folders import Folders
from state.text.po_files import forms
from state.text.po_parser import parse

FILE = """# Une langue inventée.
msgid ""
msgstr ""
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"
"Content-Type: text/plain; charset=utf-8\\n"

# brouillon : un livre
# une note
#. écran home.welcome : ce que dit l'écran
#: menus/home.yaml
#, fuzzy, python-brace-format
#| msgid "Bienvenu {nom}"
msgid "Bienvenue {nom}"
msgstr "Ɔ {nom}"

# relu : X. Y., 2026-01-31
msgctxt "touche"
msgid "Retour"
msgstr "Bɔ"

#~ msgid "Adieu"
#~ msgstr "Kɔ"
"""


def text(one: str, several: str = "", sense: str = "") -> Text:
    return Text(one, several, sense, (Place("home.yaml", "écran home.welcome : choix 1"),))


def in_order(*several: Text) -> Texts:
    return {one.id: one for one in several}


WELCOME, BACK, FRUIT = text("Bienvenue {nom}"), text("Retour", sense="touche"), text("Un fruit", "{n} fruits")
ORDER = in_order(WELCOME, FRUIT, BACK)


def test_written_entry_loses_its_mark_and_nothing_else_changes() -> None:
    made = write_entries(FILE, [Written(WELCOME, ("Ɔ wɛ {nom}",), ("brouillon", "une note"))], ORDER)
    gone = ["# brouillon : un livre", "#, fuzzy, python-brace-format", '#| msgid "Bienvenu {nom}"', 'msgstr "Ɔ {nom}"']
    new = ["# brouillon", "#, python-brace-format", 'msgstr "Ɔ wɛ {nom}"']
    assert [line for line in FILE.splitlines() if line not in made.splitlines()] == gone
    assert [line for line in made.splitlines() if line not in FILE.splitlines()] == new


def test_new_entry_stands_behind_the_text_before_it() -> None:
    made = write_entries(FILE, [Written(FRUIT, ("Fɔ", "{n} fɔ"), ("brouillon",))], ORDER)
    assert made.index('msgid "Bienvenue') < made.index('msgid "Un fruit"') < made.index('msgid "Retour"')
    assert made.replace(entry_of(made, FRUIT), "") == FILE
    assert entry_of(made, FRUIT) == (
        "# brouillon\n#. écran home.welcome : choix 1\n#: menus/home.yaml\n#, python-brace-format\n"
        'msgid "Un fruit"\nmsgid_plural "{n} fruits"\nmsgstr[0] "Fɔ"\nmsgstr[1] "{n} fɔ"\n\n'
    )


def test_entry_without_a_neighbour_stands_before_what_is_obsolete() -> None:
    other = text("Seul")
    made = write_entries(FILE, [Written(other, ("Sɔ",), ())], in_order(other))
    assert made.index('msgid "Retour"') < made.index('msgid "Seul"') < made.index("#~ msgid")


def test_signs_and_lines_come_back_as_they_were() -> None:
    said = 'Dis "ɔ\\ɛ"\nà\tla fin, ' + "très " * 30
    made = write_entries(FILE.replace("\n", "\r\n"), [Written(BACK, (said,), ())], ORDER)
    catalog, faults = parse(made.encode())
    found = catalog.get("Retour", "touche")
    assert (faults, found and forms(found)) == ([], (said,))
    assert "\n" not in made.replace("\r\n", "")


@pytest.mark.parametrize("code", ["fon", "yo", "bba", "ddn"])
def test_our_files_written_anew_are_the_same(code: str) -> None:
    file = Path("locales", f"{code}.po").read_text("utf-8")
    texts, catalog = texts_of(Folders(Path("menus"), Path("locales")).read()), parse(file.encode())[0]
    messages = {one.id: catalog.get((one.one, one.several) if one.several else one.one, one.sense or None)
                for one in texts.values()}  # fmt: skip
    same = [
        Written(texts[name], forms(found), tuple(found.user_comments))
        for name, found in messages.items()
        if found and not found.fuzzy
    ]
    assert len(same) > 100
    assert write_entries(file, same, texts) == file


def test_texts_are_those_of_the_template() -> None:
    texts = texts_of(Folders(Path("menus"), Path("locales")).read()).values()
    template = [message for message in build_template(Path("menus")) if message.id]
    expected = {(one.id if isinstance(one.id, str) else one.id[0], one.context or "") for one in template}
    assert {(one.one, one.sense) for one in texts} == expected


def test_another_french_is_another_text() -> None:
    assert len({one.id for one in (WELCOME, replace(WELCOME, one="Bonjour"), replace(WELCOME, sense="x"))}) == 3
