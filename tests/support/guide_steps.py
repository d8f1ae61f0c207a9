"""A page that leads an operator by the hand, read as steps that can be done.

What is done or seen stands in numbered lines, in the sentences that SENTENCES knows, and in fenced blocks: `yaml` and
`csv` are written into the file that their first line names, `sh` is typed, `text` is what the phone shows, or what a
command answers, where « … » stands for what differs from day to day. A picture `images/etape-….png` shows what the
browser shows after the step above it. All the rest explains, and is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do or to see, at this line of the page; verb is a method of tests/support/guide_reader.py, arguments
    are its arguments.
    """

    line: int
    verb: str
    arguments: tuple[str, ...]


class NotUnderstood(Exception):
    """A line of the page that nobody can follow."""


SENTENCES: Final = (
    ("open", r"Ouvrez <http://127\.0\.0\.1:8080(/\S*)>"),
    ("click", r"Cliquez sur « ([^»]+) »"),
    ("choose", r"Choisissez « ([^»]+) » dans « ([^»]+) »"),
    ("fill", r"Écrivez `([^`]+)` dans « ([^»]+) »"),
    ("type_on_phone", r"(?:Composez|Tapez) `([^`]+)`, puis cliquez sur « (Appeler|Envoyer) »"),
    ("write_message", r"Écrivez `([^`]+)` dans « Votre message », puis cliquez sur « Envoyer »"),
    ("answer", r"Répondez `([^`]+)` quand le mot de passe est demandé"),
    ("sees", r"La page dit « ([^»]+) »(?: et « ([^»]+) »)?"),
    ("sees_no_more", r"La page ne dit pas « ([^»]+) »"),
    ("phone", r"Le téléphone montre :"),
)
FILES: Final = {"nouveau fichier": "create", "cherchez": "look_for", "écrivez à la place": "write_instead"}
SENTENCE: Final = re.compile(r"(?:«[^»]*»|`[^`]*`|<[^>]*>|[^.«`<])+")  # a point within quotes ends nothing
BLOCK: Final = re.compile(r"(?ms)^( *)```(\w+)\n(.*?)^ *```$")
PICTURE: Final = re.compile(r"!\[[^\]]*\]\(images/(etape-\w+)\.png\)")
NUMBERED: Final = re.compile(r"(?m)^\d+\. (.+(?:\n   \S.*)*)")


def steps(page: str) -> list[Step]:
    """The steps of a page in their order. Raises NotUnderstood."""
    found: list[Step] = []
    blocks = list(BLOCK.finditer(page))
    bare = BLOCK.sub(lambda block: re.sub(r"[^\n]", " ", block[0]), page)  # as long as the page: places stay
    pieces = [*blocks, *NUMBERED.finditer(bare), *PICTURE.finditer(bare)]
    for piece in sorted(pieces, key=lambda piece: piece.start()):
        line = page.count("\n", 0, piece.start()) + 1
        if piece.re is PICTURE:
            found.append(Step(line, "picture", (piece[1],)))
        else:
            found += _block(line, piece, found) if piece.re is BLOCK else _sentences(line, piece[1])
    return found


def _sentences(line: int, item: str) -> Iterator[Step]:
    for sentence in map(str.strip, SENTENCE.findall(" ".join(item.split()))):
        known = ((verb, re.fullmatch(form, sentence)) for verb, form in SENTENCES)
        verb, matched = next(((verb, match) for verb, match in known if match), ("", None))
        if matched is None:
            raise NotUnderstood(f"line {line}: {sentence}")
        yield Step(line, verb, tuple(filter(None, matched.groups())))


def _block(line: int, block: re.Match[str], before: list[Step]) -> list[Step]:
    indent, kind, text = block.groups()
    text = re.sub(rf"(?m)^{indent}", "", text)
    match kind:
        case "sh":
            return [Step(line, "run", (text,))]
        case "yaml" | "csv":
            return [_file(line, text)]
        case "text":
            of_phone = bool(before) and before[-1].verb == "phone"
            if of_phone:
                before.pop()
            return [Step(line, "phone_shows" if of_phone else "answered", (text.rstrip("\n"),))]
    raise NotUnderstood(f"line {line}: a block of {kind}")


def _file(line: int, text: str) -> Step:
    first, _, rest = text.partition("\n")
    named = re.fullmatch(rf"# (\S+) : ({'|'.join(FILES)})", first)
    if not named:
        raise NotUnderstood(f"line {line}: {first}")
    return Step(line, FILES[named[2]], (named[1], rest))


def pictures(page: str) -> list[tuple[str, str]]:
    """The pictures of a page: what stands in their place for who does not see them, and their file."""
    return re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", page)
