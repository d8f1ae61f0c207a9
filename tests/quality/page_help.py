"""The help of each page, written into docs/operateur.md: `python -m tests.quality.page_help`."""

from __future__ import annotations

from typing import Final

from admin.glossary.words import WORDS
from admin.help.pages import PAGES
from tests.support.plain_process import ROOT

PAGE: Final = ROOT / "docs" / "operateur.md"
BEGIN: Final = "<!-- aide : écrite par `python -m tests.quality.page_help` -->"
END: Final = "<!-- /aide -->"


def table() -> str:
    """The pages with their help, then the words that are explained, as they stand in the guide."""
    pages = (f"| **{page.title}** | {page.text} |" for page in PAGES)
    words = (f"| {word.title} | {word.meaning.replace('|', chr(92) + '|')} |" for word in WORDS)
    titles = ("| page | à quoi elle sert |", "| mot | ce qu'il veut dire |")
    return "\n".join((titles[0], "|---|---|", *pages, "", titles[1], "|---|---|", *words))


def write() -> None:
    """Put both tables into the guide."""
    before, begin, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    assert begin, f"{PAGE} has no {BEGIN}"
    PAGE.write_text(f"{before}{BEGIN}\n\n{table()}\n\n{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    write()
