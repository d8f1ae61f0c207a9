"""Replaces one value in a YAML file as a careful person would: nothing else of it changes, not even its quotes."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import yaml

from authoring.versions.errors import MenusRefused
from state.yaml_files.loader import Loader, Where, parse

LITERAL: Final = ("|", ">")
ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}


@dataclass(frozen=True, slots=True)
class _Scalar:
    """A value in a file: where it begins and ends, its style, and how the lines of a block below it are indented."""

    start: int
    end: int
    style: str | None
    indent: str
    in_flow: bool


def replace_value(text: str, where: Where, value: str) -> str:
    """Return the file with another text at this place, in the style that it had, if YAML allows that.

    Raises MenusRefused for a text that YAML cannot hold, and KeyError if there is no text at this place.
    """
    wanted = _with(parse(text.encode(), "").data, where, value)
    scalar, newline = _find(text, where), "\r\n" if "\r\n" in text else "\n"
    for written in _styles(scalar, value, text[scalar.start : scalar.end]):
        made = text[: scalar.start] + written.replace("\n", newline) + text[scalar.end :]
        found = parse(made.encode(errors="replace"), "")
        if not found.problems and _stripped(found.data) == wanted:
            return made
    raise MenusRefused("Ce texte contient un signe qu'un fichier de menus ne peut pas contenir : effacez-le.")


def _styles(scalar: _Scalar, value: str, before: str) -> Iterator[str]:
    """Yield the ways to write this value, the one of the text before first."""
    is_block = scalar.style in LITERAL
    if not scalar.in_flow and (is_block or "\n" in value):
        blank = re.search(r"\n(\s*\n)*$", before) if is_block else None
        yield _literal(scalar, value) + (blank[0].replace("\r", "") if blank else "")
    if scalar.style == "'" and "\n" not in value:
        yield "'" + value.replace("'", "''") + "'"
    if not scalar.style and "\n" not in value:
        yield value
    quoted = '"' + "".join(ESCAPES.get(sign, sign) for sign in value) + '"'
    yield quoted + ("\n" if is_block else "")


def _literal(scalar: _Scalar, value: str) -> str:
    lines = (f"{scalar.indent}{line}" if line else "" for line in value.split("\n"))
    return "\n".join(("|", *lines))


def _find(text: str, where: Where) -> _Scalar:
    """Return the place of a value. Raises KeyError if there is none."""
    node: Any = yaml.compose(text, Loader=Loader)
    in_flow, indent = False, ""
    for key in where:
        in_flow = in_flow or bool(node.flow_style)
        name, node = _child(node, key)
        indent = " " * ((name or node).start_mark.column + 2)
    if not isinstance(node, yaml.ScalarNode):
        raise KeyError(where)
    lines = text.splitlines(keepends=True)
    start, end = (_offset(lines, mark) for mark in (node.start_mark, node.end_mark))
    if node.style in LITERAL:
        below = text[start:end].split("\n", 1)[1].lstrip("\r\n")
        indent = below[: len(below) - len(below.lstrip(" "))] or indent
    return _Scalar(start, end, node.style, indent, in_flow)


def _child(node: Any, key: str | int) -> tuple[Any, Any]:
    if isinstance(key, int) and isinstance(node, yaml.SequenceNode):
        return None, node.value[key]
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == key:
                return name, value
    raise KeyError(key)


def _offset(lines: list[str], mark: Any) -> int:
    return sum(map(len, lines[: mark.line])) + int(mark.column)


def _with(data: Any, where: Where, value: str) -> Any:
    """Return the data of the file with this value. Raises KeyError."""
    made = copy.deepcopy(data)
    node: Any = made
    try:
        for key in where[:-1]:
            node = node[key]
        node[where[-1]] = value
    except (TypeError, IndexError) as absent:
        raise KeyError(where) from absent
    return _stripped(made)


def _stripped(data: Any) -> Any:
    """Return data with texts as the menus take them: without blanks at their ends."""
    if isinstance(data, dict):
        return {key: _stripped(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_stripped(value) for value in data]
    return data.strip() if isinstance(data, str) else data
