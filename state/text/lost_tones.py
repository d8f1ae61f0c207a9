"""What a basic phone hides of a language: texts that become one without their tones, and tones that are half kept.

A phone has à è é ì ò ù and no other letter with a tone. A language that keeps these and loses the others misleads, so
its table drops all of them, or its screens keep all letters (ussd: ucs2).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message

from state.errors import Problem
from state.text import po_files
from state.text.languages import SOURCE, Language

TONES: Final = "àèéìòù"  # those that a basic phone shows


def half_kept_tones(language: Language) -> str:
    """Return the letters whose tone a phone still shows in this language, while it loses other tones."""
    if language.ussd == "ucs2" or language.code == SOURCE:
        return ""
    return "".join(letter for letter in TONES if language.folding(letter) == letter)


def lost_differences(locales: Path, language: Language) -> Iterator[Problem]:
    """Yield the translations that a phone shows like another one, at the line of the second.

    Under one context, as verdicts and stages have, a single letter more is no difference either: « é dín ǎ », not
    admitted, is shown as « é din a ».
    """
    if language.ussd == "ucs2" or language.code == SOURCE:
        return
    path = locales / f"{language.code}.po"
    catalog, _ = po_files.read_cached(path, language)
    for context, messages in _by_context(catalog).items():
        shown = [(str(one.string), language.folding(str(one.string)).lower().split(), one) for one in messages]
        seen: dict[tuple[str, ...], str] = {}
        for text, words, message in shown:
            alike = seen.setdefault(tuple(words), text)
            near = (other for other, less, _ in shown if context and _is_one_letter_more(words, less))
            if lost := alike if alike.lower() != text.lower() else next(near, ""):
                what = f"« {text} » et « {lost} » se ressemblent sans les tons : changez un mot"
                yield Problem(str(path), message.lineno or 1, 1, what)


def _by_context(catalog: Catalog) -> dict[str, list[Message]]:
    found: dict[str, list[Message]] = defaultdict(list)
    for message in catalog:
        if message.id and isinstance(message.id, str) and po_files.translation_status(message) != "missing":
            found[message.context or ""].append(message)
    return found


def _is_one_letter_more(words: list[str], less: list[str]) -> bool:
    rests = (words[:at] + words[at + 1 :] for at, word in enumerate(words) if len(word) == 1)
    return len(words) == len(less) + 1 and less in rests
