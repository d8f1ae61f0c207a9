"""The form of a service: one source for all facts, and complaints at their fields in the words of the form."""

from __future__ import annotations

import re

import pytest

from tests.admin.writing.test_services_pages import CARD, NEW, SAVE, drafted, faults, seen, send
from tests.support.browser import Making
from tests.support.map_reader import serve

pytestmark = pytest.mark.slow
WRONG = [
    ({"short": ""}, "short", "À remplir"),
    ({"short": "x" * 31}, "short", "30"),
    ({"cost.value": "beaucoup"}, "cost-value", "n'est pas un prix"),
    ({"all.source": ""}, "all-source", "D'où le savez-vous"),
    ({"all.source": "", "cost.as_of": "2026"}, "cost-source", "D'où le savez-vous"),
    ({"all.as_of": ""}, "all-as_of", "comme 24/11/2026"),
    ({"all.as_of": "hier"}, "all-as_of", "« hier » n'est pas une date : écrivez le jour, comme 24/11/2026"),
    ({"all.as_of": "31/13/2026"}, "all-as_of", "n'est pas une date"),
    ({"cost.as_of": "hier"}, "cost-as_of", "n'est pas une date"),
    ({"url.value": "exemple", "url.source": "x", "url.as_of": "2026"}, "url-value", "https://"),
    ({"theme": "justice"}, "theme", "de la même façon"),
    ({"code": "12"}, "code", "PS"),
    ({"name": "Carte 😀"}, "name", "😀"),
]


@pytest.mark.parametrize(("typed", "field", "complaint"), WRONG, ids=str)
async def test_fault_comes_back_at_its_field(
    our_settings: Making, typed: dict[str, str], field: str, complaint: str
) -> None:
    async with serve(our_settings()) as client:
        status, text = await send(client, "services/nouveau", {**NEW, **typed, **SAVE})
        assert status == 422
        assert complaint in faults(text)[field]
        assert re.search(rf'id="{field}"[^>]* aria-invalid="true"', text)
        assert await drafted(client, "carte-d-exemple") == ""


async def test_one_source_and_day_stand_for_every_fact_without_its_own(our_settings: Making) -> None:
    facts = {"cost.value": "5 000 FCFA", "delay.value": "15 jours", "delay.source": "loi d'exemple"}
    async with serve(our_settings()) as client:
        assert (await send(client, "services/nouveau", {**NEW, **facts, "all.as_of": "11/2026", **SAVE}))[0] == 303
        text = await drafted(client, "carte-d-exemple")
    assert "cost:\n  value: 5000\n  source: affiche d'exemple\n  as_of: 2026-11\n" in text
    assert "delay:\n  value: 15 jours\n  source: loi d'exemple\n  as_of: 2026-11\n" in text


async def test_one_source_and_day_stand_for_every_changed_fact(our_settings: Making) -> None:
    shared = {"all.source": "affiche d'exemple", "all.as_of": "24/11/2026"}
    async with serve(our_settings()) as client:
        changed = {"seen": await seen(client), "cost.value": "2100", **shared, **SAVE}
        assert (await send(client, f"services/{CARD}", changed))[0] == 303
        text = await drafted(client, CARD)
    assert "  value: 2100\n  source: affiche d'exemple\n  as_of: 2026-11-24\n" in text
    assert text.count("affiche d'exemple") == 1


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ({"name": "Carte"}, []),
        ({"name": "Carte", "theme": "Justice"}, ["short"]),
        ({"cost.value": "1500"}, ["name", "short", "theme", "life_event", "administration", "all-source", "all-as_of"]),
    ],
    ids=str,
)
async def test_form_asks_for_what_was_passed_over_and_no_more(
    our_settings: Making, typed: dict[str, str], asked: list[str]
) -> None:
    async with serve(our_settings()) as client:
        _, text = await send(client, "services/nouveau", {"name": "", **typed})
    assert [key for key, lines in faults(text).items() if lines] == asked
    assert "il manque la clé" not in text


async def test_unseen_theme_is_said_before_citizens_see_it(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        known = faults((await send(client, "services/nouveau", NEW))[1])
        new = faults((await send(client, "services/nouveau", {**NEW, "theme": "Emploi"}))[1])
    assert ("Aucun autre service n'a ce thème" in known["theme"], "n'a ce thème" in new["theme"]) == (False, True)
