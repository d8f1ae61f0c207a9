"""What citizens type finds the service that they mean."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.entries import read_services
from catalog.entry_types import slug
from sources.services import MAX_FOUND, Catalogue
from state.text.search import plain
from state.text.translations import read_wordings

SERVICES = read_services(Path(__file__).parents[2] / "menus" / "catalogue")
CATALOGUE = Catalogue(SERVICES, today=lambda: date(2026, 1, 1))


async def search(typed: str) -> list[str]:
    return [row["id"] for row in (await CATALOGUE.ask("services.search", {"words": typed})).rows]


TYPED = [
    ("passport", "passeport-ordinaire"),
    ("pasport", "passeport-ordinaire"),
    ("PASSEPORT", "passeport-ordinaire"),
    ("je veux un passeport svp", "passeport-ordinaire"),
    ("casié", "casier-judiciaire-b3"),
    ("kasier judisier", "casier-judiciaire-b3"),
    ("b3", "casier-judiciaire-b3"),
    ("acte naissance", "acte-naissance-securise"),
    ("Comment faire un acte de naissance ?", "acte-naissance-securise"),
    ("extrait nessance", "acte-naissance-securise"),
    ("bébé", "declaration-naissance"),
    ("bac", "resultats-bac"),
    ("resulta bepc", "resultats-bepc"),
    ("cart didentite", "cni-biometrique"),
    ("cip", "cip"),
    ("nationalité", "certificat-nationalite"),
    ("rezidance", "certificat-residence"),
    ("impot", "teledeclaration"),
    ("permi construire", "permis-construire"),
    ("bourss", "bourse-universitaire"),
    ("plaque moto", "immatriculation-moto"),
    ("retraite", "pension-fnrb"),
    ("pention", "pension-fnrb"),
    ("mariaje", "mariage-civil"),
    ("sbee", "facture-electricite"),
    ("e-visa", "evisa"),
    ("apres mon bac", "orientation-apresmonbac"),
]


@pytest.mark.parametrize(("typed", "first"), TYPED)
async def test_what_is_typed_finds(typed: str, first: str) -> None:
    assert (await search(typed))[0] == first


@pytest.mark.parametrize("service", SERVICES)
async def test_service_is_found_by_its_short_name(service: str) -> None:
    assert (await search(SERVICES[service].short))[0] == service


@pytest.mark.parametrize("typed", ["", "0", "é", "12345", "merci", "bonjour", "de la", "xyzxyz", "? !", "ok", "\x00"])
async def test_what_asks_for_nothing_finds_nothing(typed: str) -> None:
    assert await search(typed) == []


@pytest.mark.parametrize(
    ("typed", "service"),
    [
        ("Jijiwéma", "acte-naissance-securise"),
        ("jijiwema", "acte-naissance-securise"),
        ("ìwé ìrìnnà", "passeport-ordinaire"),
    ],
)
async def test_service_is_found_in_every_language(typed: str, service: str) -> None:
    wordings, _ = read_wordings(Path("locales"))
    catalogue = Catalogue(SERVICES)
    catalogue.reload(SERVICES, wordings=wordings)
    found = await catalogue.ask("services.search", {"words": typed})
    assert found.rows[0]["id"] == service


@given(st.one_of(st.text(), st.text("aeiou cnprst'é-", max_size=300)))
async def test_a_search_never_fails_and_never_floods(typed: str) -> None:
    found = await search(typed)
    assert len(found) <= MAX_FOUND
    assert len(set(found)) == len(found)
    assert set(found) <= set(SERVICES)


@given(st.text())
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert slug(text).replace("-", "").isalnum() or slug(text) == ""


async def test_search_leaves_the_server_free() -> None:
    """The bound is loose, for slow machines; one millisecond was measured."""
    many = {
        f"{name}-{copy}": service.model_copy(update={"short": f"{service.short[:24]} {copy}"})
        for copy in range(18)
        for name, service in SERVICES.items()
    }
    thousand = Catalogue(many)
    began = time.process_time()
    for _ in range(20):
        await thousand.ask("services.search", {"words": "comment optenir sertificat de nasionalite beninoize"})
    assert (time.process_time() - began) / 20 < 0.05
