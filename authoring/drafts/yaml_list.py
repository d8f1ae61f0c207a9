"""Puts the lines of a list of a YAML file into another order, with the comments above them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from authoring.drafts.yaml_nodes import YamlNodes
from authoring.drafts.yaml_writer import Written, flow, item
from state.yaml_files.loader import Where

Lines = Sequence[int | Written]  # each the place of a line as it is, or a new one


def arrange(text: str, where: Where, lines: Lines) -> str:
    """Return the file with these lines in this list. Raises KeyError if there is no list."""
    nodes = YamlNodes(text)
    key, node, in_flow = nodes.find(where)
    if list(lines) == list(range(len(node.value))):
        return text
    if not node.flow_style:
        return _arrange_block(nodes, key, node, lines)
    if lines and not node.value and not in_flow:
        return _opened(nodes, key, node, lines)
    return _arrange_flow(nodes, node, lines)


def _arrange_block(nodes: YamlNodes, key: Any, node: Any, lines: Lines) -> str:
    starts, end = list(_starts(nodes, node)), nodes.line_end(nodes.end(node))
    indent = " " * _column(node)
    chunks = [_ended(nodes.text[start:stop]) for start, stop in zip(starts, [*starts[1:], end], strict=True)]
    made = "".join(chunks[one] if isinstance(one, int) else f"{indent}{item(one)}" for one in lines)
    before, behind = nodes.text[: starts[0]], nodes.text[end:]
    if not lines:
        at = nodes.text.index(":", nodes.offset(key.end_mark)) + 1
        before = f"{before[:at]} []{before[at:]}"
    return before + made + behind


def _starts(nodes: YamlNodes, node: Any) -> Iterator[int]:
    """Yield where each line of a list begins, with the comments above it."""
    for one in node.value:
        yield nodes.with_comments(nodes.start(one))


def _column(node: Any) -> int:
    return int(node.start_mark.column)


def _ended(lines: str) -> str:
    return lines if lines.endswith("\n") else f"{lines}\n"


def _opened(nodes: YamlNodes, key: Any, node: Any, lines: Lines) -> str:
    """Write the lines of a list that was empty, [], one below the other."""
    indent = " " * (key.start_mark.column + 2)
    start, end = nodes.start(node), nodes.end(node)
    below = nodes.line_end(end)
    rest = _ended(nodes.text[end:below])
    made = "".join(f"{indent}{item(one)}" for one in lines if not isinstance(one, int))
    return nodes.text[:start].rstrip(" ") + rest + made + nodes.text[below:]


def _arrange_flow(nodes: YamlNodes, node: Any, lines: Lines) -> str:
    present = [nodes.text[nodes.start(one) : nodes.end(one)] for one in node.value]
    made = ", ".join(present[one] if isinstance(one, int) else flow(one) for one in lines)
    return f"{nodes.text[: nodes.start(node)]}[{made}]{nodes.text[nodes.end(node) :]}"
