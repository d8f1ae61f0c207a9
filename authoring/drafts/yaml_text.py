"""Replaces one value in a YAML file as a careful person would: nothing else of it changes, not even its quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import yaml

from authoring.drafts.yaml_nodes import YamlNodes, stripped, with_value
from authoring.drafts.yaml_writer import quoted
from authoring.versions.errors import MenusRefused
from state.yaml_files.loader import Where, parse

LITERAL: Final = ("|", ">")


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
    wanted = with_value(parse(text.encode(), "").data, where, value)
    scalar, newline = _find(text, where), "\r\n" if "\r\n" in text else "\n"
    for written in _styles(scalar, value, text[scalar.start : scalar.end]):
        made = text[: scalar.start] + written.replace("\n", newline) + text[scalar.end :]
        found = parse(made.encode(errors="replace"), "")
        if not found.problems and stripped(found.data) == wanted:
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
    yield quoted(value) + ("\n" if is_block else "")


def _literal(scalar: _Scalar, value: str) -> str:
    lines = (f"{scalar.indent}{line}" if line else "" for line in value.split("\n"))
    return "\n".join(("|", *lines))


def _find(text: str, where: Where) -> _Scalar:
    """Return the place of a value. Raises KeyError if there is none."""
    nodes = YamlNodes(text)
    key, node, in_flow = nodes.find(where)
    if not isinstance(node, yaml.ScalarNode):
        raise KeyError(where)
    start, end = nodes.start(node), nodes.offset(node.end_mark)
    indent = " " * ((key or node).start_mark.column + 2)
    if node.style in LITERAL:
        below = text[start:end].split("\n", 1)[1].lstrip("\r\n")
        indent = below[: len(below) - len(below.lstrip(" "))] or indent
    return _Scalar(start, end, node.style, indent, in_flow)
