"""Translations on the admin site: listed, written on the phone, reviewed by another, given out and taken back."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from aiohttp import FormData

from admin.auth import HEADER
from authoring.translating.texts import text_id
from tests.support.admin_client import Client, csrf, open_admin_site, sign_in
from tests.support.browser import Making
from tests.support.map_reader import page, serve

pytestmark = pytest.mark.slow
EXAM = "Quel examen ?"
HERE = "/bureau/traduire/fon"
TEXT = f"{HERE}/{text_id(EXAM, '')}"
OUR_FILE = Path("locales/fon.po").read_bytes()


async def sent(client: Client, address: str = TEXT, **fields: str) -> tuple[int, str]:
    """Send the form of a text as a browser would; returns the status and what is answered."""
    shown = unescape(await (await client.get(address)).text())
    seen = re.search(r'name="seen" value="([^"]*)"', shown)
    assert seen
    form = {"csrf": await csrf(client), "seen": seen[1], "vaut": "brouillon", **fields}
    answer = await client.post(address, data=form, allow_redirects=False)
    return answer.status, unescape(await answer.text())


async def drafted(client: Client) -> str:
    """The file of the language as the draft has it."""
    return (await (await client.get(f"{HERE}/fichier")).read()).decode()


async def test_languages_are_counted_and_texts_found(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        text = unescape(await page(client, "traduire"))
        assert {"Fɔngbe", "Yorùbá", "Baatɔnum", "Dendi"} <= set(
            re.findall(r'<a href="/bureau/traduire/\w+">(.*?)</a>', text)
        )
        listed = unescape(await page(client, "traduire/fon?q=quel+examen&parcours=exams"))
        assert re.findall(r'<span class="french">(.*?)</span>', listed) == [EXAM]
        every = await page(client, "traduire/fon")
        assert len(every.encode()) < 300_000
        states = re.findall(r'<span class="key state-(\w+)">', await page(client, "traduire/fon?etat=attested"))
        assert states.count("attested") > 1
        assert "Aucun texte ne correspond" in await page(client, "traduire/fon?q=xyzzy")
        await page(client, "traduire/xx", status=404)
        await page(client, "traduire/fr", status=404)
        await page(client, "traduire/fon/0", status=404)


async def test_typed_translation_shows_folded_before_it_is_saved(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        before = await drafted(client)
        status, text = await sent(client, **{"forme.0": "Tɛ́nkpɔ́n ɖaxó tɛ́ ?", "action": "voir"})
        phones = text.partition('data-part="telephones"')[2]
        assert (status, ">Tenkpon daxo te ?\n" in phones, ">Tɛ́nkpɔ́n ɖaxó tɛ́ ?\n" in phones) == (200, True, True)
        assert await drafted(client) == before


async def test_saved_translation_is_in_the_draft_and_the_next_opens(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        token = {"forme.0": "Tɛ́nkpɔ́n ɖaxó tɛ́ ?", "action": "enregistrer", "repose": "un  livre"}
        assert (await sent(client, f"{TEXT}?parcours=exams", **token))[0] == 303
        made = await drafted(client)
        assert 'msgstr "Tɛ́nkpɔ́n ɖaxó tɛ́ ?"' in made
        assert "# brouillon : un livre\n# traduit : demo, 20" in made
        assert "changée dans le brouillon" in await page(client, "traduire")
        assert re.search("<ins>.*ɖaxó", await page(client, "brouillon"))
        assert (await sent(client, **token))[0] == 303


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"forme.0": "Tɛ́nkpɔ́n {exam} ?"}, "{exam} n'est pas dans le français"),
        ({"forme.0": "Tɛ́n 😀"}, "ne s'affiche sur aucun téléphone simple"),
        ({"forme.0": "Tɛ́n", "vaut": "atteste"}, "dites dans quelle source"),
        ({"forme.0": "Tɛ́n", "repose": "x" * 201}, "200 signes au plus"),
    ],
    ids=str,
)
async def test_fault_comes_back_and_nothing_is_saved(
    our_settings: Making, fields: dict[str, str], complaint: str
) -> None:
    async with serve(our_settings()) as client:
        before = await drafted(client)
        status, text = await sent(client, action="enregistrer", **fields)
        assert (status in (409, 422), complaint in text, await drafted(client)) == (True, True, before)


async def test_translation_that_another_changed_awaits_a_choice(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        old = re.search(r'name="seen" value="([^"]*)"', await page(client, TEXT.removeprefix("/bureau/")))
        assert old
        save = {"action": "enregistrer"}
        assert (await sent(client, **{"forme.0": "Tɛ́n kpɔ́n ?", **save}))[0] == 303
        status, text = await sent(client, **{"forme.0": "Kpɔ́n tɛ́ ?", "seen": old[1], **save})
        assert (status, "Entre-temps, demo a changé cette traduction" in text, "Tɛ́n kpɔ́n ?" in text) == (
            422,
            True,
            True,
        )
        assert (await sent(client, **{"forme.0": "Kpɔ́n tɛ́ ?", **save}))[0] == 303
        assert 'msgstr "Kpɔ́n tɛ́ ?"' in await drafted(client)


async def upload(client: Client, content: bytes, **fields: str) -> tuple[int, str]:
    form = FormData({"csrf": await csrf(client), **fields})
    form.add_field("file", content, filename="fon.po")
    answer = await client.post(f"{HERE}/fichier", data=form)
    return answer.status, unescape(await answer.text())


async def test_file_is_given_out_and_taken_back(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        answer = await client.get(f"{HERE}/fichier")
        given = await answer.read()
        assert answer.headers["Content-Disposition"] == 'attachment; filename="fon.po"'
        assert given == OUR_FILE
        changed = given.decode().replace('msgstr "Tɛ́nkpɔ́n tɛ́ ?"', 'msgstr "Tɛ́n ?"')
        status, text = await upload(client, changed.encode())
        assert (status, "1 texte pris dans le brouillon" in text) == (200, True)
        made = await drafted(client)
        assert (made.count('msgstr "Tɛ́n ?"'), "# traduit : demo" in made) == (1, True)


async def test_faulty_file_is_refused_with_line_and_reason(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        before = await drafted(client)
        faulty = before.replace('msgstr "Tɛ́nkpɔ́n tɛ́ ?"', 'msgstr "Tɛ́n {x} ?"')
        status, text = await upload(client, faulty.encode())
        assert (status, bool(re.search(r"<code>fon\.po:\d+</code> \{x\} n'est pas dans le français", text))) == (
            422,
            True,
        )
        assert (await upload(client, b"\x89PNG\r\n\x1a\n"))[0] == 422
        answer = await client.post(f"{HERE}/fichier", data={"csrf": await csrf(client)})
        assert answer.status == 422
        assert await drafted(client) == before
        assert (await client.get("/bureau/traduire/xx/fichier")).status == 404


@pytest.mark.parametrize("role", ["viewer", "importer", "approver"])
async def test_only_translators_write(valkey_url: str, tmp_path: Path, role: str) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        token = {HEADER: await sign_in(client, role)}
        for address in ("fichier", "0", "0/relire", "0/remarque"):
            assert (await client.post(f"{HERE}/{address}", headers=token)).status == 403, address


@pytest.mark.parametrize(
    ("role", "may"), [("translator", {"fichier", "0", "0/remarque"}), ("reviewer", {"0/relire", "0/remarque"})]
)
async def test_translators_and_reviewers_do_their_part_only(
    valkey_url: str, tmp_path: Path, role: str, may: set[str]
) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        token = {HEADER: await sign_in(client, role)}
        for address in ("fichier", "0", "0/relire", "0/remarque"):
            refused = (await client.post(f"{HERE}/{address}", headers=token)).status == 403
            assert refused == (address not in may), address
        for address in ("brouillon/preparer", "menus/preparer", "resultats/importer", "ecran/home.welcome"):
            assert (await client.post(f"/bureau/{address}", headers=token)).status == 403, address
