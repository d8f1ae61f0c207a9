"""Reads JSON-LD into nodes whose properties have their whole addresses.

What is read: the context of the file, the keywords of JSON-LD 1.1 that catalogues use, nodes within nodes and in
@graph. A context at an address is not fetched; that of CPSV-AP is known here. Source: https://www.w3.org/TR/json-ld11/
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from authoring.services.json_ld_context import KEYWORDS, Context, JsonLdBroken, several
from authoring.services.vocabulary import FRENCH

MAX_DEPTH: Final = 20  # nodes within nodes


@dataclass(frozen=True, slots=True)
class Literal:
    """A text with its language, "" for none."""

    text: str
    language: str = ""


@dataclass(slots=True)
class Node:
    """A thing: its address, its classes, and its properties, whose values are texts or addresses of other nodes."""

    address: str
    types: set[str] = field(default_factory=set)
    values: dict[str, list[Literal | str]] = field(default_factory=dict)


class Graph:
    """The nodes of a file by address."""

    def __init__(self, raw: bytes) -> None:
        self.nodes: dict[str, Node] = {}
        self._blank = 0
        try:
            root = json.loads(raw.decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise JsonLdBroken(f"ce n'est pas du JSON lisible ({type(error).__name__})") from None
        for one in root if isinstance(root, list) else [root]:
            if not isinstance(one, dict):
                raise JsonLdBroken("il faut un objet JSON, ou une liste d'objets")
            self._object(one, Context(), 0)

    def of_type(self, address: str) -> list[Node]:
        """Return the nodes of this class, in the order of the file."""
        return [node for node in self.nodes.values() if address in node.types]

    def linked(self, node: Node, *properties: str) -> Iterator[Node]:
        """Yield the nodes that these properties lead to."""
        for one in properties:
            for value in node.values.get(one, ()):
                if isinstance(value, str):
                    yield self.nodes.get(value) or Node(value)

    def _object(self, given: Mapping[str, Any], outer: Context, depth: int) -> str:
        """Take up an object, and all within it; return its address."""
        if depth > MAX_DEPTH:
            raise JsonLdBroken(f"plus de {MAX_DEPTH} objets les uns dans les autres")
        context = outer.within(given.get("@context"))
        address = context.address(given, "@id")
        if not address or address.startswith("_:"):
            self._blank += not address
            address = address or f"_:{self._blank}"
        node = self.nodes.setdefault(address, Node(address))
        for key, value in given.items():
            name = context.keyword(key)
            if name == "@type":
                node.types |= {context.expand(one, is_class=True) for one in several(value) if isinstance(one, str)}
            elif name == "@graph":
                for one in several(value):
                    if isinstance(one, dict):
                        self._object(one, context, depth + 1)
            elif name not in KEYWORDS and (property_ := context.expand(key, is_class=True)):
                is_address = context.is_address(key)
                node.values.setdefault(property_, []).extend(self._values(value, context, depth, is_address))
        return address

    def _values(self, value: Any, context: Context, depth: int, is_address: bool) -> Iterator[Literal | str]:
        for one in several(value):
            if not isinstance(one, dict):
                if one is not None:
                    text = _text(one)
                    yield (
                        context.expand(text) if is_address and isinstance(one, str) else Literal(text, context.language)
                    )
                continue
            keys = {context.keyword(key): key for key in one}
            if "@value" in keys:
                language = one.get(keys.get("@language", ""), "") or ""
                yield Literal(_text(one[keys["@value"]]), str(language).lower())
            elif inner := keys.get("@list") or keys.get("@set"):
                yield from self._values(one[inner], context, depth, is_address)
            elif _is_by_language(one):
                yield from (Literal(text, language.lower()) for language, text in one.items())
            else:
                yield self._object(one, context, depth + 1)


def text_of(node: Node, *properties: str) -> str:
    """Return the text of the first of these properties that has one: the French one, else one without a language."""
    for one in properties:
        texts = [value for value in node.values.get(one, ()) if isinstance(value, Literal) and value.text.strip()]
        if texts:
            return min(texts, key=_preference).text
    return ""


def texts_of(node: Node, one: str) -> list[str]:
    """Return the texts of a property, those in French if there are any."""
    texts = [value for value in node.values.get(one, ()) if isinstance(value, Literal) and value.text.strip()]
    best = min(map(_preference, texts), default=0)
    return [text.text for text in texts if _preference(text) == best]


def _preference(text: Literal) -> int:
    if text.language.split("-")[0] == FRENCH:
        return 0
    return 2 if text.language else 1


def _is_by_language(given: Mapping[str, Any]) -> bool:
    """Whether an object has texts by their languages."""
    return bool(given) and all(
        len(key) in (2, 3) and key.isalpha() and isinstance(text, str) for key, text in given.items()
    )


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise JsonLdBroken("une valeur n'est ni un texte ni un nombre")
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
