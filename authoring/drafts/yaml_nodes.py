"""Where the parts of a YAML file stand: its nodes, and the offsets at which they begin and end."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any

import yaml

from state.yaml_files.loader import Loader, Where


@dataclass(frozen=True)
class YamlNodes:
    """The nodes of a file, found by their place. Offsets count characters of its text."""

    text: str

    @cached_property
    def root(self) -> Any:
        """The outermost node."""
        return yaml.compose(self.text, Loader=Loader)

    @cached_property
    def lines(self) -> list[str]:
        """The lines, with their ends."""
        return self.text.splitlines(keepends=True)

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *accumulate(map(len, self.lines))]

    def find(self, where: Where) -> tuple[Any, Any, bool]:
        """Return the key at a place (None in a list), its value, and whether it is between braces or brackets.

        Raises KeyError if there is none.
        """
        key, node, in_flow = None, self.root, False
        for part in where:
            in_flow = in_flow or bool(node.flow_style)
            key, node = child(node, part)
        return key, node, in_flow

    def offset(self, mark: Any) -> int:
        """Return the offset of a mark of PyYAML."""
        return int(self._starts[mark.line] + mark.column)

    def start(self, node: Any) -> int:
        """Return the offset of the first character of a node."""
        return self.offset(node.start_mark)

    def end(self, node: Any) -> int:
        """Return the offset behind the last character of a node; comments and empty lines below are not its own."""
        if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
            return self.end(node.value[-1][1])
        if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
            return self.end(node.value[-1])
        start = self.start(node)
        return start + len(self.text[start : self.offset(node.end_mark)].rstrip())

    def line_start(self, offset: int) -> int:
        """Return where the line of an offset begins."""
        return self.text.rfind("\n", 0, offset) + 1

    def line_end(self, offset: int) -> int:
        """Return where the line after that of an offset begins."""
        return self.text.find("\n", offset) + 1 or len(self.text)

    def with_comments(self, offset: int) -> int:
        """Return where the line of an offset begins, or the comments directly above it."""
        start = self.line_start(offset)
        while start:
            above = self.line_start(start - 1)
            if not self.text[above:start].lstrip(" ").startswith("#"):
                break
            start = above
        return start


def child(node: Any, key: str | int) -> tuple[Any, Any]:
    """Return the key and the value that a node has there. Raises KeyError."""
    if isinstance(key, int) and isinstance(node, yaml.SequenceNode) and key < len(node.value):
        return None, node.value[key]
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == key:
                return name, value
    raise KeyError(key)


def keys_of(node: Any) -> Iterator[str]:
    """Yield the keys of a mapping."""
    yield from (key.value for key, _ in node.value)


def with_value(data: Any, where: Where, value: Any) -> Any:
    """Return the data of a file with another value at this place. Raises KeyError."""
    if not where:
        return stripped(value)
    made = copy.deepcopy(data)
    node: Any = made
    try:
        for key in where[:-1]:
            node = node[key]
        node[where[-1]] = value
    except (TypeError, IndexError) as absent:
        raise KeyError(where) from absent
    return stripped(made)


def stripped(data: Any) -> Any:
    """Return data with texts as the menus take them: without blanks at their ends."""
    if isinstance(data, dict):
        return {key: stripped(value) for key, value in data.items()}
    if isinstance(data, list):
        return [stripped(value) for value in data]
    return data.strip() if isinstance(data, str) else data
