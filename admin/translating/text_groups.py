"""Names of the groups of texts, of their places and states, in a clerk's words; and how many citizens saw them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from admin.context import AdminContext
from analytics.repository import traffic
from authoring.translating.language_texts import State
from authoring.translating.texts import OWN, PHRASES, Place, Text
from catalog.facts import local_today
from state.menu.versions import MenuVersion

SEEN_DAYS: Final = 30
STATE_NAMES: Final[Mapping[State, str]] = {
    "missing": "à traduire",
    "old": "français changé",
    "faulty": "à corriger",
    "draft": "brouillon, à relire",
    "attested": "attesté",
    "reviewed": "relu",
}
FOLDERS: Final = {
    PHRASES: "Mots de Zin : touches et annonces",
    "catalogue": "Services",
    "exams": "Examens",
    "statuses": "Étapes des demandes",
    "messages": "Messages des ministères",
    OWN: "Réponses des sources",
}


def group_title(edition: MenuVersion, group: str) -> str:
    """Return the title of a journey, or of a folder of entries."""
    journey = edition.journeys.files.get(group)
    return journey.title if journey and group not in FOLDERS else FOLDERS.get(group, group)


def place_label(edition: MenuVersion, place: Place) -> str:
    """Return where a text stands: « Résultats d'examens, choix 1 »."""
    before, _, what = place.about.partition(" : ")
    title = group_title(edition, place.group)
    if place.screen:
        return f"{title}, {what}"
    return f"{title} : {what if place.group == PHRASES else before.rpartition('/')[2]}"


async def seen_by_screen(desk: AdminContext) -> Mapping[str, int]:
    """Return how often citizens came to each screen in the last SEEN_DAYS days."""
    today = local_today()
    found = await traffic(desk.database, today - timedelta(SEEN_DAYS), today, ())
    return {screen: passage.arrived for screen, passage in found.items()}


def seen(text: Text, by_screen: Mapping[str, int]) -> int:
    """Return how often citizens saw a text; the words of Zin stand on all screens."""
    if PHRASES in text.groups:
        return sum(by_screen.values())
    return sum(by_screen.get(screen, 0) for screen in text.screens)
