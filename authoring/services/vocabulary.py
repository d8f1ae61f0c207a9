"""The terms of CPSV-AP 3.2.0, and those of our own for what it has no term for.

Source: https://semiceu.github.io/CPSV-AP/releases/3.2.0/ (classes and properties, and the JSON-LD context). Our own
terms have what would be lost: who affirms a fact and when, and the words of a delay or a validity.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SPECIFICATION: Final = "https://semiceu.github.io/CPSV-AP/releases/3.2.0/"
PREFIXES: Final[Mapping[str, str]] = {
    "adms": "http://www.w3.org/ns/adms#",
    "cpsv": "http://purl.org/vocab/cpsv#",
    "cv": "http://data.europa.eu/m8g/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "org": "http://www.w3.org/ns/org#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "schema": "http://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "zin": "urn:zin:terms:",
}
# What the context of the specification calls them, for files that refer to it and have no context of their own.
TERMS: Final[Mapping[str, str]] = {
    "PublicService": "cpsv:PublicService",
    "PublicService.identifier": "dct:identifier",
    "PublicService.name": "dct:title",
    "PublicService.description": "dct:description",
    "PublicService.hasCompetentAuthority": "cv:hasCompetentAuthority",
    "PublicService.thematicArea": "cv:thematicArea",
    "PublicService.isGroupedBy": "cv:isGroupedBy",
    "PublicService.keyword": "dcat:keyword",
    "PublicService.hasCost": "cv:hasCost",
    "PublicService.hasInput": "cpsv:hasInput",
    "PublicService.hasInputType": "cv:hasInputType",
    "PublicService.holdsRequirement": "cv:holdsRequirement",
    "PublicService.hasChannel": "cv:hasChannel",
    "PublicService.contactPoint": "cv:contactPoint",
    "PublicService.processingTime": "cv:processingTime",
    "PublicOrganization": "cv:PublicOrganisation",
    "PublicOrganization.preferredLabel": "skos:prefLabel",
    "PublicOrganization.spatial": "dct:spatial",
    "Cost": "cv:Cost",
    "Cost.hasValue": "cv:hasValue",
    "Cost.currency": "cv:currency",
    "Cost.description": "dct:description",
    "Cost.identifier": "dct:identifier",
    "Channel": "cv:Channel",
    "Channel.description": "dct:description",
    "Channel.identifier": "dct:identifier",
    "ContactPoint": "cv:ContactPoint",
    "ContactPoint.contactPage": "cv:contactPage",
    "Evidence": "cv:Evidence",
    "Evidence.identifier": "dct:identifier",
    "Evidence.name": "dct:title",
    "Event": "cv:Event",
    "Event.identifier": "dct:identifier",
    "Event.name": "dct:title",
    "LifeEvent": "cv:LifeEvent",
    "BusinessEvent": "cv:BusinessEvent",
    "Requirement": "cv:Requirement",
    "Requirement.name": "dct:title",
    "Concept": "skos:Concept",
    "Concept.preferredLabel": "skos:prefLabel",
}
FRENCH: Final = "fr"
# The tables of the EU Publications Office; behind them stands an ISO 4217 or ISO 3166-1 code of three letters.
CURRENCY: Final = "http://publications.europa.eu/resource/authority/currency/"
COUNTRY: Final = "http://publications.europa.eu/resource/authority/country/"
ONLINE: Final = "urn:zin:channel-type:online"
DESK: Final = "urn:zin:channel-type:desk"
SERVICE: Final = "urn:zin:service:"  # before the id of an entry
OWN: Final[Mapping[str, str]] = {"short": "zin:shortName", "asked": "zin:demand", "after": "zin:next"}


def full(name: str) -> str:
    """Return the address of a term, e.g. of dct:title."""
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local
