"""Writes values at places of a request that was parsed, and writes the request again: for trials."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape, quoteattr

from channels.declared.shape import Content


def set_at(content: Any, keys: tuple[str, ...], value: str) -> None:
    """Write a value at the place of these keys; a value that was a number or a truth value remains one."""
    for key in keys[:-1]:
        content = content[int(key)] if isinstance(content, list) else content.setdefault(key, {})
    last: Any = int(keys[-1]) if isinstance(content, list) else keys[-1]
    before = content[last] if isinstance(content, list) else content.get(last)
    is_number = isinstance(before, int) and not isinstance(before, bool) and value.isdigit()
    content[last] = int(value) if is_number else value


def serialize(content: Content, values: Any) -> bytes:
    """Return the body, or the query, with these values."""
    if content == "json":
        return json.dumps(values, ensure_ascii=False).encode()
    if content == "xml":
        return "".join(_elements(values)).encode()
    return urlencode(values).encode()


def _elements(values: Mapping[str, Any]) -> Iterator[str]:
    for name, value in values.items():
        if name.startswith("@"):
            continue
        for one in value if isinstance(value, list) else [value]:
            yield from _element(name, one)


def _element(name: str, value: Any) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"<{name}>{escape(str(value))}</{name}>"
        return
    attributes = (f" {key[1:]}={quoteattr(str(text))}" for key, text in value.items() if key.startswith("@"))
    yield f"<{name}{''.join(attributes)}>{''.join(_elements(value))}</{name}>"
