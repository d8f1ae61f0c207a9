"""A screen cut to the phone: every page fits, and nothing is lost, whatever letters travel."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.interfaces import ScreenSize
from state.text import po_files
from state.text.languages import SOURCE, read_languages
from state.text.page_format import PageFormat, paper
from state.text.pagination import Footer, paginate
from tests.support.conversation import SMS, USSD
from tests.support.papers import CHAT, FOLDED, WHOLE

pytestmark = pytest.mark.slow

FOOTER = Footer("98 Suite", "0 Retour\n00 Accueil")
PAPERS = {
    "folded": paper(FOLDED, USSD),
    "ucs2": paper(WHOLE, USSD),
    "sms": paper(FOLDED, SMS),
    "chat": paper(FOLDED, CHAT),
}
LANGUAGES, _ = read_languages(Path("locales"))
DENDI = ("bɔrɔ bamɛi daama sariya gwei kwaara gominanti senni fuu nyaa baabɛ tilasi ãduniya hinkantɛ " * 8).split()
every_paper = pytest.mark.parametrize("name", PAPERS)


def narrow(room: int) -> PageFormat:
    return paper(FOLDED, ScreenSize("ussd", room, room))


def bodies(pages: tuple[str, ...], footers: tuple[str, str]) -> list[str]:
    """What stands on the pages above their footers."""
    more, keys = footers
    assert all(page.endswith(more) for page in pages[:-1])
    assert pages[-1].endswith(keys.lstrip("\n"))
    return [page.removesuffix(more) for page in pages[:-1]] + [pages[-1][: -len(keys.lstrip("\n"))]]


@every_paper
@given(say=st.text() | st.text("ab ɔ́ɛ.\n", max_size=400), labels=st.lists(st.text(max_size=90), max_size=30))
def test_every_page_fits_and_nothing_is_lost(name: str, say: str, labels: list[str]) -> None:
    options = tuple(f"{number} {label}" for number, label in enumerate(labels, 1))
    pages = paginate(say, options, FOOTER, PAPERS[name])
    sheet = PAPERS[name].sheet("\n".join((say, *options, FOOTER.keys)))
    assert all(sheet.size(page) <= sheet.room for page in pages)
    together = "".join("".join(body.split()) for body in bodies(pages, FOOTER.written(sheet)))
    assert together == "".join("".join(sheet.write(text).split()) for text in (say, *options))


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != SOURCE])
def test_long_texts_are_cut_between_words(code: str) -> None:
    catalog, _ = po_files.read(Path("locales") / f"{code}.po", LANGUAGES[code])
    translations = [form for message in catalog if message.id for form in po_files.forms(message) if form]
    text = " ".join([*translations, *DENDI] * 4)
    for room in (USSD, ScreenSize("ussd", 182, 80), SMS):
        letters = paper(LANGUAGES[code], room)
        sheet = letters.sheet(text)
        pages = paginate(text, (), FOOTER, letters)
        assert len(pages) > 2
        assert all(sheet.size(page) <= sheet.room for page in pages)
        words_by_page = [body.split() for body in bodies(pages, FOOTER.written(sheet))]
        assert [word for words in words_by_page for word in words] == sheet.write(text).split()


def test_pages_end_before_options_or_after_sentences() -> None:
    say = "La première phrase est assez longue pour remplir la moitié d'une page. La seconde phrase ne tient plus ici."
    first, second = paginate(say, (), FOOTER, narrow(125))
    assert first.startswith("La première phrase est assez longue pour remplir la moitié d'une page.\n98 Suite")
    assert second.startswith("La seconde phrase ne tient plus ici.\n0 Retour")
    pages = paginate("Choisissez", tuple(f"{n} Option numéro {n}" for n in range(1, 12)), FOOTER, narrow(120))
    assert len(pages) > 1
    assert all(line[0].isdigit() or line == "Choisissez" for page in pages for line in page.split("\n"))


def test_fitting_screen_has_one_page_without_98() -> None:
    assert paginate("Bonjour", ("1 Oui", "2 Non"), FOOTER, narrow(178)) == (
        "Bonjour\n1 Oui\n2 Non\n0 Retour\n00 Accueil",
    )


def test_long_word_is_split_and_empty_lines_dropped() -> None:
    pages = paginate("x" * 300, (), Footer("98", ""), narrow(100))
    assert "".join(page.removesuffix("\n98") for page in pages) == "x" * 300
    assert paginate("Un\n\n\nDeux", (), Footer("98", ""), narrow(100)) == ("Un\nDeux",)


def test_letter_and_accent_are_never_split() -> None:
    pages = paginate("ɔ\u0301" * 60, (), Footer("98", ""), paper(WHOLE, ScreenSize("ussd", 182, 31)))
    assert len(pages) > 1
    assert all(page.removesuffix("\n98").endswith("\u0301") and page.startswith("ɔ") for page in pages)
