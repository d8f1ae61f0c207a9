"""Splits a file of operators into named blocks, and joins what two people changed in different ones.

A block is a screen, or a key of the file beside its screens, with the comments above it; of translations it is the
entry of one text (po_blocks.py). Each file is text or None: it does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from authoring.drafts.po_blocks import GAP, split_translations
from state.text.po_files import SUFFIX
from state.yaml_files.loader import Document, parse

Side = Literal["mine", "theirs"]
WHOLE: Final = ""  # the block of what stands before the first key; of a file without blocks, all of it
SCREENS: Final = "screens"
Blocks = Mapping[str, str]
Split = Callable[[str], Blocks]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A block that two people changed in different ways; "" if one of them removed it."""

    block: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The file with both changes; where they contradict one another, it has mine."""

    text: str | None
    conflicts: tuple[Conflict, ...] = ()


def split(text: str) -> Blocks:
    """Return the blocks of a file in their order; joined they are the file."""
    starts = {WHOLE: 0, **dict(_starts(parse(text.encode(), "")))}
    lines = text.splitlines(keepends=True)
    ends = [*list(starts.values())[1:], len(lines)]
    return {
        name: "".join(lines[start:end])
        for (name, start), end in zip(starts.items(), ends, strict=True)
        if end > start or name == WHOLE
    }


def splitter(path: str) -> Split:
    """Return what splits the file with this path."""
    return split_translations if path.endswith(SUFFIX) else split


def merge(
    base: str | None,
    mine: str | None,
    theirs: str | None,
    chosen: Mapping[str, Side] | None = None,
    *,
    splitting: Split = split,
) -> Merged:
    """Join two changes of one file; chosen says which side stays where they contradict one another."""
    if base is None or mine is None or theirs is None:
        return _merge_whole(base, mine, theirs, (chosen or {}).get(WHOLE))
    sides = splitting(base), splitting(mine), splitting(theirs)
    made, conflicts = list[str](), list[Conflict]()
    for name in _order(*sides):
        before, own, other = (side.get(name, "") for side in sides)
        text = _one_sided(before, own, other)
        if text is None:
            side = (chosen or {}).get(name)
            text = other if side == "theirs" else own
            conflicts += [] if side else [Conflict(name, own, other)]
        made.append(text)
    gap = GAP if splitting is split_translations else "\n"
    return Merged("".join(_apart([text for text in made if text], gap)), tuple(conflicts))


def _merge_whole(base: str | None, mine: str | None, theirs: str | None, side: Side | None) -> Merged:
    if theirs in (mine, base):
        return Merged(mine)
    if mine == base:
        return Merged(theirs)
    if side:
        return Merged(mine if side == "mine" else theirs)
    return Merged(mine, (Conflict(WHOLE, mine or "", theirs or ""),))


def _one_sided(base: str, mine: str, theirs: str) -> str | None:
    """Return the text of a block that one side changed, or both in the same way; None if they differ."""
    if theirs in (base, mine):
        return mine
    return theirs if mine == base else None


def _order(base: Blocks, mine: Blocks, theirs: Blocks) -> list[str]:
    """Return the names of all blocks; the order is that of the side that changed it, their own first."""
    moved = [name for name in theirs if name in base] != [name for name in base if name in theirs]
    first, second = (theirs, mine) if moved else (mine, theirs)
    order = list(first)
    behind = WHOLE
    for name in second:
        if name not in first:
            order.insert(order.index(behind) + 1, name)
        behind = name
    return order


def _starts(document: Document) -> Iterator[tuple[str, int]]:
    """Yield each block with the number of lines before it."""
    if document.problems or not isinstance(document.data, dict):
        return
    screens = document.data.get(SCREENS)
    for key in document.data:
        if (start := _start(document, (key,))) is not None:
            yield key, start
        for name in screens if key == SCREENS and isinstance(screens, dict) else ():
            if (start := _start(document, (SCREENS, name))) is not None:
                yield f"{SCREENS}.{name}", start


def _start(document: Document, where: tuple[str, ...]) -> int | None:
    """Return how many lines stand before a key and its comments; None if the key does not begin its line."""
    line, column = document.keys[where]
    indent = document.lines[line - 1][: column - 1]
    if indent.strip():
        return None
    start = line - 1
    while start and document.lines[start - 1].startswith(f"{indent}#") and _stands_free(document.lines, start - 1):
        start -= 1
    return start


def _stands_free(lines: list[str], comment: int) -> bool:
    """Whether a comment is not the first line of its file, which names the schema."""
    return comment > 0 or "$schema=" not in lines[comment]


def _apart(blocks: list[str], gap: str) -> Iterator[str]:
    """Yield the blocks, each ended as it must be before another; the last one ends its line."""
    for place, text in enumerate(blocks, 1):
        end = gap if place < len(blocks) else "\n"
        missing = next(at for at in range(len(end) + 1) if text.endswith(end[: len(end) - at]))
        yield text + end[len(end) - missing :]
