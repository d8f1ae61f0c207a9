"""The choices of a screen on the admin site: added, ordered and removed by a form, saved in the draft."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.support.browser import Making
from tests.support.map_reader import serve
from tests.support.structure_form import added, fields_of, form_of, send

pytestmark = pytest.mark.slow


async def test_choice_with_a_new_screen_is_in_the_draft(our_settings: Making) -> None:
    settings = our_settings()
    async with serve(settings) as client:
        fields = added(await form_of(client), 5, label="Les frais", to="+", dit="Tout est gratuit.", etait="")
        status, text = await send(client, {**fields, "action": "voir"})
        assert (status, "6 Les frais" in text, "help.les_frais" in text) == (200, True, True)
        assert "choix.5.label" not in await form_of(client)
        status, text = await send(client, {**fields, "action": "enregistrer"})
        assert (status, text) == (303, "")
        assert (await form_of(client))["choix.5.to"] == "les_frais"
        assert "Tout est gratuit." in await (await client.get("/bureau/ecran/help.les_frais")).text()
        assert 'value="brouillon"' in await (await client.get("/bureau/")).text()
        assert "Les frais" not in (settings.menus / "help.yaml").read_text("utf-8")
        assert "help.yaml" in await (await client.get("/bureau/journal")).text()


async def test_rows_move_and_go_by_their_buttons(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        fields = await form_of(client)
        status, text = await send(client, {**fields, "action": "descendre.0"})
        moved = fields_of(text)
        assert [moved[f"choix.{place}.to"] for place in (0, 1)] == ["languages", "keys"]
        assert (status, 'aria-label="Descendre le choix 2" autofocus' in text) == (200, True)
        gone = fields_of((await send(client, {**moved, "action": "retirer.0"}))[1])
        assert [gone[f"choix.{place}.to"] for place in range(4)] == ["keys", "dropped", "privacy", "contact"]
        more = fields_of((await send(client, {**gone, "action": "ajouter"}))[1])
        assert (more["choix.4.label"], more["choix.4.to"]) == ("", "")


async def test_screen_that_nothing_leads_to_is_asked_about(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        fields = fields_of((await send(client, {**await form_of(client), "action": "retirer.0"}))[1])
        status, text = await send(client, {**fields, "action": "enregistrer"})
        assert (status, "Plus rien ne mène à" in text, "Retirer aussi l'écran « Tapez le numéro" in text) == (
            422,
            True,
            True,
        )
        status, _ = await send(client, {**fields, "retirer-ecran.keys": "oui", "action": "enregistrer"})
        assert status == 303
        assert (await client.get("/bureau/ecran/help.keys")).status == 200  # it is in service still
        assert (await form_of(client))["choix.0.to"] == "languages"


@pytest.mark.parametrize(
    ("row", "asked"),
    [
        ({"label": "", "to": ""}, ["Écrivez ce que lit le citoyen.", "Choisissez où mène ce choix."]),
        ({"label": "Les frais", "to": "+", "dit": " "}, ["Écrivez ce que dit le nouvel écran."]),
    ],
    ids=str,
)
async def test_row_asks_for_what_it_still_needs_in_words_of_the_form(
    our_settings: Making, row: dict[str, str], asked: list[str]
) -> None:
    async with serve(our_settings()) as client:
        fields = added(await form_of(client), 5, **row, etait="")
        status, text = await send(client, {**fields, "action": "enregistrer"})
    assert (status, re.findall(r'class="fault">([^<]*)', text)) == (422, asked)
    assert 'class="notice wrong"' not in text


async def test_text_of_a_new_screen_has_lines(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        fields = added(await form_of(client), 5, label="Les frais", to="+", dit="Gratuit.\nPour tous.", etait="")
        _, text = await send(client, {**fields, "action": "voir"})
        assert re.search(r'<textarea[^>]* name="choix.5.dit"[^>]*>\nGratuit.\nPour tous.</textarea>', text)
        assert (await send(client, {**fields, "action": "enregistrer"}))[0] == 303
        assert "Gratuit.\nPour tous." in unescape(await (await client.get("/bureau/ecran/help.les_frais")).text())


async def test_fault_is_one_line_and_nothing_is_lost(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        before = await form_of(client)
        fields = added(before, 5, label="Les {frais}", to="contact", etait="")
        status, text = await send(client, {**fields, "action": "enregistrer"})
        assert (status, text.count('class="fault"')) == (422, 1)
        assert fields_of(text)["choix.5.label"] == "Les {frais}"
        assert await form_of(client) == before


async def test_several_ways_to_a_screen_ask_where_retour_leads(our_settings: Making) -> None:
    page = "/bureau/ecran/exams.not_yet/changer"
    async with serve(our_settings()) as client:
        fields = added(await form_of(client, page), 2, label="Envoi", to="sent", etait="")
        status, text = await send(client, {**fields, "action": "enregistrer"}, page)
        assert (status, "Plusieurs écrans mènent à « " in text) == (422, True)
        chosen = {**fields, "retour.sent": "result", "action": "enregistrer"}
        assert (await send(client, chosen, page))[0] == 303
        assert (await form_of(client, "/bureau/ecran/exams.sent/changer"))["champ.back"] == "result"


async def test_shortcut_and_words_of_the_journey_are_changed(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        fields = await form_of(client)
        assert (fields["parcours.shortcut"], fields["parcours.words"]) == ("7", "aidez-moi")
        taken = {**fields, "parcours.shortcut": "3", "action": "enregistrer"}
        status, text = await send(client, taken)
        assert (status, "wrong" in text) == (422, True)
        changed = {**fields, "parcours.shortcut": "17", "parcours.words": "aidez-moi, mode d'emploi"}
        assert (await send(client, {**changed, "action": "enregistrer"}))[0] == 303
        assert (await form_of(client))["parcours.words"] == "aidez-moi, mode d'emploi"


async def test_second_to_save_one_screen_sees_both(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        mine, theirs = await form_of(client), await form_of(client)
        first = added(theirs, 5, label="Les leurs", to="+", dit="Un.", etait="")
        assert (await send(client, {**first, "action": "enregistrer"}))[0] == 303
        second = added(mine, 5, label="Le mien", to="+", dit="Deux.", etait="")
        status, text = await send(client, {**second, "action": "enregistrer"})
        assert (status, "demo a changé cet écran" in text, "6 Les leurs → les_leurs" in text) == (422, True, True)


async def test_two_change_two_screens_of_one_journey(our_settings: Making) -> None:
    other = "/bureau/ecran/help.keys/changer"
    async with serve(our_settings()) as client:
        mine, theirs = await form_of(client), await form_of(client, other)
        first = added(theirs, 0, label="Suite", to="+", dit="Un.", etait="")
        assert (await send(client, {**first, "action": "enregistrer"}, other))[0] == 303
        second = added(mine, 5, label="Le mien", to="+", dit="Deux.", etait="")
        assert (await send(client, {**second, "action": "enregistrer"}))[0] == 303
        assert (await form_of(client, other))["choix.0.to"] == "suite"
