"""Files of the menus on the admin site: given out, sent back, compared with the draft before they are taken."""

from __future__ import annotations

import io
import re
from html import unescape
from pathlib import Path

import pytest
from aiohttp import FormData

from admin.auth import HEADER
from authoring.uploads.received import MANIFEST
from tests.support.admin_client import Client, csrf, open_admin_site, sign_in
from tests.support.zip_files import rezipped, unzipped

pytestmark = pytest.mark.slow
HOME = "/bureau/fichiers"
DRAFT_ZIP, DRAFT_FILE = f"{HOME}/brouillon/zip", f"{HOME}/brouillon/un?chemin="
PRICE, NEW = "catalogue/casier-judiciaire-b3.yaml", "catalogue/exemple.yaml"


async def zipped(client: Client, address: str = DRAFT_ZIP) -> dict[str, bytes]:
    answer = await client.get(address)
    assert (answer.status, answer.content_type) == (200, "application/zip")
    return unzipped(await answer.read())


async def text(client: Client, address: str = f"{HOME}/apport") -> str:
    return unescape(await (await client.get(address)).text())


async def send(client: Client, raw: bytes, name: str = "menus.zip", folder: str = "") -> tuple[int, str]:
    """Send a file with the form, and follow to the comparison."""
    form = FormData({"csrf": await csrf(client), "dossier": folder})
    form.add_field("file", io.BytesIO(raw), filename=name, content_type="application/octet-stream")
    answer = await client.post(HOME, data=form)
    return answer.status, unescape(await answer.text())


async def take(client: Client, page: str, **fields: str) -> tuple[int, str]:
    hidden = dict(re.findall(r'name="(fichier|seen|csrf)" value="([^"]*)"', page))
    answer = await client.post(f"{HOME}/apport", data={**hidden, **fields})
    return answer.status, unescape(await answer.text())


def changed(files: dict[str, bytes], path: str, old: str, new: str) -> dict[str, bytes]:
    content = files[path].decode()
    assert old in content
    return {**files, path: content.replace(old, new).encode()}


async def test_versions_are_given_out_whole_and_by_file(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        await sign_in(client, "viewer")
        files = await zipped(client)
        served = re.search(r'<option value="([0-9a-f]{20})">', await text(client, HOME))
        assert served
        assert await zipped(client, f"{HOME}/{served[1]}/zip") == files
        assert MANIFEST in files
        answer = await client.get(f"{HOME}/{served[1]}/un?chemin={PRICE}")
        assert (await answer.read(), answer.headers["Content-Disposition"]) == (
            files[PRICE], 'attachment; filename="casier-judiciaire-b3.yaml"')  # fmt: skip
        assert "casier-judiciaire-b3.yaml" in await text(client, f"{HOME}?q=casier")
        for address in (f"{HOME}/none/zip", f"{HOME}/none/un?chemin=x", f"{DRAFT_FILE}../../etc/passwd"):
            assert (await client.get(address)).status == 404
        assert "Apporter des fichiers" not in await text(client, HOME)


async def test_zip_is_compared_first_and_then_taken(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        await sign_in(client, "editor")
        files = await zipped(client)
        new = {NEW: re.sub(rb"(name|short): .*", rb"\1: Exemple", files[PRICE])}
        status, page = await send(client, rezipped({**changed(files, PRICE, "value: 1900", "value: 2100"), **new}))
        assert status == 200
        assert "1 fichier nouveau, 1 fichier changé, 0 fichier absent." in page
        assert "2100" in re.sub(r"</?(ins|del)>", "", page)
        assert "Le brouillon est vide" in await text(client, "/bureau/brouillon")
        status, page = await take(client, page)
        assert (status, PRICE in page, NEW in page) == (200, True, True)
        assert b"value: 2100" in (await zipped(client))[PRICE]
        assert "Rien n'attend" in await text(client)
        journal = await text(client, "/bureau/journal")
        assert ("brouillon des menus écrit" in journal, "menus.zip" in journal) == (True, True)


async def test_draft_that_changed_meanwhile_is_compared_again(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        await sign_in(client, "editor")
        files = await zipped(client)
        mine = rezipped(changed(files, "home.yaml", "say: Bienvenue", "say: Bonsoir"))
        _, before = await send(client, mine)
        theirs = changed(files, "home.yaml", "say: Bienvenue", "say: Bonjour")["home.yaml"]
        assert (await take(client, (await send(client, theirs, "home.yaml"))[1]))[0] == 200
        status, _ = await take(client, before)
        assert status == 409
        _, page = await send(client, mine)
        status, page = await take(client, before.replace("seen", "lu") + page)
        assert (status, "Choisissez d'abord ce qui reste dans home.yaml" in page) == (409, True)
        status, page = await take(client, page, **{"choix.home.yaml": "theirs"})
        assert (status, b"Bonjour" in (await zipped(client))["home.yaml"]) == (200, True)
        _, page = await send(client, mine)
        await take(client, page, **{"choix.home.yaml": "mine"})
        assert b"Bonsoir" in (await zipped(client))["home.yaml"]


async def test_fault_is_named_and_nothing_is_taken(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        await sign_in(client, "editor")
        files = await zipped(client)
        status, page = await send(client, rezipped(changed(files, "home.yaml", "to: bye", "to: by")))
        assert (status, "vouliez-vous dire « bye »" in page) == (200, True)
        assert '<button class="big" disabled>Prendre dans le brouillon' in page
        status, page = await take(client, page)
        assert (status, "Rien n'est pris" in page) == (409, True)
        assert await zipped(client) == files


async def test_absent_files_stay_unless_it_is_asked(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        await sign_in(client, "editor")
        files = await zipped(client)
        sent = rezipped({path: one for path, one in files.items() if path != PRICE})
        await take(client, (await send(client, sent))[1])
        assert PRICE in await zipped(client)
        await take(client, (await send(client, sent))[1], retirer="1")
        assert PRICE not in await zipped(client)


REFUSED = [
    (b"", "", "Choisissez d'abord le fichier."),
    (rezipped({"../x.yaml": b"x"}), "x.zip", "hors du dossier des menus"),
    (b"x: 1\n", "x.exe", "Choisissez le dossier"),
    (b"PK\x03\x04xxxx", "x.zip", "abîmé ou incomplet"),
]


@pytest.mark.parametrize(("raw", "name", "why"), REFUSED, ids=["none", "outside", "program", "damaged"])
async def test_bad_file_is_refused_with_one_line(
    valkey_url: str, tmp_path: Path, raw: bytes, name: str, why: str
) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        await sign_in(client, "editor")
        status, page = await send(client, raw, name)
        assert (status, why in page) == (422, True)
        assert "Rien n'attend" in await text(client)
        answer = await client.post(f"{HOME}/apport", data={}, headers={HEADER: await csrf(client)})
        assert answer.status == 409


async def test_great_file_is_refused(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        await sign_in(client, "editor")
        assert (await send(client, b"x" * 10_100_000))[0] == 413
