"""A file of the draft as YAML on the admin site: faults with their lines, and two who edit one file."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.support.admin_client import Client
from tests.support.browser import Making
from tests.support.map_reader import serve

pytestmark = pytest.mark.slow
PAGE = "/bureau/yaml/help.yaml"
AREA = re.compile(r'<textarea[^>]* name="([^"]+)"[^>]*>\n(.*?)</textarea>', re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def fields_of(text: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in (*AREA.findall(text), *HIDDEN.findall(text))}


async def open_file(client: Client, page: str = PAGE) -> dict[str, str]:
    answer = await client.get(page)
    assert answer.status == 200
    return fields_of(await answer.text())


async def send(client: Client, fields: dict[str, str], old: str, new: str, **more: str) -> tuple[int, str]:
    assert old in fields["texte"]
    data = {**fields, "texte": fields["texte"].replace(old, new), "action": "enregistrer", **more}
    answer = await client.post(PAGE, data=data, allow_redirects=False)
    return answer.status, unescape(await answer.text())


async def test_file_is_saved_as_it_was_typed(our_settings: Making) -> None:
    settings = our_settings()
    before = (settings.menus / "help.yaml").read_text("utf-8")
    async with serve(settings) as client:
        assert "/bureau/yaml/help.yaml" in await (await client.get("/bureau/yaml")).text()
        fields = await open_file(client)
        assert fields["texte"] == fields["base"] == before
        status, _ = await send(client, fields, "say: Aide\n", "say: De l'aide ?  # plus clair\n")
        assert status == 303
        assert (await open_file(client))["texte"] == before.replace("say: Aide\n", "say: De l'aide ?  # plus clair\n")
        assert (settings.menus / "help.yaml").read_text("utf-8") == before


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("    say: Aide\n", "   say: Aide\n", 10, "YAML illisible"),
        ("to: keys}", "to: key}", 11, "il n'y a pas d'écran « key »"),
        ("title: Aide", "titel: Aide", 2, "clé inconnue « titel »"),
    ],
)
async def test_fault_has_its_line_and_nothing_is_saved(
    our_settings: Making, old: str, new: str, line: int, what: str
) -> None:
    async with serve(our_settings()) as client:
        fields = await open_file(client)
        for action, expected in (("voir", 200), ("enregistrer", 422)):
            status, text = await send(client, fields, old, new, action=action)
            assert status == expected
            assert what in text
            assert f'data-line="{line}"' in text
        assert new in fields_of(text)["texte"]
        assert await open_file(client) == fields


async def test_two_who_change_two_screens_are_joined(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        mine, theirs = await open_file(client), await open_file(client)
        assert (await send(client, theirs, "label: Choisir une langue", "label: Choisir"))[0] == 303
        assert (await send(client, mine, "say: Aide\n", "say: De l'aide ?\n"))[0] == 303
        text = (await open_file(client))["texte"]
        assert "label: Choisir," in text
        assert "say: De l'aide ?\n" in text


@pytest.mark.parametrize(("side", "says"), [("mine", "Le mien"), ("theirs", "Le leur")])
async def test_two_who_change_one_screen_choose(our_settings: Making, side: str, says: str) -> None:
    async with serve(our_settings()) as client:
        mine, theirs = await open_file(client), await open_file(client)
        assert (await send(client, theirs, "say: Aide\n", "say: Le leur\n"))[0] == 303
        status, text = await send(client, mine, "say: Aide\n", "say: Le mien\n")
        assert (status, "demo a changé cette partie" in text) == (422, True)
        assert "say: Le mien" in text
        assert "say: Le leur" in text
        again = {**fields_of(text), "choix.screens.topics": side}
        assert (await send(client, again, "say: Le mien\n", "say: Le mien\n"))[0] == 303
        assert f"say: {says}\n" in (await open_file(client))["texte"]


async def test_choice_over_another_text_is_asked_again(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        mine, theirs = await open_file(client), await open_file(client)
        assert (await send(client, theirs, "say: Aide\n", "say: Le leur\n"))[0] == 303
        _, text = await send(client, mine, "say: Aide\n", "say: Le mien\n")
        assert (await send(client, await open_file(client), "say: Le leur\n", "say: Encore\n"))[0] == 303
        again = {**fields_of(text), "choix.screens.topics": "mine"}
        status, text = await send(client, again, "say: Le mien\n", "say: Le mien\n")
        assert (status, "say: Encore" in text) == (422, True)


async def test_file_that_is_none_is_not_found(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        for path in ("nothing.yaml", "../pyproject.toml", "communes.csv"):
            assert (await client.get(f"/bureau/yaml/{path}")).status == 404
