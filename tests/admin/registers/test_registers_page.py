"""The page of registers: an importer tries a file, imports it and undoes it; wrong files end with a reason."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient

from accounts.audit import Audit
from server import SERVICES, build
from settings import Settings
from tests.support.admin_client import sign_in
from tests.support.conversation import FRENCH_ONLY
from tests.support.mending_rows import mending_rows
from tests.support.page_text import reader
from tests.support.production import migrated
from tests.support.register_files import HEADINGS, request
from tests.support.result_files import as_csv

pytestmark = pytest.mark.slow

ROWS = (request("CJ1000"), request("CJ2000"))


class Desk:
    """The admin site, as an importer sees it."""

    def __init__(self, client: TestClient[Any, Any], csrf: str) -> None:
        self.client, self.csrf = client, csrf

    async def bring(self, *rows: tuple[str, ...], raw: bytes | None = None, **fields: str) -> tuple[int, str]:
        form = FormData({"csrf": self.csrf, "register": "requests", "do": "import", **fields})
        form.add_field("file", as_csv([HEADINGS, *rows]) if raw is None else raw, filename="demandes.csv")
        answer = await self.client.post("/bureau/registres/importer", data=form, allow_redirects=False)
        return answer.status, unescape(await answer.text())

    async def undo(self) -> tuple[int, str]:
        form = {"csrf": self.csrf, "register": "requests", "feed": "principal"}
        answer = await self.client.post("/bureau/registres/annuler", data=form)
        return answer.status, unescape(await answer.text())

    async def page(self) -> str:
        return unescape(await (await self.client.get("/bureau/registres")).text())


@pytest.fixture
async def desk(valkey_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    given = {"env": "production", "secret": "s" * 22, "data": tmp_path, "locales": FRENCH_ONLY, "redis_url": valkey_url}
    async with reader(build(await migrated(Settings.model_validate(given)))) as client:
        yield Desk(client, await sign_in(client, "importer"))


async def test_file_is_tried_imported_and_undone(desk: Desk) -> None:
    status, page = await desk.bring(*ROWS, do="try")
    assert (status, "2 ajoutées" in page, "Essai seulement" in page) == (200, True, True)
    assert "jamais" in await desk.page()
    status, page = await desk.bring(*ROWS)
    assert (status, "« Annuler le dernier import »" in page) == (200, True)
    assert re.search(r'class="figure">2</td>', await desk.page())
    status, page = await desk.undo()
    assert (status, "redevenues ce qu'elles étaient" in page, "annulé par awa" in page) == (200, True, True)
    entries = await Audit(desk.client.app[SERVICES].database).last(9)
    assert [entry.action for entry in entries if "registers" in entry.action] == ["registers import", "registers undo"]


@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        ({"raw": b""}, 422, "fichier vide"),
        ({"raw": b"bonjour"}, 422, "pas de titres de colonnes"),
        ({"register": "demandes"}, 422, "Il n'y a pas de registre « demandes »"),
        ({"feed": "../x"}, 422, "une administration se nomme"),
        ({"removals": "beaucoup"}, 422, "s'écrit en chiffres"),
    ],
)
async def test_invalid_import_is_refused_with_a_reason(
    desk: Desk, sent: dict[str, Any], status: int, words: str
) -> None:
    got, page = await desk.bring(*ROWS, **sent)
    assert (got, words in page) == (status, True), page
    assert not re.search(r"/tmp|Traceback|\.py", page)
    assert "jamais" in await desk.page()


async def test_wrong_row_is_shown_with_its_line(desk: Desk) -> None:
    status, page = await desk.bring(request("CJ1000", status="bientôt"))
    assert (status, "ligne 2 : « bientôt »" in page) == (422, True)


async def test_refused_rows_come_back_with_what_to_mend(desk: Desk) -> None:
    wrong = request("CJ1000", status="bientôt", note="=1+1")
    _, page = await desk.bring(request("CJ2000"), wrong)
    rows = mending_rows(page)
    assert rows[0] == ["À corriger", *HEADINGS]
    assert [row[1:] for row in rows[1:]] == [[*wrong[:4], "'=1+1", *wrong[5:]]]
    assert re.match(r"ligne 3 : .*bientôt", rows[1][0])
    assert "Recevoir les lignes à corriger (1)" in page
    assert "data:" not in (await desk.bring(*ROWS))[1]


async def test_removals_are_asked_in_the_words_of_the_page(desk: Desk) -> None:
    await desk.bring(*(request(f"CJ{number}") for number in range(1000, 1010)))
    status, page = await desk.bring(request("CJ1000"))
    assert (status, "dans « Lignes supprimées » : 9" in page, "--" in page) == (422, True, False)
    assert (await desk.bring(request("CJ1000"), removals="9"))[0] == 200


async def test_undo_of_nothing_is_refused(desk: Desk) -> None:
    status, page = await desk.undo()
    assert (status, "il n'y a rien à annuler" in page) == (409, True)
