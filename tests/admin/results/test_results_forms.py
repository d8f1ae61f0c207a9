"""Forms of approval, publication and withdrawal: by each role, and wrong, late, forged or sent twice."""

from __future__ import annotations

import asyncio
import re
import time
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path

import pytest

from accounts.audit import Audit
from accounts.refusals import MARK
from accounts.roles import Role
from admin.auth import HEADER
from admin.results import results_actions
from reporting.time_zone import zone
from results.approval import MISMATCH, OUT
from server import build
from tests.support.admin_client import csrf, open_admin_site
from tests.support.browser import Making
from tests.support.page_text import reader
from tests.support.results_forms import BAC, SET, TOMORROW, Office
from tests.support.results_office import PEOPLE, YEAR

pytestmark = pytest.mark.slow

YESTERDAY = (datetime.now(zone()) - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")


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
async def test_forbidden_action_changes_nothing_and_is_audited(
    brought: Office, what: str, sent: tuple[Role, str, dict[str, str]], answered: tuple[int, str]
) -> None:
    role, path, fields = sent
    await brought.come(role)
    own = {"own": brought.handed.sha256}
    form = {name: own.get(value, value) for name, value in fields.items()}
    status, page = await brought.send(path.format(set=SET), **form)
    assert (status, answered[1] in page) == (answered[0], True), page
    assert await brought.state() == "draft"
    entries = await Audit(brought.database).last(50)
    done = [entry.action for entry in entries if entry.action.startswith("results")]
    refused = [entry for entry in entries if entry.action.startswith(MARK)]
    assert (done, [entry.operator for entry in refused]) == (["results import"], [PEOPLE[role]])
    assert refused[0].details["why"] in page.replace("\n", "?")


async def test_publication_hour_is_local_and_can_change(brought: Office) -> None:
    await brought.come("approver")
    assert (await brought.approve())[0] == 303
    for at in (TOMORROW, TOMORROW[:-5] + "23:59"):
        assert await brought.send(f"{SET}/publier", when="hour", at=at) == (303, "/bureau/resultats?fait=publie")
        (publication,) = (await brought.known()).publications
        assert datetime.fromtimestamp(publication.publish_at, zone()).strftime("%Y-%m-%dT%H:%M") == at
    page = await (await brought.client.get("/bureau/resultats")).text()
    assert "sera publié le" in page


async def test_one_department_of_the_file_is_published(brought: Office) -> None:
    await brought.come("approver")
    await brought.approve()
    page = await (await brought.client.get(f"/bureau/resultats/{SET}")).text()
    assert re.findall(r"<option>(\w+)</option>", page) == ["Mono", "Zou"]
    assert (await brought.send(f"{SET}/publier", when="now", department="Zuo"))[0] == 409
    assert (await brought.send(f"{SET}/publier", when="now", department="Zou"))[0] == 303
    (publication,) = (await brought.known()).publications
    assert (publication.departments, publication.publish_at <= time.time()) == (["Zou"], True)


async def test_simultaneous_approvals_take_effect_once(brought: Office) -> None:
    await brought.come("approver")
    did = await asyncio.gather(*(brought.approve() for _ in range(4)), brought.send(f"{SET}/abandonner"))
    assert sorted(status for status, _ in did) == [303, 409, 409, 409, 409]
    assert [action.startswith(MARK) for action in await brought.result_actions()].count(False) == 2
    assert await brought.state() in ("approved", "discarded")


async def test_closed_session_opens_with_a_new_publication(brought: Office) -> None:
    await brought.come("approver")
    await brought.approve()
    await brought.send(f"{SET}/publier", when="now")
    assert (await brought.send("fermer", session=BAC))[0] == 409
    assert await brought.send("fermer", session=BAC, why="fini") == (303, "/bureau/resultats?fait=ferme")
    assert (await brought.known()).is_closed
    assert (await brought.send("fermer", session=BAC, why="fini"))[0] == 409
    assert (await brought.send(f"{SET}/publier", when="now", why="encore"))[0] == 303
    assert not (await brought.known()).is_closed


async def test_refused_form_keeps_its_inputs(brought: Office) -> None:
    await brought.come("approver")
    drawn = await brought.drawn()
    form = {"csrf": brought.csrf, "sha256": "0" * 64, "seat-0": drawn[0], "verdict-0": "refused"}
    page = await (await brought.client.post(f"/bureau/resultats/{SET}/approuver", data=form)).text()
    assert "0" * 64 in page
    assert page.count(" selected>") == 1
    assert '<option value="refused" selected>' in page


async def test_failed_check_does_not_say_what_differs(brought: Office) -> None:
    await brought.come("approver")
    drawn = await brought.drawn()
    wrong = [{"sha256": "0" * 64}, {"verdict-3": "absent"}, {"verdict-3": "another word"}]
    answers = [await brought.approve(**one) for one in wrong]
    assert [status for status, _ in answers] == [409, 409, 409]
    assert [re.sub(r"Essais restants.*|3 essais.*", "", words) for _, words in answers] == [f"{MISMATCH} "] * 3
    page = await (await brought.client.get(f"/bureau/resultats/{SET}")).text()
    assert (await brought.drawn(), unescape(page).count(OUT), any(seat in page for seat in drawn)) == ([], 1, False)
    assert (await brought.approve())[0] == 409


async def test_demonstration_needs_an_account_to_change_results(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path, env="demo") as client:
        headers = {HEADER: await csrf(client)}
        assert results_actions.WAYS
        for way in results_actions.WAYS:
            path = way.path.replace("{named}", SET)
            assert (await client.post(f"/bureau{path}", headers=headers)).status == 403
        page = await (await client.get("/bureau/resultats")).text()
        assert "zin operators add a.kossou --role importer" in page
        assert "/bureau/connexion" in page


async def test_sample_data_is_marked_and_has_no_report(our_settings: Making) -> None:
    async with reader(build(our_settings())) as client:
        assert "données d'exemple" in unescape(await (await client.get("/bureau/resultats")).text())
        answer = await client.get("/bureau/resultats/bac-2026.1")
        assert (answer.status, "n'a pas de rapport" in unescape(await answer.text())) == (200, True)
        assert (await client.get("/bureau/resultats/bac-2031.1")).status == 404
