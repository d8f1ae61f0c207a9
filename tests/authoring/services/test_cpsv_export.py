"""The export as CPSV-AP: its mandatory properties, by a SHACL shape of our own, and nothing lost on the way back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pyshacl import validate
from rdflib import Graph

from authoring.services.cpsv_export import write_cpsv
from authoring.services.cpsv_import import read_cpsv
from authoring.services.durations import to_duration, to_words
from authoring.services.record import Origin
from catalog.entries import Service, read_services

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:.*ConjunctiveGraph is deprecated:DeprecationWarning"),  # rdflib reads JSON-LD so
]

ROOT = Path(__file__).parents[3]
SHAPE = ROOT / "tests" / "data" / "cpsv_ap" / "mandatory.ttl"
SERVICES = read_services(ROOT / "menus" / "catalogue")


def conforms(raw: bytes) -> tuple[bool, str]:
    data, shape = Graph().parse(data=raw, format="json-ld"), Graph().parse(SHAPE)
    fits, _, text = validate(data, shacl_graph=shape)
    return fits, text


def test_export_has_the_mandatory_properties() -> None:
    fits, why = conforms(write_cpsv(SERVICES))
    assert fits, why


def changed(at: str, key: str, value: Any) -> bytes:
    """An export in which one property of one node is another, or is missing if the value is None."""
    found = json.loads(write_cpsv({"passeport-ordinaire": SERVICES["passeport-ordinaire"]}))
    (node,) = [one for one in found["@graph"] if one["@id"] == at]
    assert key in node
    node.pop(key)
    if value is not None:
        node[key] = value
    return json.dumps(found).encode()


PASSPORT = "urn:zin:service:passeport-ordinaire"
OFFICE = "urn:zin:organisation:direction-de-l-emigration-et-de-l-immigration-ministere-de-l-interieur"


@pytest.mark.parametrize(
    ("at", "key", "value"),
    [
        (PASSPORT, "dct:identifier", None),
        (PASSPORT, "dct:identifier", ["1", "2"]),
        (PASSPORT, "dct:title", None),
        (PASSPORT, "dct:title", "sans langue"),
        (PASSPORT, "dct:description", None),
        (PASSPORT, "cv:hasCompetentAuthority", None),
        (PASSPORT, "cv:hasCompetentAuthority", {"@id": "urn:zin:nobody"}),
        (PASSPORT, "cv:hasCost", {"@id": PASSPORT}),
        (OFFICE, "skos:prefLabel", None),
        (OFFICE, "dct:spatial", None),
        (f"{PASSPORT}:cost", "dct:identifier", None),
        (f"{PASSPORT}:cost", "cv:hasValue", "beaucoup"),
        (f"{PASSPORT}:online", "dct:identifier", None),
        (f"{PASSPORT}:document:01", "dct:title", None),
        ("urn:zin:event:voyage", "dct:title", None),
        ("urn:zin:theme:voyage-et-sejour", "skos:prefLabel", None),
    ],
)
def test_shape_sees_what_is_missing(at: str, key: str, value: Any) -> None:
    fits, _ = conforms(changed(at, key, value))
    assert not fits


def test_every_service_is_read_back_whole(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.jsonld"
    path.write_bytes(write_cpsv(SERVICES))
    read = read_cpsv(path, Origin())
    assert read.refused == ()
    assert {one.entry: Service.model_validate(one.fields) for one in read.found} == SERVICES


def test_export_is_the_same_each_time() -> None:
    backwards = dict(reversed(list(SERVICES.items())))
    assert write_cpsv(backwards) == write_cpsv(SERVICES)


@pytest.mark.parametrize(
    ("words", "duration", "back"),
    [
        ("3 jours", "P3D", "3 jours"),
        ("1 jour", "P1D", "1 jour"),
        ("72 h", "PT72H", "72 heures"),
        ("2 semaines", "P14D", "14 jours"),
        ("6 mois", "P6M", "6 mois"),
        ("1 an", "P1Y", "1 an"),
        ("7 à 15 jours", "", ""),
        ("72 h, plus si forte demande", "", ""),
        ("tout de suite", "", ""),
    ],
)
def test_delay_is_a_duration_if_it_is_one(words: str, duration: str, back: str) -> None:
    assert to_duration(words) == duration
    assert to_words(duration) == back
