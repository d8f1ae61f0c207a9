"""The import form: what is refused, and file names of attackers."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import FormData

from accounts.refusals import MARK
from admin.results import results_actions
from results.overview import load_overview
from tests.support.mending_rows import mending_rows
from tests.support.result_files import HEADINGS, as_csv, row
from tests.support.results_forms import Office, alert_of
from tests.support.results_office import YEAR

pytestmark = pytest.mark.slow

FILES = [
    ("nothing", {"raw": b""}, 422, "fichier vide"),
    ("no results", {"raw": b"bonjour"}, 422, ""),
    ("an old workbook", {"raw": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600}, 422, "vieux classeur"),
    ("a broken workbook", {"raw": b"PK\x03\x04" + b"x" * 600}, 422, ""),
    ("an exam that there is not", {"exam": "bak"}, 422, "Il n'y a pas d'examen « bak »"),
    ("another folder's exam", {"exam": "../exams/bac"}, 422, "Il n'y a pas d'examen"),
    ("a year in words", {"year": "deux mille"}, 422, "quatre chiffres"),
    ("a year of many digits", {"year": f"{YEAR}0"}, 422, "quatre chiffres"),
    ("Arabic digits", {"year": "٢٠٢٧"}, 422, "quatre chiffres"),
    ("a year far away", {"year": str(YEAR + 70)}, 409, "de la précédente ou de la suivante"),
    ("a session that nobody named", {"session": "votezpourdupont"}, 422, "ne nomme pas la session"),
    ("a session with a slash", {"session": "../x"}, 422, "lettres minuscules"),
    ("a session with an accent", {"session": "été"}, 422, "lettres minuscules"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "sent", "status", "words"), FILES, ids=[row[0] for row in FILES])
async def test_invalid_import_is_refused_with_a_reason(
    office: Office, what: str, sent: dict[str, Any], status: int, words: str
) -> None:
    await office.come("importer")
    got, page = await office.bring(**sent)
    assert (got, words in page) == (status, True), page
    assert not re.search(r"/tmp|Traceback|\.py", page)
    assert all(action.startswith(MARK) for action in await office.result_actions())
    assert await load_overview(office.database) == []


async def test_import_without_a_file_asks_for_it(office: Office) -> None:
    await office.come("importer")
    for field in ({}, {"file": "x"}):
        sent = await office.send("importer", exam="bac", year=str(YEAR), **field)
        assert sent == (422, "Choisissez d'abord le fichier.")


async def test_refused_rows_come_back_with_what_to_mend(office: Office) -> None:
    await office.come("importer")
    wrong = row(seat="10002", verdict="PEUT-ÊTRE", centre="=cmd()")
    status, page = await office.bring(raw=as_csv([HEADINGS, row(), wrong]))
    headings, only = mending_rows(page)
    assert (status, headings) == (422, ["À corriger", *HEADINGS])
    assert only[1:] == ["'=cmd()" if cell == "=cmd()" else cell for cell in wrong]
    assert re.match(r"ligne 3 : .*PEUT-ÊTRE", only[0])
    assert await load_overview(office.database) == []


async def test_too_large_file_is_refused(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await office.come("importer")
    most = next(way.max_bytes for way in results_actions.WAYS if way.path == "/resultats/importer")
    assert most > results_actions.MAX_FILE_BYTES
    form = FormData({"csrf": office.csrf})
    form.add_field("file", _much(most + 1), filename="x.csv")
    answer = await office.client.post("/bureau/resultats/importer", data=form, allow_redirects=False)
    assert (answer.status, alert_of(await answer.text())) == (413, "Ce qui a été envoyé est trop gros.")


async def _much(many: int) -> AsyncIterator[bytes]:
    block = b"x" * 1_000_000
    for _ in range(many // len(block) + 1):
        yield block


NAMES = [
    "../../../etc/passwd",
    "C:\\bac.csv",
    "..",
    "",
    ".bac",
    "a" * 300 + ".csv",
    "<script>alert(1)</script>.csv",
    "é",
]


@pytest.mark.parametrize("name", NAMES)
async def test_hostile_file_names_are_harmless(office: Office, name: str) -> None:
    await office.come("importer")
    status, where = await office.bring(name=name)
    if not name:  # a browser says so of a form whose file was not chosen
        assert (status, "Choisissez d'abord le fichier." in where) == (422, True)
        return
    assert status == 303
    page = await (await office.client.get(where)).text()
    assert "<script>" not in page
    assert "40 lignes, 40 acceptées" in page
