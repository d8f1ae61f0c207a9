"""What may be sent to the pages of results: by whom, and what becomes of what is wrong, late, forged or twice."""

from __future__ import annotations

import asyncio
import re
import tempfile
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient, TestServer

from accounts.accounts import Accounts, Role
from accounts.audit import Audit
from accounts.refusals import MARK
from admin.auth import HEADER
from admin.results import results_actions
from reporting.french import BENIN
from results.approval import MISMATCH, OUT
from results.overview import SessionOverview, load_overview
from server import SERVICES, build
from tests.admin.test_access import Client, csrf, desk
from tests.support.browser import Making
from tests.support.results_office import PASSWORD, PEOPLE, YEAR, Handed

BAC = f"bac-{YEAR}"
SET = f"{BAC}.1"
TOMORROW = (datetime.now(BENIN) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
YESTERDAY = (datetime.now(BENIN) - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")


class Office:
    """The desk of an office, and what its people send there."""

    def __init__(self, client: Client, folder: Path) -> None:
        self.client, self.handed = client, Handed(folder)
        self.database, self._known = client.app[SERVICES].database, set[Role]()

    async def come(self, role: Role) -> None:
        self.client.session.cookie_jar.clear()
        if role not in self._known:
            self._known.add(role)
            await Accounts(self.database).add(PEOPLE[role], role, PASSWORD, "console:test")
        form = {"name": PEOPLE[role], "password": PASSWORD}
        await self.client.post("/bureau/connexion", data=form, allow_redirects=False)
        for cookie in self.client.session.cookie_jar:
            cookie["secure"] = ""
        self.csrf = await csrf(self.client)

    async def send(self, path: str, **said: str) -> tuple[int, str]:
        """The status, and what the page says of it; where it leads when it was done."""
        form = {"csrf": self.csrf, **said}
        answer = await self.client.post(f"/bureau/resultats/{path}", data=form, allow_redirects=False)
        return answer.status, answer.headers.get("Location") or _alert(await answer.text())

    async def bring(self, raw: bytes | None = None, name: str = "bac.csv", **said: str) -> tuple[int, str]:
        form = FormData({"csrf": self.csrf, "exam": "bac", "year": str(YEAR), "session": "", **said})
        form.add_field("file", self.handed.path.read_bytes() if raw is None else raw, filename=name)
        answer = await self.client.post("/bureau/resultats/importer", data=form, allow_redirects=False)
        return answer.status, answer.headers.get("Location") or unescape(await answer.text())

    async def drawn(self) -> list[str]:
        """The seats that the page asks for."""
        page = await (await self.client.get(f"/bureau/resultats/{SET}")).text()
        return re.findall(r'name="seat-\d+" value="([^"]+)"', page)

    async def approve(self, verdict: str = "admitted", **said: str) -> tuple[int, str]:
        read: dict[str, str] = {}
        for place, seat in enumerate(await self.drawn()):
            read |= {f"seat-{place}": seat, f"verdict-{place}": verdict}
        return await self.send(f"{SET}/approuver", **{"sha256": self.handed.sha256, **read, **said})

    async def known(self) -> SessionOverview:
        return next(one for one in await load_overview(self.database) if one.code == f"bac-{YEAR}")

    async def state(self) -> str:
        return (await self.known()).sets[-1].state

    async def deeds(self) -> list[str]:
        return [entry.action for entry in await Audit(self.database).last(50) if "results" in entry.action]


def _alert(page: str) -> str:
    found = re.search(r'role="alert">(.*?)</p>', page, re.DOTALL)
    return unescape(found[1]) if found else page


@pytest.fixture
async def office(valkey_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    """Files are read in a thread here; that a process of its own does it as well,
    tests/admin/results/test_results_page.py sees.
    """
    monkeypatch.setattr(results_actions, "run_in_subprocess", asyncio.to_thread)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    async with desk(valkey_url, tmp_path) as client:
        yield Office(client, tmp_path)
    assert list((tmp_path / "temporary").iterdir()) == []  # a file that may name people is left nowhere


@pytest.fixture
async def brought(office: Office) -> Office:
    """A draft that the importer brought."""
    await office.come("importer")
    assert await office.bring() == (303, f"/bureau/resultats/{SET}?fait=importe")
    return office


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
async def test_a_file_that_cannot_be_a_draft_is_refused_in_words(
    office: Office, what: str, sent: dict[str, Any], status: int, words: str
) -> None:
    await office.come("importer")
    got, said = await office.bring(**sent)
    assert (got, words in said) == (status, True), said
    assert not re.search(r"/tmp|Traceback|\.py", said)
    assert all(action.startswith(MARK) for action in await office.deeds())
    assert await load_overview(office.database) == []


async def test_a_form_without_its_file_or_with_words_in_its_place_is_told_so(office: Office) -> None:
    await office.come("importer")
    for said in ({}, {"file": "x"}):
        sent = await office.send("importer", exam="bac", year=str(YEAR), **said)
        assert sent == (422, "Choisissez d'abord le fichier.")


async def test_a_file_that_is_too_large_is_refused(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await office.come("importer")
    most = next(way.max_bytes for way in results_actions.WAYS if way.path == "/resultats/importer")
    assert most > results_actions.MAX_FILE_BYTES
    form = FormData({"csrf": office.csrf})
    form.add_field("file", _much(most + 1), filename="x.csv")
    answer = await office.client.post("/bureau/resultats/importer", data=form, allow_redirects=False)
    assert (answer.status, _alert(await answer.text())) == (413, "Ce qui a été envoyé est trop gros.")


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
async def test_whatever_a_file_is_called_it_stays_in_its_folder_and_is_only_told(office: Office, name: str) -> None:
    await office.come("importer")
    status, where = await office.bring(name=name)
    if not name:  # a browser says so of a form whose file was not chosen
        assert (status, "Choisissez d'abord le fichier." in where) == (422, True)
        return
    assert status == 303
    page = await (await office.client.get(where)).text()
    assert "<script>" not in page
    assert "40 lignes, 40 acceptées" in page


REFUSED: list[tuple[str, tuple[Role, str, dict[str, str]], tuple[int, str]]] = [
    ("the importer approves", ("importer", "{set}/approuver", {}), (403, "ne permet pas")),
    ("the importer publishes", ("importer", "{set}/publier", {"when": "now"}), (403, "ne permet pas")),
    ("the importer withdraws", ("importer", "retirer", {"session": f"bac-{YEAR}", "why": "x"}), (403, "ne permet pas")),
    ("an editor approves", ("editor", "{set}/approuver", {}), (403, "ne permet pas")),
    ("a viewer discards", ("viewer", "{set}/abandonner", {}), (403, "ne permet pas")),
    ("a draft is published", ("approver", "{set}/publier", {"when": "now"}), (409, "n'est pas approuvé")),
    ("an approval of nothing", ("approver", "{set}/approuver", {}), (409, "le verdict de chaque")),
    ("a checksum without verdicts", ("approver", "{set}/approuver", {"sha256": "own"}), (409, "le verdict de chaque")),
    ("letters for a checksum", ("approver", "{set}/approuver", {"sha256": "é\u0000"}), (409, "le verdict de chaque")),
    ("verdicts of seats that were not drawn", ("approver", "{set}/approuver", {"sha256": "own", "seat-0": "50500",
        "verdict-0": "admitted"}), (409, "le verdict de chaque")),
    ("a set that there is not", ("approver", "bac-2031.9/publier", {"when": "now"}), (404, "Il n'y a pas de fichier")),
    ("no hour", ("approver", "{set}/publier", {}), (422, "Donnez l'heure")),
    ("an hour that is past", ("approver", "{set}/publier", {"at": YESTERDAY}), (422, "Cette heure est passée")),
    ("an hour in words", ("approver", "{set}/publier", {"at": "ce soir"}), (422, "il faut une date")),
    ("nothing to withdraw", ("approver", "retirer", {"session": BAC, "why": "x"}), (409, "Rien n'est publié")),
    ("a withdrawal of nothing", ("approver", "retirer", {}), (409, "Dites pourquoi")),
]  # fmt: skip


@pytest.mark.parametrize(("what", "sent", "answered"), REFUSED, ids=[row[0] for row in REFUSED])
async def test_what_the_rules_forbid_changes_nothing_whatever_is_sent(
    brought: Office, what: str, sent: tuple[Role, str, dict[str, str]], answered: tuple[int, str]
) -> None:
    role, path, said = sent
    await brought.come(role)
    own = {"own": brought.handed.sha256}
    form = {name: own.get(value, value) for name, value in said.items()}
    status, page = await brought.send(path.format(set=SET), **form)
    assert (status, answered[1] in page) == (answered[0], True), page
    assert await brought.state() == "draft"
    entries = await Audit(brought.database).last(50)
    done = [entry.action for entry in entries if entry.action.startswith("results")]
    refused = [entry for entry in entries if entry.action.startswith(MARK)]
    assert (done, [entry.operator for entry in refused]) == (["results import"], [PEOPLE[role]])
    assert refused[0].details["why"] in page.replace("\n", "?")


async def test_an_hour_is_that_of_benin_and_can_be_given_again_until_it_comes(brought: Office) -> None:
    await brought.come("approver")
    assert (await brought.approve())[0] == 303
    for at in (TOMORROW, TOMORROW[:-5] + "23:59"):
        assert await brought.send(f"{SET}/publier", when="hour", at=at) == (303, "/bureau/resultats?fait=publie")
        (told,) = (await brought.known()).publications
        assert datetime.fromtimestamp(told.publish_at, BENIN).strftime("%Y-%m-%dT%H:%M") == at
    page = await (await brought.client.get("/bureau/resultats")).text()
    assert "sera publié le" in page


async def test_one_department_is_published_and_its_name_is_chosen_from_the_file(brought: Office) -> None:
    await brought.come("approver")
    await brought.approve()
    page = await (await brought.client.get(f"/bureau/resultats/{SET}")).text()
    assert re.findall(r"<option>(\w+)</option>", page) == ["Mono", "Zou"]
    assert (await brought.send(f"{SET}/publier", when="now", department="Zuo"))[0] == 409
    assert (await brought.send(f"{SET}/publier", when="now", department="Zou"))[0] == 303
    (told,) = (await brought.known()).publications
    assert (told.departments, told.publish_at <= time.time()) == (["Zou"], True)


async def test_what_two_approvers_do_at_once_is_done_once(brought: Office) -> None:
    await brought.come("approver")
    did = await asyncio.gather(*(brought.approve() for _ in range(4)), brought.send(f"{SET}/abandonner"))
    assert sorted(status for status, _ in did) == [303, 409, 409, 409, 409]
    assert [action.startswith(MARK) for action in await brought.deeds()].count(False) == 2
    assert await brought.state() in ("approved", "discarded")


async def test_who_is_to_approve_is_not_shown_the_checksum(brought: Office) -> None:
    page = f"/bureau/resultats/{SET}"
    assert brought.handed.sha256 in await (await brought.client.get(page)).text()
    roles: tuple[Role, ...] = ("approver", "viewer", "editor")
    for role in roles:
        await brought.come(role)
        for address in (page, "/bureau/journal", "/bureau/resultats"):
            assert brought.handed.sha256 not in await (await brought.client.get(address)).text()
    await brought.come("approver")
    assert "masquée" in await (await brought.client.get("/bureau/journal")).text()
    await brought.approve()
    assert brought.handed.sha256 in await (await brought.client.get("/bureau/journal")).text()


async def test_a_file_let_go_of_does_not_tell_the_checksum_of_the_draft_that_it_comes_back_as(brought: Office) -> None:
    await brought.send(f"{SET}/abandonner")
    await brought.bring()
    await brought.come("approver")
    for address in (f"/bureau/resultats/{SET}", f"/bureau/resultats/{BAC}.2", "/bureau/journal", "/bureau/resultats"):
        assert brought.handed.sha256 not in await (await brought.client.get(address)).text(), address


async def test_a_form_that_was_refused_names_no_draft_in_the_journal(brought: Office) -> None:
    await brought.come("approver")
    assert (await brought.send(f"{SET}/publier"))[0] == 422
    assert SET in await (await brought.client.get("/bureau/journal")).text()
    for role in ("viewer", "editor"):
        await brought.come(role)
        assert SET not in await (await brought.client.get("/bureau/journal")).text()


HERE_FOR: list[tuple[Role, bool]] = [("importer", True), ("approver", True), ("viewer", False), ("editor", False)]


@pytest.mark.parametrize(("role", "is_shown"), HERE_FOR)
async def test_a_draft_is_on_no_page_but_of_who_brought_it_and_who_may_approve_it(
    brought: Office, role: Role, is_shown: bool
) -> None:
    await brought.come(role)
    answer = await brought.client.get(f"/bureau/resultats/{SET}")
    assert answer.status == (200 if is_shown else 404)
    pages = [await (await brought.client.get(f"/bureau/{way}")).text() for way in ("resultats", "journal")]
    assert [SET in page for page in pages] == [is_shown, is_shown]
    assert ("<td>brouillon</td>" in pages[1]) is not is_shown  # that something was brought stays in the journal


async def test_a_draft_that_an_importer_did_not_bring_is_not_there_for_them(brought: Office) -> None:
    await Accounts(brought.database).add("ines", "importer", PASSWORD, "console:test")
    form = {"name": "ines", "password": PASSWORD}
    await brought.client.post("/bureau/connexion", data=form, allow_redirects=False)
    for cookie in brought.client.session.cookie_jar:
        cookie["secure"] = ""
    brought.csrf = await csrf(brought.client)
    assert (await brought.client.get(f"/bureau/resultats/{SET}")).status == 404
    assert (await brought.send(f"{SET}/abandonner"))[0] == 404
    assert await brought.state() == "draft"


async def test_the_report_is_for_everybody_once_citizens_were_told(brought: Office) -> None:
    await brought.come("approver")
    await brought.approve()
    await brought.send(f"{SET}/publier", when="hour", at=TOMORROW)
    await brought.come("viewer")
    page = await (await brought.client.get("/bureau/resultats")).text()
    assert ("sera publié le" in page, f'href="/bureau/resultats/{SET}"' in page) == (True, False)
    assert (await brought.client.get(f"/bureau/resultats/{SET}")).status == 404
    await brought.come("approver")
    await brought.send(f"{SET}/publier", when="now")
    await brought.come("viewer")
    assert "40 acceptées" in await (await brought.client.get(f"/bureau/resultats/{SET}")).text()


async def test_a_session_is_closed_and_comes_back_when_it_is_published_again(brought: Office) -> None:
    await brought.come("approver")
    await brought.approve()
    await brought.send(f"{SET}/publier", when="now")
    assert (await brought.send("fermer", session=BAC))[0] == 409
    assert await brought.send("fermer", session=BAC, why="fini") == (303, "/bureau/resultats?fait=ferme")
    assert (await brought.known()).is_closed
    assert (await brought.send("fermer", session=BAC, why="fini"))[0] == 409
    assert (await brought.send(f"{SET}/publier", when="now", why="encore"))[0] == 303
    assert not (await brought.known()).is_closed


async def test_what_was_typed_stays_when_it_is_refused(brought: Office) -> None:
    await brought.come("approver")
    drawn = await brought.drawn()
    form = {"csrf": brought.csrf, "sha256": "0" * 64, "seat-0": drawn[0], "verdict-0": "refused"}
    page = await (await brought.client.post(f"/bureau/resultats/{SET}/approuver", data=form)).text()
    assert "0" * 64 in page
    assert page.count(" selected>") == 1
    assert '<option value="refused" selected>' in page


async def test_the_check_on_the_page_says_no_more_than_that_something_is_wrong(brought: Office) -> None:
    await brought.come("approver")
    drawn = await brought.drawn()
    wrong = [{"sha256": "0" * 64}, {"verdict-3": "absent"}, {"verdict-3": "another word"}]
    said = [await brought.approve(**one) for one in wrong]
    assert [status for status, _ in said] == [409, 409, 409]
    assert [re.sub(r"Essais restants.*|3 essais.*", "", words) for _, words in said] == [f"{MISMATCH} "] * 3
    page = await (await brought.client.get(f"/bureau/resultats/{SET}")).text()
    assert (await brought.drawn(), unescape(page).count(OUT), any(seat in page for seat in drawn)) == ([], 1, False)
    assert (await brought.approve())[0] == 409


async def test_without_an_account_nothing_is_done_in_a_demonstration_either(valkey_url: str, tmp_path: Path) -> None:
    async with desk(valkey_url, tmp_path, env="demo") as client:
        headers = {HEADER: await csrf(client)}
        for way in results_actions.WAYS:
            path = way.path.replace("{named}", SET)
            assert (await client.post(f"/bureau{path}", headers=headers)).status == 403
        page = await (await client.get("/bureau/resultats")).text()
        assert "zin operators add a.kossou --role importer" in page
        assert "/bureau/connexion" in page


async def test_sample_data_is_marked_and_has_no_report(our_settings: Making) -> None:
    async with TestClient(TestServer(build(our_settings()))) as client:
        assert "données d'exemple" in unescape(await (await client.get("/bureau/resultats")).text())
        answer = await client.get("/bureau/resultats/bac-2026.1")
        assert (answer.status, "n'a pas de rapport" in unescape(await answer.text())) == (200, True)
        assert (await client.get("/bureau/resultats/bac-2031.1")).status == 404
