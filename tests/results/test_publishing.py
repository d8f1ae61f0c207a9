"""The rules of publication, over SQLite and PostgreSQL: two people, no sample, whole or not at all."""

from __future__ import annotations

import re
from typing import Any

import pytest

from accounts.accounts import Operator
from accounts.audit import Audit
from channels.contracts.sender import Message
from channels.outbox.repository import Outbox
from database import tables
from database.encryption import Seal
from results.announcer import TOPIC
from results.approval import Draft, ExamSession
from results.refusals import PublicationRefused
from state.errors import SourceUnavailable
from tests.support.database import Registry
from tests.support.results_desk import BAC, IDA, LIST, PAUL, SHA, VERA, Desk, file, rows, seen


async def test_publication_takes_four_recorded_steps(desk: Desk) -> None:
    named = await desk.publishing.store_draft(IDA, BAC, file())
    assert (named, await desk.answer()) == ("bac-2027.1", "unpublished")
    await desk.publishing.approve(PAUL, named, SHA.upper(), LIST)
    assert await desk.answer() == "unpublished"
    await desk.publishing.publish(PAUL, named, desk.clock.now + 3600)
    assert await desk.answer() == "unpublished"
    desk.clock.now += 3600
    assert [await desk.answer(), await desk.answer("999")] == ["admitted", "unknown"]
    await desk.publishing.withdraw(PAUL, BAC.code, "", "erreur de saisie")
    assert await desk.answer() == "unpublished"
    entries = await Audit(desk.registry.database).last(9)
    assert [(entry.operator, entry.action) for entry in entries] == [
        ("ida", "results import"),
        ("paul", "results approve"),
        ("paul", "results publish"),
        ("paul", "results withdraw"),
    ]
    assert (await Audit(desk.registry.database).verify()).fault is None


REFUSED = [
    ("a viewer", VERA, {}),
    ("an importer", IDA, {}),
    ("who brought it", Operator("ida", "approver"), {}),
    ("another checksum", PAUL, {"sha256": "b" * 64}),
    ("no checksum", PAUL, {"sha256": " "}),
    ("no verdict", PAUL, {"seen": {}}),
    ("wrong verdicts", PAUL, {"seen": dict.fromkeys(LIST, "refused")}),
    ("verdicts of other seats", PAUL, {"seen": {"999": "admitted"}}),
    ("another set", PAUL, {"named": "bac-2027.2"}),
]


@pytest.mark.parametrize(("who", "by", "changes"), REFUSED, ids=[row[0] for row in REFUSED])
async def test_nobody_approves_against_the_rules(desk: Desk, who: str, by: Operator, changes: dict[str, Any]) -> None:
    named = await desk.publishing.store_draft(IDA, BAC, file())
    given: dict[str, Any] = {"named": named, "sha256": SHA, "seen": LIST, **changes}
    with pytest.raises(PublicationRefused) as refused:
        await desk.publishing.approve(by, given["named"], given["sha256"], given["seen"])
    assert not re.search(r"\b1[0-2][0-9]\b", str(refused.value))
    assert (await desk.publishing.sets(BAC.code))[0]["state"] == "draft"
    entries = [(entry.operator, entry.action) for entry in await Audit(desk.registry.database).last(9)]
    assert entries == [("ida", "results import"), (by.name, "refused: results approve")]


@pytest.mark.parametrize("by", [IDA, VERA])
async def test_only_approvers_publish_only_approved_sets(desk: Desk, by: Operator) -> None:
    draft = await desk.publishing.store_draft(IDA, BAC, file())
    with pytest.raises(PublicationRefused):
        await desk.publishing.publish(PAUL, draft, desk.clock.now)
    named = await desk.approved()
    with pytest.raises(PublicationRefused):
        await desk.publishing.publish(by, named, desk.clock.now)
    with pytest.raises(PublicationRefused):
        await desk.publishing.withdraw(by, BAC.code, "", "parce que")
    assert await desk.answer() == "unpublished"


async def test_sample_data_is_never_approved_in_production(registry: Registry) -> None:
    desk, sample = Desk(registry), ExamSession("bac", 2027, sample=True)
    named = await desk.publishing.store_draft(IDA, sample, file())
    with pytest.raises(PublicationRefused, match="exemple"):
        await desk.publishing.approve(PAUL, named, SHA, LIST)
    await Desk(registry, production=False).publishing.approve(PAUL, named, SHA, LIST)
    with pytest.raises(PublicationRefused, match="exemple"):
        await desk.publishing.publish(PAUL, named, 0)


async def test_correction_gives_its_reason_to_changed_seats_only(desk: Desk) -> None:
    await desk.published()
    made = rows()
    made[5]["verdict"], made[6]["mention"] = "refused", "Bien"
    second = await desk.publishing.store_draft(IDA, BAC, file(made))
    await desk.publishing.approve(PAUL, second, SHA, seen(made))
    with pytest.raises(PublicationRefused, match="pourquoi"):
        await desk.publishing.publish(PAUL, second, desk.clock.now)
    assert await desk.answer() == "admitted"
    await desk.publishing.publish(PAUL, second, desk.clock.now, why="Réclamation du 12 juillet")
    assert await desk.answer() == "refused"
    why = {}
    for seat in ("104", "105", "106", "107"):
        found = await desk.board.find(BAC.code, seat)
        why[seat] = found and found[1].why
    assert why == {"104": "", "105": "Réclamation du 12 juillet", "106": "Réclamation du 12 juillet", "107": ""}


async def test_pending_replacement_hides_all_results(desk: Desk) -> None:
    await desk.published()
    made = rows()
    made[5]["verdict"] = "refused"
    second = await desk.approved(made[5:] + made[:5])
    await desk.publishing.publish(PAUL, second, desk.clock.now + 600, why="Deuxième délibération")
    assert [await desk.answer(seat) for seat in ("105", "104", "999")] == ["unpublished"] * 3
    desk.clock.now += 600
    assert await desk.answer() == "refused"
    await desk.publishing.withdraw(PAUL, BAC.code, "", "une erreur")
    assert await desk.answer() == "unpublished"


async def test_unknown_department_and_long_reason_are_refused(desk: Desk) -> None:
    named = await desk.published()
    with pytest.raises(PublicationRefused, match="Borgu"):
        await desk.publishing.publish(PAUL, named, 0, "Borgu")
    second = await desk.approved()
    with pytest.raises(PublicationRefused, match="signes"):
        await desk.publishing.publish(PAUL, second, 0, why="x" * 161)


async def test_withdrawal_stops_unsent_news(desk: Desk) -> None:
    outbox = Outbox(desk.registry.database, Seal("a secret"), desk.clock)
    await desk.published()
    await outbox.enqueue(Message("news", "sms", "+2290190000001", "Admis(e)", topic=f"{TOPIC}:{BAC.code}"))
    await outbox.enqueue(Message("other", "sms", "+2290190000001", "Bonjour"))
    await desk.publishing.withdraw(PAUL, BAC.code, "", "une erreur")
    assert [claimed.message.key for claimed in await outbox.claim("sms", 5)] == ["other"]


async def test_a_draft_is_whole_or_absent(desk: Desk) -> None:
    def broken() -> Any:
        yield from rows()
        raise OSError("the disk is gone")

    with pytest.raises(SourceUnavailable):
        await desk.publishing.store_draft(IDA, BAC, Draft(SHA, broken(), 30, "{}"))
    with pytest.raises(SourceUnavailable):  # a seat is there twice
        await desk.publishing.store_draft(IDA, BAC, file(rows() + rows()))
    assert await desk.count(tables.exam_results) == 0
    assert await desk.count(tables.result_sets) == 0
    assert await desk.count(tables.audit) == 0


async def test_draft_is_discarded_and_approved_set_is_not(desk: Desk) -> None:
    draft = await desk.publishing.store_draft(IDA, BAC, file())
    await desk.publishing.discard(IDA, draft)
    assert await desk.count(tables.exam_results) == 0
    with pytest.raises(PublicationRefused):
        await desk.publishing.approve(PAUL, draft, SHA, LIST)
    named = await desk.approved()
    with pytest.raises(PublicationRefused):
        await desk.publishing.discard(IDA, named)
