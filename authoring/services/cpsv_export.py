"""Writes services as CPSV-AP 3.2.0 in JSON-LD, with terms of our own for what CPSV-AP has none for.

tests/authoring/services/test_cpsv_export.py holds it to the mandatory properties of the specification.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from authoring.services.durations import to_duration
from authoring.services.vocabulary import COUNTRY, CURRENCY, DESK, FRENCH, ONLINE, OWN, PREFIXES, SERVICE
from catalog.entries import Service
from catalog.entry_types import slug
from catalog.facts import Documents
from state.country import country

NODES: Final = {
    ONLINE: {"@type": "skos:Concept", "skos:prefLabel": "en ligne"},
    DESK: {"@type": "skos:Concept", "skos:prefLabel": "au guichet"},
}
WORDED: Final = ("rates", "delay", "validity", "where")  # facts that are a sentence
Node = dict[str, Any]


def write_cpsv(services: Mapping[str, Service]) -> bytes:
    """Return the file. Services, administrations, themes and life events are nodes, as is what belongs to a service."""
    graph: dict[str, Node] = {**_place(), **{address: dict(node) for address, node in NODES.items()}}
    for name, service in sorted(services.items()):
        for address, node in _nodes(name, service).items():
            graph[address] = node
    found = {"@context": dict(PREFIXES), "@graph": [{"@id": address, **node} for address, node in graph.items()]}
    return (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode()


def _place() -> dict[str, Node]:
    """Return the nodes of the country and its money."""
    here = country()
    return {
        _country(): {"@type": "dct:Location", "skos:prefLabel": here.name},
        _currency(): {"@type": "skos:Concept", "skos:prefLabel": f"{here.currency.name} ({here.currency.code})"},
    }


def _country() -> str:
    return COUNTRY + country().code3


def _currency() -> str:
    return CURRENCY + country().currency.code


def _nodes(name: str, service: Service) -> dict[str, Node]:
    """Return the nodes of one service by address."""
    root = SERVICE + name
    main: Node = {
        "@type": "cpsv:PublicService",
        "dct:identifier": service.code or name,
        "dct:title": _french(service.name),
        "dct:description": _french(f"{service.name}. Administration : {service.administration}."),
        "cv:hasCompetentAuthority": {"@id": _named("organisation", service.administration)},
        "cv:thematicArea": {"@id": _named("theme", service.theme)},
        "cv:isGroupedBy": {"@id": _named("event", service.life_event)},
        "dcat:keyword": [_french(word) for word in service.words],
        "dct:spatial": {"@id": _country()},
        **{term: value for key, term in OWN.items() if (value := getattr(service, key))},
    }
    nodes = (
        _around(service) | _costs(root, service, main) | _inputs(root, service, main) | _channels(root, service, main)
    )
    if service.delay and (duration := to_duration(service.delay.value)):
        main["cv:processingTime"] = {"@type": "xsd:duration", "@value": duration}
    nodes |= _facts(root, service, main)
    return {root: {key: value for key, value in main.items() if value != []}, **nodes}


def _around(service: Service) -> dict[str, Node]:
    """Return the nodes that services share: the administration, the theme and the life event."""
    return {
        _named("organisation", service.administration): {
            "@type": "cv:PublicOrganisation",
            "skos:prefLabel": _french(service.administration),
            "dct:spatial": {"@id": _country()},
        },
        _named("theme", service.theme): {"@type": "skos:Concept", "skos:prefLabel": _french(service.theme)},
        _named("event", service.life_event): {
            "@type": ["cv:Event", "cv:LifeEvent"],
            "dct:identifier": slug(service.life_event),
            "dct:title": _french(service.life_event),
        },
    }


def _costs(root: str, service: Service, main: Node) -> dict[str, Node]:
    if not (service.cost or service.rates):
        return {}
    node: Node = {"@type": "cv:Cost", "dct:identifier": f"{root}:cost"}
    if service.cost:
        node["cv:hasValue"] = {"@type": "xsd:double", "@value": f"{service.cost.value}.0"}
        node["cv:currency"] = {"@id": _currency()}
    said = service.rates.value if service.rates else service.cost.note if service.cost else ""
    if said:
        node["dct:description"] = _french(said)
    main["cv:hasCost"] = {"@id": f"{root}:cost"}
    return {f"{root}:cost": node}


def _inputs(root: str, service: Service, main: Node) -> dict[str, Node]:
    texts = service.documents.value if service.documents else ()
    nodes = {
        f"{root}:document:{number:02}": {
            "@type": "cv:Evidence",
            "dct:identifier": f"{root}:document:{number:02}",
            "dct:title": _french(text),
        }
        for number, text in enumerate(texts, 1)
    }
    main["cpsv:hasInput"] = [{"@id": address} for address in nodes]
    return nodes


def _channels(root: str, service: Service, main: Node) -> dict[str, Node]:
    nodes: dict[str, Node] = {}
    if service.where:
        nodes[f"{root}:desk"] = {"dct:type": {"@id": DESK}, "dct:description": _french(service.where.value)}
    if service.url:
        page = {"@id": service.url.value, "@type": "foaf:Document"}
        nodes[f"{root}:online"] = {"dct:type": {"@id": ONLINE}, "foaf:page": page}
    main["cv:hasChannel"] = [{"@id": address} for address in nodes]
    return {address: {"@type": "cv:Channel", "dct:identifier": address, **node} for address, node in nodes.items()}


def _facts(root: str, service: Service, main: Node) -> dict[str, Node]:
    """Return a node for each fact: who affirms it and when, and the words for which CPSV-AP has no property."""
    nodes: dict[str, Node] = {}
    for key, fact in service.facts():
        node: Node = {"@type": "zin:Fact", "zin:about": key, "dct:source": fact.source, "dct:date": fact.as_of}
        node |= {"dct:valid": fact.until} if fact.until else {}
        node |= {"skos:note": _french(fact.note)} if fact.note else {}
        if key in WORDED and not isinstance(fact, Documents):
            node["rdf:value"] = _french(fact.model_dump()["value"])
        nodes[f"{root}:fact:{key}"] = node
    main["zin:fact"] = [{"@id": address} for address in nodes]
    return nodes


def _named(kind: str, name: str) -> str:
    return f"urn:zin:{kind}:{slug(name)}"


def _french(text: str) -> Node:
    return {"@language": FRENCH, "@value": text}
