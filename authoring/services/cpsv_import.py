"""Reads services from CPSV-AP in JSON-LD, with the properties of the specification and our own terms."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from authoring.services.durations import to_words
from authoring.services.json_ld import Graph, Literal, Node, text_of, texts_of
from authoring.services.json_ld_context import JsonLdBroken
from authoring.services.record import Origin, Record, Records, fact
from authoring.services.vocabulary import ONLINE, OWN, SERVICE, full
from catalog.entry_types import is_portal_code
from catalog.facts import FACTS
from spreadsheets.cell_texts import one_line
from spreadsheets.sheet import File
from state.country import country

MAX_BYTES: Final = 50_000_000
TITLE, NAME = full("dct:title"), full("skos:prefLabel")
DESCRIPTION = full("dct:description")
PAGES: Final = (full("foaf:page"), full("cv:contactPage"), full("schema:url"), full("foaf:homepage"))
DATES: Final = (full("dct:date"), full("dct:modified"), full("dct:issued"))


def read_cpsv(path: Path, origin: Origin) -> Records:
    """Read a file. Raises FileBroken if it cannot be read at all."""
    nothing = File(str(path), b"")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise nothing.broken(f"fichier trop gros : {MAX_BYTES // 1_000_000} Mo au plus")
        raw = path.read_bytes()
        graph = Graph(raw)
    except OSError as error:
        raise nothing.broken(f"lecture impossible : {error.strerror}") from error
    except JsonLdBroken as broken:
        raise nothing.broken(str(broken)) from None
    services = graph.of_type(full("cpsv:PublicService"))
    if not services:
        raise nothing.broken("aucun service (cpsv:PublicService) dans ce fichier")
    read = [_Reader(graph, node, origin) for node in services]
    found = tuple(Record(one.node.address, dict(one.fields()), one.entry()) for one in read)
    refused = tuple(f"{one.node.address} : {fault}" for one in read for fault in one.faults)
    return Records(hashlib.sha256(raw).hexdigest(), found, refused)


class _Reader:
    """Reads one service of a graph; `faults` has what cannot be read of it."""

    def __init__(self, graph: Graph, node: Node, origin: Origin) -> None:
        self.node, self.faults = node, list[str]()
        self._graph, self._origin = graph, origin
        linked = graph.linked(node, full("zin:fact"))
        self._facts = {text_of(one, full("zin:about")): one for one in linked}

    def entry(self) -> str:
        """Return the id of the entry, if the address says it."""
        return self.node.address.removeprefix(SERVICE) if self.node.address.startswith(SERVICE) else ""

    def fields(self) -> Iterator[tuple[str, Any]]:
        """Yield the keys of an entry that the service has."""
        plain = {
            "name": text_of(self.node, TITLE),
            "code": self._code(),
            "theme": self._label(full("cv:thematicArea")),
            "life_event": self._label(full("cv:isGroupedBy")),
            "administration": self._label(full("cv:hasCompetentAuthority")),
            **{key: text_of(self.node, full(term)) for key, term in OWN.items()},
        }
        yield from ((key, one_line(text)) for key, text in plain.items() if text)
        if words := texts_of(self.node, full("dcat:keyword")):
            yield "words", [one_line(word) for word in words]
        for key, value in self._values():
            yield key, fact(value, self._said(key), self._origin)

    def _code(self) -> str:
        code = text_of(self.node, full("dct:identifier"))
        return code if is_portal_code(code) else ""

    def _label(self, property_: str) -> str:
        linked = self._graph.linked(self.node, property_)
        return next((text for one in linked if (text := text_of(one, NAME, TITLE, full("foaf:name")))), "") or text_of(
            self.node, property_
        )

    def _values(self) -> Iterator[tuple[str, Any]]:
        worded = {key: text_of(node, full("rdf:value")) for key, node in self._facts.items() if key in FACTS}
        yield from ((key, one_line(text)) for key, text in worded.items() if text)
        for key, value in (*self._costs(), *self._documents(), *self._channels(), *self._times()):
            if not worded.get(key):
                yield key, value

    def _costs(self) -> Iterator[tuple[str, Any]]:
        for cost in list(self._graph.linked(self.node, full("cv:hasCost")))[:1]:
            amount = text_of(cost, full("cv:hasValue"))
            if not amount:
                if said := text_of(cost, DESCRIPTION):
                    yield "rates", one_line(said)
                continue
            if not self._is_in_our_currency(cost):
                money = country().currency
                self.faults.append(f"prix dans une autre monnaie que la nôtre : {money.name} ({money.code})")
            elif not re.fullmatch(r"\d{1,9}(\.0+)?", amount):
                self.faults.append(f"prix « {amount[:20]} » : il faut un nombre entier de {country().currency.name}")
            else:
                yield "cost", str(int(amount.partition(".")[0]))

    def _is_in_our_currency(self, cost: Node) -> bool:
        """Whether a cost is in the money of the country; so is one that names no currency."""
        currencies = cost.values.get(full("cv:currency"), [])
        named = (one.text if isinstance(one, Literal) else one for one in currencies)
        return all(one.rpartition("/")[2] in country().currency.spellings for one in named)

    def _documents(self) -> Iterator[tuple[str, Any]]:
        linked = self._graph.linked(
            self.node, full("cpsv:hasInput"), full("cv:hasInputType"), full("cv:holdsRequirement")
        )
        texts = [one_line(text) for one in linked if (text := text_of(one, TITLE, NAME, DESCRIPTION))]
        if texts:
            yield "documents", list(dict.fromkeys(texts))

    def _channels(self) -> Iterator[tuple[str, Any]]:
        desks, pages = list[str](), list[str]()
        for one in self._graph.linked(self.node, full("cv:hasChannel"), full("cv:contactPoint")):
            pages += [page for term in PAGES for page in _addresses(one, term)]
            is_online = ONLINE in one.values.get(full("dct:type"), [])
            desks += [text for text in (text_of(one, DESCRIPTION, TITLE),) if text and not is_online]
        if desks:
            yield "where", one_line(" ; ".join(desks))
        if pages:
            yield "url", pages[0]

    def _times(self) -> Iterator[tuple[str, Any]]:
        if words := to_words(text_of(self.node, full("cv:processingTime"))):
            yield "delay", words

    def _said(self, key: str) -> dict[str, str]:
        """Return what is said of a fact: by its own node, else by the service."""
        node = self._facts.get(key) or self.node
        said = {"source": text_of(node, full("dct:source")), "as_of": text_of(node, *DATES)[:10]}
        if key in self._facts:
            said |= {"until": text_of(node, full("dct:valid")), "note": text_of(node, full("skos:note"))}
        return {one: one_line(text) for one, text in said.items()}


def _addresses(node: Node, term: str) -> list[str]:
    values = (one.text if isinstance(one, Literal) else one for one in node.values.get(term, []))
    return [one for one in values if one.startswith(("https://", "http://"))]
