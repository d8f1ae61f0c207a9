"""Templates of bodies: a literal form with `{names}` in it. Values are escaped for the form, and never parsed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote_plus
from xml.sax.saxutils import escape

import orjson

from channels.contracts.request_body import FORM, JSON
from channels.contracts.webhook_request import TEXT
from channels.declared.safe_xml import xml_value
from state.errors import BadRequest

PLACEHOLDER: Final = re.compile(r"\{([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)\}")
XML: Final = "application/xml"
TYPES: Final[Mapping[str, str]] = {"json": JSON, "xml": XML, "text": TEXT, "form": FORM, "query": FORM}


class NoTemplate(ValueError):
    """A template that is not of its form. The text is French."""


def _in_json(value: str) -> bytes:
    return orjson.dumps(value)[1:-1]


def _in_xml(value: str) -> bytes:
    return escape(value, {'"': "&quot;"}).encode()


def _in_form(value: str) -> bytes:
    return quote_plus(value).encode()


ESCAPES: Final[Mapping[str, Callable[[str], bytes]]] = {
    "json": _in_json,
    "xml": _in_xml,
    "text": str.encode,
    "form": _in_form,
    "query": _in_form,
}


class Template:
    """One template; kind is json, xml, text, form or query."""

    __slots__ = ("_escape", "_last", "_pieces", "kind", "names")

    def __init__(self, kind: str, written: str) -> None:
        """Raise NoTemplate for a text that is not of this kind."""
        self.kind, self._escape = kind, ESCAPES[kind]
        parts = PLACEHOLDER.split(_checked(kind, written))
        literals, names = parts[::2], parts[1::2]
        self.names = frozenset(names)
        self._pieces = tuple((text.encode(), name) for text, name in zip(literals, names, strict=False))
        self._last = literals[-1].encode()

    def fill(self, values: Mapping[str, str]) -> bytes:
        """Return the body with these values; a name without one is empty."""
        made = bytearray()
        for literal, name in self._pieces:
            made += literal
            made += self._escape(values.get(name, ""))
        made += self._last
        return bytes(made)

    def read(self, body: bytes) -> dict[str, str] | None:
        """Return the values with which this template gives the body; None if none do. For the other side of a trial."""
        pattern = b"".join(re.escape(literal) + b"(.*?)" for literal, _ in self._pieces) + re.escape(self._last)
        found = re.fullmatch(pattern, body, re.DOTALL)
        if not found:
            return None
        return {name: self._unescaped(raw) for (_, name), raw in zip(self._pieces, found.groups(), strict=True)}

    def _unescaped(self, raw: bytes) -> str:
        if self.kind == "json":
            return str(json.loads(b'"' + raw + b'"'))
        if self.kind == "xml":
            return str(xml_value(b"<v>" + raw + b"</v>")["v"])
        return raw.decode()


def _checked(kind: str, written: str) -> str:
    """Return the template as it is sent. Raises NoTemplate."""
    if kind == "json":
        try:
            return json.dumps(json.loads(written), ensure_ascii=False, separators=(",", ":")) if written else ""
        except ValueError as error:
            line = getattr(error, "lineno", 1)
            raise NoTemplate(
                f"ce n'est pas du JSON (ligne {line} du texte) : les {{noms}} vont entre guillemets"
            ) from None
    if kind == "xml" and written:
        try:
            xml_value(PLACEHOLDER.sub("x", written).encode())
        except BadRequest:
            raise NoTemplate("ce n'est pas du XML : une balise qui n'est pas fermée, ou plusieurs racines") from None
    return written
