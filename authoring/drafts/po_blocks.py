"""Splits a .po file into named blocks: its header, and the entry of each text with its comments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

HEADER: Final = ""
GAP: Final = "\n\n"  # what ends an entry before another
_BLANK: Final = re.compile(r"(?<=\n)(?:[ \t]*\r?\n)+")  # the empty lines after an entry belong to it
_PARTS: Final = re.compile(r'^(?:#~ ?)?(msgctxt|msgid|msgid_plural|msgstr\S*)\s*"(.*)"|^(?:#~ ?)?"(.*)"', re.MULTILINE)


def split_translations(text: str) -> Mapping[str, str]:
    """Return the blocks of a .po file in their order; joined they are the file.

    A block is named as its text, "touche : Retour" if it has a sense. A text that comes twice, which is a fault, makes
    no block of its own: it stays with the one before.
    """
    found: dict[str, str] = {HEADER: ""}
    last = HEADER
    for entry in _entries(text):
        name = _name(entry)
        last = name if name and name not in found else last
        found[last] = found.get(last, "") + entry
    return found


def _entries(text: str) -> Iterator[str]:
    """Yield the paragraphs of a file with the empty lines after them."""
    start = 0
    for blank in _BLANK.finditer(text):
        yield text[start : blank.end()]
        start = blank.end()
    if start < len(text):
        yield text[start:]


def _name(entry: str) -> str:
    """Return the sense and the text of an entry, as they are written; "" for the header and what is no entry."""
    parts = {"msgctxt": "", "msgid": ""}
    reading = ""
    for found in _PARTS.finditer(entry):
        reading = found[1] or reading
        if reading in parts:
            parts[reading] += found[2] if found[1] else found[3]
    name = " : ".join(filter(None, parts.values()))
    return f"#~ {name}" if name and entry.lstrip("\n").startswith("#~") else name
