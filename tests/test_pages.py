"""A screen cut to the phone: every page fits, and nothing is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from state.encoding import fold, septets
from state.pages import Footer, cut

FOOTER = Footer("98 Suite", "0 Retour\n00 Accueil")
FOOTERS = ("\n98 Suite\n0 Retour\n00 Accueil", "\n0 Retour\n00 Accueil")


def words(text: str) -> list[str]:
    return fold(text).split()


@given(st.text(), st.lists(st.text(max_size=90), max_size=30), st.integers(60, 182))
def test_every_page_fits_and_no_word_is_lost(say: str, labels: list[str], room: int) -> None:
    options = tuple(f"{number} {label}" for number, label in enumerate(labels, 1))
    pages = cut(say, options, FOOTER, room)
    assert all(septets(page) <= room for page in pages)
    assert all(page.endswith(FOOTERS[0]) for page in pages[:-1])
    assert pages[-1].endswith(FOOTERS[1].lstrip("\n"))
    bare = [page.removesuffix(FOOTERS[0]) for page in pages[:-1]] + [pages[-1][: -len(FOOTERS[1].lstrip("\n"))]]
    together = "".join("".join(words(page)) for page in bare)
    assert together == "".join("".join(words(text)) for text in (say, *options))


def test_a_page_ends_before_an_option_or_after_a_sentence() -> None:
    say = "La première phrase est assez longue pour remplir la moitié d'une page. La seconde phrase ne tient plus ici."
    first, second = cut(say, (), FOOTER, 125)
    assert first.startswith("La première phrase est assez longue pour remplir la moitié d'une page.\n98 Suite")
    assert second.startswith("La seconde phrase ne tient plus ici.\n0 Retour")
    pages = cut("Choisissez", tuple(f"{n} Option numéro {n}" for n in range(1, 12)), FOOTER, 120)
    assert all(line[0].isdigit() or line == "Choisissez" for page in pages for line in page.split("\n"))


def test_a_screen_that_fits_has_one_page_and_no_98() -> None:
    assert cut("Bonjour", ("1 Oui", "2 Non"), FOOTER, 178) == ("Bonjour\n1 Oui\n2 Non\n0 Retour\n00 Accueil",)


def test_a_word_longer_than_a_page_is_split_and_an_empty_line_not_shown() -> None:
    pages = cut("x" * 300, (), Footer("98", ""), 100)
    assert "".join(page.removesuffix("\n98") for page in pages) == "x" * 300
    assert cut("Un\n\n\nDeux", (), Footer("98", ""), 100) == ("Un\nDeux",)
