"""What the journal says of a saved form of a journey: what changed, in words, before and after."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.support.admin_client import Client
from tests.support.browser import Making
from tests.support.map_reader import serve
from tests.support.structure_form import added, fields_of, form_of, send

pytestmark = pytest.mark.slow


async def last_line(client: Client) -> str:
    """What the journal says of the last save, on its page."""
    text = unescape(await (await client.get("/bureau/journal")).text())
    found = re.search(r"· quoi : (.*?)(?: · |</p>)", text)
    assert found
    return re.sub(r"\s", " ", found[1])


async def test_journal_says_which_choices_changed(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        fields = added(await form_of(client), 5, label="Les frais", to="+", dit="Tout est gratuit.", etait="")
        assert (await send(client, {**fields, "action": "enregistrer"}))[0] == 303
        assert await last_line(client) == (
            "« Aide » : choix ajouté : « Les frais », qui mène à « Tout est gratuit. » ; "
            "écran ajouté : « Tout est gratuit. »"
        )
        fields = fields_of((await send(client, {**await form_of(client), "action": "monter.1"}))[1])
        fields = {**fields, "choix.5.label": "Ce que cela coûte", "choix.2.to": "keys"}
        fields = {**fields, "retirer-ecran.dropped": "oui", "action": "enregistrer"}
        assert (await send(client, fields))[0] == 303
        line = await last_line(client)
        for part in (
            "choix « Ce que cela coûte » (avant : « Les frais »)",
            "choix « Si l'appel est coupé » : mène à",
            "ordre des choix : Changer de langue, Comment répondre",
            "écran retiré : «",
        ):
            assert part in line, line


async def test_journal_says_what_opens_the_journey_before_and_after(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        changed = {**await form_of(client), "parcours.shortcut": "17", "parcours.words": "mode d'emploi"}
        assert (await send(client, {**changed, "action": "enregistrer"}))[0] == 303
        assert await last_line(client) == (
            "« Aide » : Raccourci : 17 (avant : 7) ; Mots qui ouvrent le parcours : mode d'emploi (avant : aidez-moi)"
        )


async def test_journal_names_fields_and_their_targets_in_words(our_settings: Making) -> None:
    page = "/bureau/ecran/exams.not_yet/changer"
    async with serve(our_settings()) as client:
        fields = {**await form_of(client, page), "champ.back": "result", "action": "enregistrer"}
        status, text = await send(client, fields, page)
        assert status == 303, text
        line = await last_line(client)
        assert "Où mène 0 Retour, si plusieurs écrans mènent ici : «" in line
        assert "not_yet" not in line
