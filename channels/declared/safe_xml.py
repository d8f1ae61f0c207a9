"""Parses small XML documents into dicts, as JSON is parsed. A document type, and with it every entity, is refused.

An element with text alone is that text; others are dicts of their children, with `@name` for an attribute. Children of
one name become a list.
"""

from __future__ import annotations

from typing import Any, Final
from xml.parsers import expat

from state.errors import BadRequest

MAX_DEPTH: Final = 20
MAX_ELEMENTS: Final = 200


class _Builder:
    """Builds the dicts while the parser finds elements."""

    def __init__(self) -> None:
        self.root: dict[str, Any] = {}
        self._open: list[tuple[dict[str, Any], list[str]]] = [(self.root, [])]
        self._elements = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if len(self._open) > MAX_DEPTH or self._elements > MAX_ELEMENTS:
            raise BadRequest("too many elements of XML")
        self._open.append(({f"@{key}": value for key, value in attributes.items()}, []))

    def text(self, found: str) -> None:
        self._open[-1][1].append(found)

    def end(self, name: str) -> None:
        children, texts = self._open.pop()
        value: Any = children or "".join(texts).strip()
        outer = self._open[-1][0]
        if name not in outer:
            outer[name] = value
        elif isinstance(outer[name], list):
            outer[name].append(value)
        else:
            outer[name] = [outer[name], value]


def xml_value(raw: bytes) -> dict[str, Any]:
    """Parse a document into a dict with its root element. Raises BadRequest."""
    builder, parser = _Builder(), expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(raw, True)
    except (expat.ExpatError, LookupError, ValueError):
        raise BadRequest("no XML") from None
    return builder.root


def _refuse(*_: object) -> None:
    raise BadRequest("a document type in XML")
