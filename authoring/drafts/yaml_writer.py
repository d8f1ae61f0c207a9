"""Writes new parts of a YAML file as the menus of this project are written: short ones on a line, between braces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import yaml

from state.yaml_files.loader import parse

MAX_LINE: Final = 120
ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
SWITCHES: Final = ("true", "false")  # the loader reads them as text, an editor as what they are
Written = str | Mapping[str, Any] | Sequence[Any]  # texts, in mappings and lists


def quoted(value: str) -> str:
    """Return a text in double quotes."""
    return '"' + "".join(ESCAPES.get(sign, sign) for sign in value) + '"'


def scalar(value: str, *, in_flow: bool) -> str:
    """Return a text without quotes where YAML reads the same text back, also for an editor that knows numbers."""
    line = f"{{a: {value}}}" if in_flow else f"a: {value}"
    is_plain = value in SWITCHES or ("\n" not in value and _reads_back(line, value))
    return value if is_plain else quoted(value)


def _reads_back(line: str, value: str) -> bool:
    try:
        typed = yaml.safe_load(line)
    except (yaml.YAMLError, ValueError):  # a day that does not exist
        return False
    document = parse(line.encode(errors="replace"), "")
    return bool(typed == document.data == {"a": value}) and not document.problems


def flow(value: Written) -> str:
    """Return a value on one line."""
    if isinstance(value, str):
        return scalar(value, in_flow=True)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(one)}" for key, one in value.items()) + "}"
    return "[" + ", ".join(map(flow, value)) + "]"


def entry(key: str, value: Written, indent: str) -> str:
    """Return the lines of a key and its value, indented; the last one is ended."""
    if isinstance(value, str):
        return _text(key, value, indent)
    one_line = f"{indent}{key}: {flow(value)}\n"
    if isinstance(value, Mapping):
        if len(one_line) <= MAX_LINE or not value:
            return one_line
        return f"{indent}{key}:\n" + "".join(entry(name, one, f"{indent}  ") for name, one in value.items())
    if not value or all(isinstance(one, str) for one in value):
        return one_line
    return f"{indent}{key}:\n" + "".join(f"{indent}  {item(one)}" for one in value)


def item(value: Written) -> str:
    """Return a line of a list."""
    return f"- {flow(value)}\n"


def _text(key: str, value: str, indent: str) -> str:
    if "\n" not in value:
        return f"{indent}{key}: {scalar(value, in_flow=False)}\n"
    lines = (f"{indent}  {line}" if line else "" for line in value.split("\n"))
    return f"{indent}{key}: |\n" + "\n".join(lines) + "\n"
