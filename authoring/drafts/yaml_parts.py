"""Changes parts of a YAML file as a careful person would: keys and lines of a list come, go and move.

Comments move with what they stand above; all other lines stay byte for byte. What YAML reads afterwards is compared
with what was wanted: a file that is written in a way that these functions do not know is refused, not spoiled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import yaml

from authoring.drafts.yaml_list import arrange
from authoring.drafts.yaml_nodes import YamlNodes, child, keys_of, stripped, with_value
from authoring.drafts.yaml_text import replace_value
from authoring.drafts.yaml_writer import Written, entry, flow
from authoring.versions.errors import MenusRefused
from state.yaml_files.loader import Where, parse

OTHER_STYLE: Final = "Ce formulaire ne sait pas changer un fichier écrit de cette façon : changez-le dans l'éditeur."


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a list as it will be; place is where it stands in the file now, None for a new one."""

    place: int | None
    value: Mapping[str, Any]


def write_part(text: str, where: Where, value: Any, order: Sequence[str] = ()) -> str:
    """Return the file with this value at a place: a text, a mapping, or a list of texts or Items.

    order names the keys before which a new one stands. Raises MenusRefused.
    """
    wanted = with_value(parse(text.encode(), "").data, where, _plain(value))
    is_crlf = 0 < text.count("\n") == text.count("\r\n")
    try:
        made = _put(text.replace("\r\n", "\n") if is_crlf else text, where, value, order)
    except (KeyError, yaml.YAMLError) as unknown:
        raise MenusRefused(OTHER_STYLE) from unknown
    made = made.replace("\n", "\r\n") if is_crlf else made
    return _checked(made, wanted)


def remove_part(text: str, where: Where) -> str:
    """Return the file without a key. Raises MenusRefused, and KeyError if it has none."""
    parent = dict(_at(parse(text.encode(), "").data, where[:-1]))
    del parent[where[-1]]
    wanted = with_value(parse(text.encode(), "").data, where[:-1], parent)
    return _checked(_remove(text, where), wanted)


def _checked(made: str, wanted: Any) -> str:
    found = parse(made.encode(errors="replace"), "")
    if found.problems or stripped(found.data) != wanted:
        raise MenusRefused(OTHER_STYLE)
    return made


def _at(data: Any, where: Where) -> Any:
    for key in where:
        data = data[key]
    return data


def _plain(value: Any) -> Any:
    """Return a value as the loader would read it."""
    if isinstance(value, Item):
        return _plain(value.value)
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return value if isinstance(value, str) else [_plain(one) for one in value]


def _put(text: str, where: Where, value: Any, order: Sequence[str]) -> str:
    nodes = YamlNodes(text)
    _, parent, _ = nodes.find(where[:-1])
    if isinstance(parent, yaml.MappingNode) and str(where[-1]) not in set(keys_of(parent)):
        return _add(nodes, where, _plain(value), order)
    _, node, _ = nodes.find(where)
    if isinstance(value, str) and isinstance(node, yaml.ScalarNode):
        return text if node.value.strip() == value.strip() else replace_value(text, where, value.strip())
    if isinstance(value, Mapping) and isinstance(node, yaml.MappingNode):
        return _put_mapping(text, where, value)
    if isinstance(node, yaml.SequenceNode) and not isinstance(value, str | Mapping):
        return _put_list(text, where, value)
    return _add(YamlNodes(_remove(text, where)), where, _plain(value), order)


def _put_mapping(text: str, where: Where, value: Mapping[str, Any]) -> str:
    for key, one in value.items():
        text = _put(text, (*where, key), one, tuple(value))
    _, node, _ = YamlNodes(text).find(where)
    for key in keys_of(node):
        text = text if key in value else _remove(text, (*where, key))
    return text


def _put_list(text: str, where: Where, value: Sequence[Any]) -> str:
    """Write a list: what stays of it is changed in its place, then all of it is put in order."""
    items = [one for one in value if isinstance(one, Item)]
    for one in items:
        if one.place is not None:
            text = _put_mapping(text, (*where, one.place), one.value)
    present = [one.value for one in YamlNodes(text).find(where)[1].value] if len(items) < len(value) else []
    lines: list[int | Written] = [_line(one, present) for one in value]
    return arrange(text, where, lines)


def _line(one: Any, present: Sequence[str]) -> int | Written:
    """Return the place of a line of a list, or a new one."""
    if isinstance(one, Item):
        return _plain(one.value) if one.place is None else one.place
    return present.index(one) if one in present else one


def _add(nodes: YamlNodes, where: Where, value: Written, order: Sequence[str]) -> str:
    """Write a key that the mapping does not have, behind the last of those before it."""
    _, parent, in_flow = nodes.find(where[:-1])
    key = str(where[-1])
    before = set(order[: order.index(key)]) if key in order else set(keys_of(parent))
    behind = [node for name, node in parent.value if name.value in before]
    if in_flow or parent.flow_style:
        return _spliced(nodes, parent, behind, f"{key}: {flow(value)}")
    first = parent.value[0][0]
    column = first.start_mark.column
    begins_line = not nodes.text[nodes.line_start(nodes.start(first)) : nodes.start(first)].strip()
    if not behind and begins_line:
        at = nodes.with_comments(nodes.start(first))
    else:
        at = nodes.line_end(nodes.end((behind or [parent.value[0][1]])[-1]))
    return _inserted(nodes.text, at, entry(key, value, " " * column))


def _spliced(nodes: YamlNodes, parent: Any, behind: Sequence[Any], written: str) -> str:
    """Write a key between braces."""
    if behind:
        at = nodes.end(behind[-1])
        return f"{nodes.text[:at]}, {written}{nodes.text[at:]}"
    at = nodes.start(parent) + 1
    return f"{nodes.text[:at]}{written}{', ' if parent.value else ''}{nodes.text[at:]}"


def _inserted(text: str, at: int, lines: str) -> str:
    gap = "\n" if at and text[at - 1] != "\n" else ""
    return f"{text[:at]}{gap}{lines}{text[at:]}"


def _remove(text: str, where: Where) -> str:
    nodes = YamlNodes(text)
    _, parent, in_flow = nodes.find(where[:-1])
    key, node = child(parent, where[-1])
    place = [name for name, _ in parent.value].index(key)
    before = text[nodes.line_start(nodes.start(key)) : nodes.start(key)]
    if not (in_flow or parent.flow_style or before.strip()):
        return _closed(text[: nodes.with_comments(nodes.start(key))], text[nodes.line_end(nodes.end(node)) :])
    if place + 1 < len(parent.value):
        return text[: nodes.start(key)] + text[nodes.start(parent.value[place + 1][0]) :]
    start = nodes.end(parent.value[place - 1][1]) if place else nodes.start(key)
    return text[:start] + text[nodes.end(node) :]


def _closed(before: str, behind: str) -> str:
    """Join what stands around a removed part; of an empty line above it and one below, one is enough."""
    is_twice = before.endswith("\n\n") and behind.startswith("\n")
    return before + (behind.removeprefix("\n") if is_twice else behind)
