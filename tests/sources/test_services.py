"""The services as citizens meet them: lists that reach every service, and cards that say what is not known."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from pathlib import Path

import pytest

from catalog.entries import read_services
from sources.services import Catalogue
from state.interfaces import Outcome

SERVICES = read_services(Path(__file__).parents[2] / "menus" / "catalogue")
CATALOGUE = Catalogue(SERVICES, today=lambda: date(2026, 1, 1))
FIGURES = ("cost", "delay", "validity", "documents", "where", "url")


async def test_themes_and_life_events_lead_to_every_service() -> None:
    for lists, part, needed in (
        ("services.themes", "services.of_theme", "theme"),
        ("services.life_events", "services.of_life_event", "life_event"),
    ):
        groups = (await CATALOGUE.ask(lists, {})).rows
        reached = [row["id"] for one in groups for row in (await CATALOGUE.ask(part, {needed: one["id"]})).rows]
        assert sorted(reached) == sorted(SERVICES)


LISTS = [
    ("services.themes", {}, ["Éducation et examens", "État civil et citoyenneté"]),
    ("services.of_theme", {"theme": "justice"}, ["Casier judiciaire", "Certificat de nationalité"]),
    ("services.of_life_event", {"life_event": "papiers-perdus"}, ["Perte de papiers : police"]),
]


@pytest.mark.parametrize(("question", "answers", "first"), LISTS)
async def test_lists_begin_with_what_is_asked_most(question: str, answers: dict[str, str], first: list[str]) -> None:
    names = [row["name"] for row in (await CATALOGUE.ask(question, answers)).rows]
    assert names[: len(first)] == first


async def test_services_of_one_event_stand_together_in_their_theme() -> None:
    rows = (await CATALOGUE.ask("services.of_theme", {"theme": "education-et-examens"})).rows
    events = [SERVICES[row["id"]].life_event for row in rows]
    assert [event for event, _ in groupby(events)] == list(dict.fromkeys(events))
    assert len(set(events)) > 1


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("services.of_theme", {"theme": "astronomie"}),
        ("services.of_life_event", {"life_event": ""}),
        ("services.card", {"service": "../../etc/passwd"}),
        ("services.search", {"words": "xyzxyz"}),
    ],
)
async def test_what_no_service_bears_is_unknown(question: str, answers: dict[str, str]) -> None:
    assert await CATALOGUE.ask(question, answers) == Outcome("unknown")


async def test_catalog_without_services_is_empty() -> None:
    empty = Catalogue({})
    for question in empty.questions.values():
        assert await empty.ask(question.name, dict.fromkeys(question.needs, "passeport")) == Outcome("unknown")


CARDS = [
    ("casier-judiciaire-b3", "cost", "1 900 F (1 919 F en comptant les frais du paiement mobile, en 2023)"),
    ("casier-judiciaire-b3", "delay", "72 h, plus si forte demande"),
    ("certificat-residence", "delay", ""),
    ("passeport-ordinaire", "cost", "30 000 F (en urgence : 130 000 F)"),
    ("npi-cest-moi", "cost", "gratuit"),
    ("titre-foncier", "cost", "108 500 F (tarif de 2018, géomètre en plus)"),
    ("permis-conduire", "cost", "selon l’auto-école (l’ANaTT ne publie pas de prix)"),
    ("permis-duplicata", "documents", "- NPI (numéro personnel de l’ANIP)\n- groupe sanguin\n(liste incomplète)"),
    ("evisa", "cost", "32 798 F (50 € pour 30 jours et une entrée ; tarif publié en 2020)"),
    ("cnss-allocation", "cost", "vous recevez 2 500 F par mois et par enfant (6 enfants au plus, jusqu’à 21 ans)"),
    ("resultats-bac", "documents", "numéro de table, ou nom, prénoms et centre de composition"),
    (
        "certificat-nationalite",
        "where",
        "greffe du tribunal ou de la cour, pour déposer et retirer"
        " (redit par le ministère en juillet 2025 ; l’ADAN traite la demande)",
    ),
    ("declaration-perte", "url", ""),
    ("certificat-residence", "to_confirm", "délai"),
    ("casier-judiciaire-b3", "request", "1"),
    ("casier-judiciaire-b3", "result", ""),
    ("resultats-bac", "result", "1"),
    ("pension-fnrb", "file", "1"),
]


@pytest.mark.parametrize(("service", "fact", "text"), CARDS)
async def test_a_card_tells(service: str, fact: str, text: str) -> None:
    assert (await CATALOGUE.ask("services.card", {"service": service})).facts[fact] == text


@pytest.mark.parametrize("service", SERVICES)
async def test_a_card_confirms_only_what_its_file_holds(service: str) -> None:
    facts = (await CATALOGUE.ask("services.card", {"service": service})).facts
    known = {"cost" if key == "rates" else key for key, _ in SERVICES[service].facts()}
    assert {fact for fact in FIGURES if facts[fact] == ""} == set(FIGURES) - known
    assert facts.keys() == CATALOGUE.questions["services.card"].gives.keys()


async def test_no_card_is_longer_than_the_question_announces() -> None:
    gives = CATALOGUE.questions["services.card"].gives
    for service in SERVICES:
        for fact, text in (await CATALOGUE.ask("services.card", {"service": service})).facts.items():
            assert len(text) <= len(gives[fact].longest)
