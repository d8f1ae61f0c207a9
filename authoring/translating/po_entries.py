"""Writes translations into a .po file as a careful person would: of the other entries, not a byte changes.

An entry keeps its place, its French and the comments of tools. One that the file does not have is added behind the text
that precedes it in the menus.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from babel.messages.pofile import normalize, unescape, write_po

from authoring.drafts.po_blocks import GAP, split_translations
from authoring.translating.texts import Text, Texts
from state.text.po_catalog import Translations

WIDTH: Final = 76  # characters of a line, as Babel writes it
OBSOLETE: Final = "#~"
_FUZZY: Final = re.compile(r",\s*fuzzy\b")


@dataclass(frozen=True, slots=True)
class Written:
    """A translation to write: its forms, one for each plural form of the language, and its comments."""

    text: Text
    forms: tuple[str, ...]
    comments: tuple[str, ...]


def write_entries(file: str, changes: Iterable[Written], order: Texts) -> str:
    """Return the .po file with these translations; order has all texts, in their order."""
    newline = "\r\n" if "\r\n" in file else "\n"
    blocks = dict(split_translations(file.replace("\r\n", "\n")))
    names = {_plain(name): name for name in blocks}
    for change in changes:
        name = names.get(_name_of(change.text))
        if name is None:
            blocks = _added(blocks, names, change, order)
            names[_name_of(change.text)] = _name_of(change.text)
        else:
            blocks[name] = _rewritten(blocks[name], change)
    return "".join(_apart(list(blocks.values()))).replace("\n", newline)


def entry_of(file: str, text: Text) -> str:
    """Return the entry of a text as the file has it, "" if it has none."""
    blocks = split_translations(file)
    return next((block for name, block in blocks.items() if _plain(name) == _name_of(text)), "")


def _name_of(text: Text) -> str:
    return " : ".join(filter(None, (text.sense, text.one)))


def _plain(name: str) -> str:
    """Return the name of a block without the escapes of the file."""
    return unescape(f'"{name}"')


def _rewritten(block: str, change: Written) -> str:
    """Return an entry with another translation: comments of people above, its French as it was."""
    lines = block.rstrip("\n").split("\n")
    behind = block[len(block.rstrip("\n")) :]
    head = list(takewhile(lambda line: not line.startswith("msgstr"), lines))
    kept_lines = [line for line in map(_unmarked, head) if line is not None and not _is_of_people(line)]
    own = [f"# {comment}".rstrip() for comment in change.comments]
    return "\n".join((*own, *kept_lines, *_forms(change.text, change.forms))) + (behind or GAP)


def _is_of_people(line: str) -> bool:
    """Whether a line is the comment of a person, not of a tool."""
    return line == "#" or line.startswith(("# ", "#\t"))


def _unmarked(line: str) -> str | None:
    """Return a line without the mark of an old translation; None if nothing is left of it."""
    if line.startswith("#|"):
        return None
    if not line.startswith("#,"):
        return line
    flags = _FUZZY.sub("", line)
    return flags if flags.strip("#, ") else None


def _forms(text: Text, forms: Sequence[str]) -> Iterator[str]:
    for place, form in enumerate(forms if text.several else forms[:1]):
        keyword = f"msgstr[{place}]" if text.several else "msgstr"
        yield f"{keyword} {normalize(form, width=WIDTH)}"


def _added(blocks: Mapping[str, str], names: Mapping[str, str], change: Written, order: Texts) -> dict[str, str]:
    """Return the blocks with a new entry behind the text that precedes it."""
    before = list(takewhile(lambda one: one.id != change.text.id, order.values()))
    behind = next((names[name] for name in map(_name_of, reversed(before)) if name in names), None)
    if behind is None:
        living = [name for name in blocks if not name.startswith(OBSOLETE)]
        behind = living[-1]
    made: dict[str, str] = {}
    for name, block in blocks.items():
        made[name] = block
        if name == behind:
            made[_name_of(change.text)] = _new(change)
    return made


def _new(change: Written) -> str:
    """Return the entry of a text that the file does not have."""
    text, catalog, file = change.text, Translations(), io.BytesIO()
    files = dict.fromkeys(f"menus/{place.file}" for place in text.places if place.file)
    catalog.add(
        (text.one, text.several) if text.several else text.one,
        locations=[(name, 1) for name in files],
        auto_comments=[place.about for place in text.places],
        context=text.sense or None,
    )
    write_po(file, catalog, width=WIDTH, omit_header=True, include_lineno=False)
    return _rewritten(file.getvalue().decode(), change)


def _apart(blocks: Sequence[str]) -> Iterator[str]:
    """Yield the blocks, each ended as it must be before another; the last ends its line."""
    for place, block in enumerate(blocks, 1):
        end = GAP if place < len(blocks) and block else "\n"
        yield block if block.endswith(end) or not block else block.rstrip("\n") + end
