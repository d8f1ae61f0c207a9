"""Loads operators' YAML files as text with places; each problem has file, line and column.

Every scalar stays text: YAML would turn `no` into False, `00` into 0 and +229... into a number. Problems are collected
and not raised, so that one run shows all of them. state/yaml_files/strict_model.py checks the loaded data.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from state.errors import Problem
from state.yaml_files.error_messages import RESERVED_AND, RESERVED_MARK, in_french
from state.yaml_files.lookalike_signs import find_anywhere, find_in_key, find_in_line, find_in_plain

Where = tuple[str | int, ...]
Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
MAX_FILE_BYTES = 1_000_000
MAX_DEPTH = 50


@dataclass(slots=True)
class Document:
    """The data of a file and the place of each part: places maps a path of keys to (line, column) of the value.

    `lookalikes` are the problems of signs that look like those of YAML.
    """

    file: str
    data: Any = None
    places: dict[Where, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Where, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    lines: list[str] = field(default_factory=list, repr=False)
    lookalikes: list[Problem] = field(default_factory=list)
    _seen: set[int] = field(default_factory=set, repr=False)

    def record_node(self, node: object) -> bool:
        """Record a node; returns True if it was recorded before, as an alias, which could make a short file endless."""
        known = id(node) in self._seen
        self._seen.add(id(node))
        return known

    def record_lookalike(self, node: Any, found: tuple[int, str] | None) -> None:
        """Record a sign that looks like one of YAML, at this place in the text of a node."""
        if found:
            line, column = _place(node)
            self.lookalikes.append(Problem(self.file, line, column + found[0], found[1]))

    def problem_at(self, where: Where, what: str, *, key: bool = False) -> Problem:
        """Return a problem at this place, or at the nearest outer place that the file has."""
        return Problem(self.file, *self.place(where, key=key), what)

    def place(self, where: Where, *, key: bool = False) -> tuple[int, int]:
        """Return line and column of this place, or of the nearest outer place that the file has."""
        while where and where not in self.places:
            where = where[:-1]
        return (self.keys if key and where in self.keys else self.places).get(where, (1, 1))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the French hint « did you mean », "" if no known word is similar."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f" (vouliez-vous dire « {close[0]} » ?)" if close else ""


def read(path: Path) -> Document:
    """Read a file as text values with their places; reading errors are problems of the document."""
    try:
        return parse(path.read_bytes(), str(path))
    except OSError as error:
        return unread(str(path), f"lecture impossible : {error.strerror}")


def unread(file: str, what: str) -> Document:
    """Return the document of a file that cannot be read."""
    return Document(file, problems=[Problem(file, 1, 1, what)])


def parse(raw: bytes, file: str) -> Document:
    """Parse the content of a file as text values with their places."""
    if len(raw) > MAX_FILE_BYTES:
        return unread(file, "lecture impossible : fichier trop gros (plus d'un mégaoctet)")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return Document(file, problems=[Problem(file, line, 1, "enregistrez ce fichier en UTF-8")])
    if sign := find_anywhere(text):
        return Document(file, problems=[Problem(file, *sign)])
    return _parse(text, file)


def _parse(text: str, file: str) -> Document:
    document = Document(file, lines=text.splitlines())
    try:
        _check_events(text, document)
        if document.problems:
            return document
        root = yaml.compose(text, Loader=Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        sign = find_in_line(document.lines, line)
        document.problems.append(Problem(file, *(sign or (line, column, f"YAML illisible ici : {in_french(error)}"))))
    except yaml.YAMLError as error:
        document.problems.append(document.problem_at((), f"YAML illisible : {error}"))
    else:
        if root is None:
            document.problems.append(document.problem_at((), "fichier vide"))
        else:
            document.data = _build(root, (), document)
            if document.lookalikes:  # the other problems come from them
                document.data, document.problems = None, document.lookalikes
    return document


def _check_events(text: str, document: Document) -> None:
    """Record parts nested deeper than MAX_DEPTH, at which PyYAML's own recursion would end the process.

    YAML takes a word behind & or ! at the start of a text for a name, and leaves it out of the text.
    """
    depth = 0
    for event in yaml.parse(text, Loader=Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            what = f"lecture impossible : plus de {MAX_DEPTH} niveaux les uns dans les autres"
            document.problems = [Problem(document.file, 1, 1, what)]
            return
        if isinstance(event, yaml.ScalarEvent) and (event.anchor or event.tag):
            what = f"YAML illisible ici : {RESERVED_AND if event.anchor else RESERVED_MARK}"
            document.problems.append(Problem(document.file, *_place(event), what))


def _build(node: Any, where: Where, document: Document) -> Any:
    document.places[where] = _place(node)
    if document.record_node(node):
        document.problems.append(document.problem_at(where, "les alias (*nom) ne servent pas ici : écrivez le texte"))
        return None
    if isinstance(node, yaml.ScalarNode):
        if not node.style and not node.value.isascii():
            line, column = _place(node)
            is_first = not document.lines[line - 1][: column - 1].strip(" -")
            document.record_lookalike(node, find_in_plain(node.value, begins_line=is_first))
        return None if node.value == "" and node.style is None else node.value
    if isinstance(node, yaml.SequenceNode):
        return [_build(child, (*where, place), document) for place, child in enumerate(node.value)]
    found: dict[str, Any] = {}
    for key, value in node.value:
        line, column = _place(key)
        if not isinstance(key, yaml.ScalarNode):
            document.problems.append(Problem(document.file, line, column, "une clé doit être un mot"))
            continue
        if not key.value.isascii():
            document.record_lookalike(key, find_in_key(key.value))
        here = (*where, key.value)
        if key.value in found:
            first = document.keys[here][0]
            what = f"la clé « {key.value} » est déjà écrite ligne {first} : gardez-en une seule"
            document.problems.append(Problem(document.file, line, column, what))
            continue
        document.keys[here] = (line, column)
        found[key.value] = _build(value, here, document)
    return found


def _place(node: Any) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1
