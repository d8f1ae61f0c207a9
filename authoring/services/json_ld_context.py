"""The context of a JSON-LD file: what its short names stand for. Source: https://www.w3.org/TR/json-ld11/#the-context"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from authoring.services.vocabulary import PREFIXES, TERMS

KEYWORDS: Final = frozenset({"@id", "@type", "@value", "@language", "@graph", "@context", "@list", "@set", "@index"})


class JsonLdBroken(ValueError):
    """A file that is no JSON-LD that can be read; the text says why, in French."""


class Context:
    """The names that a context declares."""

    def __init__(self, names: Mapping[str, str] | None = None, addresses: frozenset[str] = frozenset()) -> None:
        self._names = dict(names or {})
        self._addresses = addresses
        self.vocabulary = self.language = ""

    def within(self, given: Any) -> Context:
        """Return this context with what an inner one adds. Raises JsonLdBroken for an address that is not known."""
        if given is None:
            return self
        made = Context(self._names, self._addresses)
        made.vocabulary, made.language = self.vocabulary, self.language
        for one in several(given):
            if isinstance(one, str):
                if "/CPSV-AP/" not in one:
                    raise JsonLdBroken(
                        f"contexte « {one[:80]} » : Zin n'en lit pas d'autre, à une adresse, que celui de CPSV-AP"
                    )
                made._names.update({**PREFIXES, **TERMS})
            elif isinstance(one, dict):
                made._declare(one)
        return made

    def _declare(self, given: Mapping[str, Any]) -> None:
        for name, said in given.items():
            if name == "@vocab" and isinstance(said, str):
                self.vocabulary = said
            elif name == "@language":
                self.language = str(said or "").lower()
            elif isinstance(said, str):
                self._names[name] = said
            elif isinstance(said, dict) and isinstance(said.get("@id", name), str):
                self._names[name] = said.get("@id", name)
                if said.get("@type") in ("@id", "@vocab"):
                    self._addresses |= {name}

    def keyword(self, key: str) -> str:
        """Return the keyword that this key stands for, else the key."""
        return self._names.get(key, key) if self._names.get(key, key) in KEYWORDS else key

    def is_address(self, key: str) -> bool:
        """Whether the texts of this property are addresses."""
        return key in self._addresses

    def address(self, given: Mapping[str, Any], keyword: str) -> str:
        """Return the address of an object, "" if it has none."""
        key = next((key for key in given if self.keyword(key) == keyword), "")
        return self.expand(given[key]) if key and isinstance(given[key], str) else ""

    def expand(self, name: str, is_class: bool = False) -> str:
        """Return the whole address of a name; is_class: it may be a term, as classes and properties are."""
        for _ in range(3):  # a term may stand for a short name, and that for a prefix
            if is_class and name in self._names:
                name = self._names[name]
                continue
            prefix, colon, local = name.partition(":")
            if not colon or local.startswith("//") or prefix not in self._names:
                break
            name = self._names[prefix] + local
        return self.vocabulary + name if is_class and ":" not in name else name


def several(value: Any) -> list[Any]:
    """Return the values of a property, which JSON-LD writes without a list if there is one."""
    return value if isinstance(value, list) else [value]
