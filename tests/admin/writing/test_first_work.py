"""What a clerk comes for, going by what the pages show and without the guide, and how long it takes."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Final

import pytest
from playwright.async_api import expect

from tests.support.browser import Making, chromium, live_desk
from tests.support.person_time import Person

pytestmark = [pytest.mark.slow, pytest.mark.browser]
MINUTES: Final = 10
BEHIND: Final = """() => {
  const focused = document.activeElement, bar = document.querySelector(".save");
  if (!focused.closest("form[data-typed]") || bar.contains(focused)) return false;
  const [one, two] = [focused.getBoundingClientRect(), bar.getBoundingClientRect()];
  return one.height > 1 && one.top >= two.top && one.top < two.bottom;
}"""
DRAFTED: Final = "C'est dans le brouillon"
SERVICE: Final = {
    "Nom entier": "Carte d'artisan",
    "Nom court, pour les listes (30 signes au plus)": "Carte d'artisan",
    "Thème": "Entreprise",
    "Événement de la vie": "Travail et emploi",
    "Administration qui le rend": "Ministère de l'Artisanat",
    "Mots que les citoyens tapent pour le trouver, séparés par des virgules": "artisan, métier",
    "D'où le savez-vous ?": "Affiche du guichet, Cotonou",
    "Vrai à quelle date ?": "30/11/2026",
    "Prix": "5 000 FCFA",
    "Délai": "15 jours",
    "Pièces à apporter": "Pièce d'identité\n2 photos\nAttestation de métier",
}
SAYS: Final = "Demandez la carte d'artisan à la mairie, du lundi au vendredi."


async def add_service(clerk: Person) -> None:
    await clerk.click("Ajouter un service")
    for label, text in SERVICE.items():
        await clerk.fill(label, text)
    await clerk.click("Enregistrer dans le brouillon", "button")
    await clerk.sees(DRAFTED)


async def add_choice(clerk: Person) -> None:
    await clerk.click("Accueil")
    await clerk.click("Changer un écran : ses textes, ses choix")
    await clerk.open_box("Urgences")
    await clerk.open_box("Appels gratuits")
    await clerk.click("Changer les choix et la suite")
    await clerk.click("Ajouter un choix", "button")
    await clerk.fill("Choix 2 : ce que lit le citoyen", "Carte d'artisan")
    await clerk.choose("Choix 2 : mène à", "nouvel écran, qui dit :")
    await clerk.fill("Choix 2 : ce que dit le nouvel écran", SAYS)
    await clerk.click("Enregistrer dans le brouillon", "button")
    await clerk.sees(DRAFTED)


async def publish(clerk: Person) -> None:
    await clerk.click("le brouillon")
    await clerk.fill("Pourquoi", "Nouveau service : carte d'artisan")
    await clerk.click("Préparer ce brouillon", "button")
    await clerk.click("Publier cette version", "button")
    await clerk.sees("C'est fait")


async def call(clerk: Person) -> None:
    await clerk.click("L'essayer au téléphone")
    await clerk.click("Appeler", "button")
    phone = clerk.page.get_by_role("region", name="Téléphone")
    for key, answer in (("9", "2 Carte d'artisan"), ("2", SAYS)):
        await clerk.click(key, "button")
        await clerk.click("Envoyer", "button")
        await expect(phone).to_contain_text(answer)


WORK: Final[tuple[Callable[[Person], Coroutine[Any, Any, None]], ...]] = (add_service, add_choice, publish, call)


@pytest.mark.parametrize("width", [1280, 390])
async def test_service_and_choice_reach_citizens_within_ten_minutes(our_settings: Making, width: int) -> None:
    async with chromium() as browser, live_desk(our_settings(), browser, width) as live:
        await live.go("/bureau/accueil")
        clerk, spent = Person(live.page), []
        for work in WORK:
            await work(clerk)
            spent.append(f"{work.__name__}: {clerk}")
        assert clerk.minutes < MINUTES, "\n".join(spent)


@pytest.mark.parametrize("page", ["services/nouveau", "services/casier-judiciaire-b3", "ecran/help.topics/changer"])
async def test_long_form_is_saved_without_looking_for_its_button(our_settings: Making, page: str) -> None:
    async with chromium() as browser, live_desk(our_settings(), browser, 1280, 800) as live:
        await live.go(f"/bureau/{page}")
        save = live.page.get_by_role("button", name="Enregistrer dans le brouillon", exact=True)
        await expect(save).to_be_in_viewport(ratio=1)
        await live.page.keyboard.press("Tab")
        for _ in range(40):  # what has the keyboard is never behind it
            await live.page.keyboard.press("Tab")
            assert not await live.page.evaluate(BEHIND)
        await live.sound()


async def test_telephone_is_called_without_scrolling(our_settings: Making) -> None:
    async with chromium() as browser, live_desk(our_settings(), browser, 1280, 800) as live:
        await live.go()
        await expect(live.page.get_by_role("button", name="Appeler", exact=True)).to_be_in_viewport(ratio=1)
