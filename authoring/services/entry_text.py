"""Writes the YAML of an entry so that a person recognises it: comments, order, quotes and spacing stay as they are.

Only what an import says differently is touched; a new file has the keys in the order of the others.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from authoring.services.record import ABOUT, KEYS, Fields
from catalog.facts import FACTS

SCHEMA: Final = "# yaml-language-server: $schema=schema.json\n"
WIDTH: Final = 100_000  # no line of ours is broken: a source is one line
OTHER: Final = {"cost": "rates", "rates": "cost"}  # a service has one price, or a scale of prices
USUAL: Final = {"asked": "3"}  # what a key that is not written means


def merged(before: Fields, said: Fields) -> dict[str, Any]:
    """Return the fields of an entry with what an import says: what it does not say stays."""
    after = {key: value for key, value in before.items() if OTHER.get(key) not in said or key in said}
    for key, value in said.items():
        if key in before or USUAL.get(key) != value:
            after[key] = _fact(before.get(key), value) if key in FACTS else value
    return {key: after[key] for key in KEYS if key in after}


def _fact(before: Any, said: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a fact; what was said of an earlier value is not true of another one."""
    if isinstance(before, Mapping) and before.get("value") == said["value"]:
        return {**before, **said}
    return said


def entry_text(text: str, fields: Fields) -> str:
    """Return the text of an entry with these fields; text is that of its file, "" for a new one."""
    editor = _editor()
    root = editor.load(text) if text else CommentedMap()
    _write(root, fields, KEYS)
    made = io.StringIO()
    editor.dump(root, made)
    return made.getvalue() if text else SCHEMA + made.getvalue()


def _editor() -> YAML:
    editor = YAML()
    editor.preserve_quotes = True
    editor.width = WIDTH
    editor.indent(mapping=2, sequence=4, offset=2)
    return editor


def _write(node: CommentedMap, fields: Fields, order: Sequence[str]) -> None:
    for key in [one for one in node if one not in fields]:
        del node[key]
    for key, value in fields.items():
        if key not in node:
            node.insert(_place(node, key, order), key, _made(key, value))
        elif isinstance(value, Mapping) and isinstance(node[key], CommentedMap):
            _write(node[key], value, ABOUT)
        elif _text(node[key]) != _text(value):
            node[key] = _made(key, value)


def _place(node: CommentedMap, key: str, order: Sequence[str]) -> int:
    """Return where a new key stands: behind the last of those that come before it."""
    before = set(order[: order.index(key)])
    return max((place for place, one in enumerate(node, 1) if one in before), default=0)


def _made(key: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        made = CommentedMap((one, _made(one, value[one])) for one in ABOUT if one in value)
        return made
    if isinstance(value, list | tuple):
        several = CommentedSeq(value)
        if key == "words":
            several.fa.set_flow_style()
        return several
    return _scalar(value)


def _scalar(text: str) -> Any:
    """Return the scalar that is written without quotes where YAML allows it: a day and a whole number."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return int(text) if re.fullmatch(r"0|[1-9]\d{0,8}", text, re.ASCII) else text


def _text(value: Any) -> Any:
    """Return a value of either side as the loader reads it."""
    return [str(one) for one in value] if isinstance(value, list | tuple) else str(value)
