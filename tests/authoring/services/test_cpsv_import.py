"""CPSV-AP of other catalogues: other contexts, other shapes of the same graph, and files that are none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from authoring.services.cpsv_import import read_cpsv
from authoring.services.json_ld import Graph
from authoring.services.json_ld_context import JsonLdBroken
from authoring.services.record import Origin, Record
from authoring.services.vocabulary import PREFIXES
from spreadsheets.sheet import FileBroken

ORIGIN = Origin("le portail d'exemple", "2026-11-29")
SAID = {"source": "le portail d'exemple", "as_of": "2026-11-29"}
EXPECTED = {
    "name": "Permis d'exemple",
    "code": "PS00001",
    "theme": "Transport",
    "life_event": "Avoir un véhicule",
    "administration": "Agence d'exemple",
    "words": ["permis"],
    "cost": {"value": "1500", **SAID},
    "delay": {"value": "3 jours", **SAID},
    "documents": {"value": ["photo", "ancien permis"], **SAID},
    "where": {"value": "au guichet d'exemple", **SAID},
    "url": {"value": "https://exemple.bj/permis", **SAID},
}
FLAT: dict[str, Any] = {
    "@context": dict(PREFIXES),
    "@graph": [
        {
            "@id": "http://exemple.bj/s/1",
            "@type": "cpsv:PublicService",
            "dct:identifier": "PS00001",
            "dct:title": [
                {"@value": "Example licence", "@language": "en"},
                {"@value": "Permis d'exemple", "@language": "fr"},
            ],
            "dcat:keyword": {"@value": "permis", "@language": "fr-BJ"},
            "cv:thematicArea": {"@id": "http://exemple.bj/t/1"},
            "cv:isGroupedBy": {"@id": "http://exemple.bj/e/1"},
            "cv:hasCompetentAuthority": {"@id": "http://exemple.bj/o/1"},
            "cv:hasCost": {"@id": "http://exemple.bj/c/1"},
            "cv:processingTime": {"@type": "xsd:duration", "@value": "P3D"},
            "cpsv:hasInput": [{"@id": "http://exemple.bj/d/1"}, {"@id": "http://exemple.bj/d/2"}],
            "cv:hasChannel": [{"@id": "http://exemple.bj/ch/1"}, {"@id": "http://exemple.bj/ch/2"}],
        },
        {"@id": "http://exemple.bj/t/1", "@type": "skos:Concept", "skos:prefLabel": "Transport"},
        {"@id": "http://exemple.bj/e/1", "@type": "cv:LifeEvent", "dct:title": "Avoir un véhicule"},
        {
            "@id": "http://exemple.bj/o/1",
            "@type": "cv:PublicOrganisation",
            "skos:prefLabel": {"@value": "Agence d'exemple"},
        },
        {
            "@id": "http://exemple.bj/c/1",
            "@type": "cv:Cost",
            "cv:hasValue": 1500.0,
            "cv:currency": {"@id": "http://publications.europa.eu/resource/authority/currency/XOF"},
        },
        {"@id": "http://exemple.bj/d/1", "@type": "cv:Evidence", "dct:title": "photo"},
        {"@id": "http://exemple.bj/d/2", "@type": "cv:Evidence", "dct:title": "ancien  permis"},
        {"@id": "http://exemple.bj/ch/1", "@type": "cv:Channel", "dct:description": "au guichet d'exemple"},
        {"@id": "http://exemple.bj/ch/2", "@type": "cv:Channel", "foaf:page": {"@id": "https://exemple.bj/permis"}},
    ],
}
NESTED: dict[str, Any] = {
    "@context": [
        "https://semiceu.github.io/CPSV-AP/releases/3.2.0/context/cpsv-ap.jsonld",
        {"id": "@id", "type": "@type", "page": {"@id": "foaf:page", "@type": "@id"}, "libelle": "skos:prefLabel"},
    ],
    "id": "http://exemple.bj/s/1",
    "type": "PublicService",
    "PublicService.identifier": "PS00001",
    "PublicService.name": {"fr": "Permis d'exemple", "en": "Example licence"},
    "PublicService.keyword": "permis",
    "PublicService.thematicArea": {"type": "Concept", "libelle": "Transport"},
    "PublicService.isGroupedBy": {"type": "LifeEvent", "Event.name": "Avoir un véhicule"},
    "PublicService.hasCompetentAuthority": {"type": "PublicOrganization", "libelle": "Agence d'exemple"},
    "PublicService.hasCost": {"type": "Cost", "Cost.hasValue": "1500", "Cost.currency": "XOF"},
    "PublicService.processingTime": "P3D",
    "PublicService.hasInput": {"@list": [{"Evidence.name": "photo"}, {"Evidence.name": "ancien permis"}]},
    "PublicService.hasChannel": [
        {"Channel.description": "au guichet d'exemple"},
        {"page": "https://exemple.bj/permis"},
    ],
}
WHOLE_NAMES = json.loads(
    json.dumps(FLAT["@graph"]).replace("cpsv:", PREFIXES["cpsv"]).replace("cv:", PREFIXES["cv"])
    .replace("dct:", PREFIXES["dct"]).replace("dcat:", PREFIXES["dcat"]).replace("skos:", PREFIXES["skos"])
    .replace("foaf:", PREFIXES["foaf"]).replace("xsd:", PREFIXES["xsd"])
)  # fmt: skip
SHAPES = {"flat": FLAT, "nested": NESTED, "without a context": WHOLE_NAMES}


def read(folder: Path, given: Any) -> tuple[Record, ...]:
    path = folder / "services.jsonld"
    path.write_text(json.dumps(given), encoding="utf-8")
    found = read_cpsv(path, ORIGIN)
    assert found.refused == ()
    return found.found


@pytest.mark.parametrize("given", SHAPES.values(), ids=SHAPES)
def test_service_is_read_whatever_the_shape_of_the_file(tmp_path: Path, given: Any) -> None:
    (record,) = read(tmp_path, given)
    assert record.fields == EXPECTED
    assert (record.place, record.entry) == ("http://exemple.bj/s/1", "")


def with_service(**changes: Any) -> dict[str, Any]:
    service, *others = FLAT["@graph"]
    return {**FLAT, "@graph": [{key: one for key, one in {**service, **changes}.items() if one is not None}, *others]}


def test_own_source_and_date_come_before_those_of_the_file(tmp_path: Path) -> None:
    given = with_service(**{"dct:source": "arrêté d'exemple", "dct:modified": "2026-01-02T10:00:00Z"})
    (record,) = read(tmp_path, given)
    assert record.fields["delay"] == {"value": "3 jours", "source": "arrêté d'exemple", "as_of": "2026-01-02"}


def test_what_is_missing_is_not_invented(tmp_path: Path) -> None:
    given = with_service(
        **dict.fromkeys(("cv:hasCost", "cv:processingTime", "cpsv:hasInput", "cv:hasChannel", "dcat:keyword"))
    )
    (record,) = read(tmp_path, given)
    assert record.fields.keys() == {"name", "code", "theme", "life_event", "administration"}


@pytest.mark.parametrize(
    ("cost", "what"),
    [
        (
            {"cv:hasValue": "12", "cv:currency": {"@id": "http://exemple.bj/currency/EUR"}},
            "prix dans une autre monnaie",
        ),
        ({"cv:hasValue": "12.5"}, "prix « 12.5 » : il faut un nombre entier de F CFA"),
        ({"cv:hasValue": "-3"}, "prix « -3 »"),
    ],
)
def test_price_that_is_not_in_whole_francs_is_refused(tmp_path: Path, cost: Any, what: str) -> None:
    path = tmp_path / "services.jsonld"
    path.write_text(json.dumps(with_service(**{"cv:hasCost": cost})), encoding="utf-8")
    (refused,) = read_cpsv(path, ORIGIN).refused
    assert refused.startswith(f"http://exemple.bj/s/1 : {what}")


def test_price_in_words_is_a_scale_of_prices(tmp_path: Path) -> None:
    (record,) = read(tmp_path, with_service(**{"cv:hasCost": {"dct:description": "selon la cylindrée"}}))
    assert record.fields["rates"] == {"value": "selon la cylindrée", **SAID}
    assert "cost" not in record.fields


NO_FILES = [
    (b"", "JSON lisible"),
    (b"\xff\xfe", "JSON lisible"),
    (b"[" * 100_000, "JSON lisible"),
    (b"12", "il faut un objet JSON"),
    (b"{}", "aucun service"),
    (b'{"@context": "https://ailleurs.example/contexte", "@graph": []}', "contexte"),
    (b'{"a:b": ' + b'{"a:b": ' * 60 + b"1" + b"}" * 61, "20 objets"),
    (b'{"a:b": true}', "ni un texte ni un nombre"),
]


@pytest.mark.parametrize(("raw", "what"), NO_FILES)
def test_what_is_no_catalogue_is_refused_in_one_line(tmp_path: Path, raw: bytes, what: str) -> None:
    path = tmp_path / "services.jsonld"
    path.write_bytes(raw)
    with pytest.raises(FileBroken) as error:
        read_cpsv(path, ORIGIN)
    assert what in str(error.value)
    assert "\n" not in str(error.value)


def test_unknown_context_is_never_fetched() -> None:
    with pytest.raises(JsonLdBroken, match=r"ailleurs\.example"):
        Graph(b'{"@context": ["https://ailleurs.example/contexte"]}')
