"""The rules of publication, over SQLite and PostgreSQL: two people, the hour, no sample, whole or not at all."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import func, select

from accounts.accounts import Operator
from accounts.audit import Audit
from authoring.replay.fakes import FakeClock
from channels.contracts.sender import Message
from channels.outbox.repository import Outbox
from database import tables
from database.encryption import Seal
from results.announcer import TOPIC
from results.approval import Draft, ExamSession
from results.published import FRESH_SECONDS, STALE_SECONDS, PublishedResults, Unpublished
from results.publishing import Publishing
from results.refusals import PublicationRefused
from state.errors import SourceUnavailable
from tests.support.database import Registry

IDA, PAUL, VERA = Operator("ida", "importer"), Operator("paul", "approver"), Operator("vera", "viewer")
BAC = ExamSession("bac", 2027)
SHA = "a" * 64
LIST = {f"{100 + n}": "admitted" for n in range(30)}  # the whole list on paper


def rows(**values: str) -> list[dict[str, str]]:
    usual = {"verdict": "admitted", "mention": "", "series": "D", "centre": "Centre 1", "department": ""}
    return [{"seat": f"{100 + n}", **usual, **values} for n in range(30)]


def file(made: list[dict[str, str]] | None = None, sha256: str = SHA) -> Draft:
    given = rows() if made is None else made
    return Draft(sha256, given, len(given), "{}")


class Desk:
    """Publishing, the answers to citizens, and a clock."""

    def __init__(self, registry: Registry, *, production: bool = True) -> None:
        self.registry, self.clock = registry, FakeClock()
        self.publishing = Publishing(registry.database, production=production, clock=self.clock)
        self.board = PublishedResults(registry.database, self.clock, self.clock)

    async def approved(self, made: list[dict[str, str]] | None = None) -> str:
        named = await self.publishing.store_draft(IDA, BAC, file(made))
        await self.publishing.approve(PAUL, named, SHA, seen(made or rows()))
        return named

    async def published(self) -> str:
        named = await self.approved()
        await self.publishing.publish(PAUL, named, self.clock.now)
        return named

    async def answer(self, seat: str = "105") -> str:
        """What citizens learn of a seat a moment later."""
        self.clock.now += FRESH_SECONDS
        try:
            found = await self.board.find(BAC.code, seat)
        except Unpublished:
            return "unpublished"
        return (found and found[1].verdict) or "unknown"

    async def count(self, table: Any) -> int:
        return int((await self.registry.database.rows(select(func.count().label("n")).select_from(table)))[0]["n"])


def seen(made: list[dict[str, str]]) -> Mapping[str, str]:
    return {row["seat"]: row["verdict"] for row in made}


@pytest.fixture
async def desk(registry: Registry) -> Any:
    desk = Desk(registry)
    yield desk
    await desk.board.close()


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


async def test_past_hour_becomes_now(desk: Desk) -> None:
    named = await desk.approved()
    await desk.publishing.publish(PAUL, named, 0)
    (row,) = await desk.registry.database.rows(select(tables.publications))
    assert row["publish_at"] == int(desk.clock.now)


async def test_department_has_its_hour_and_hides_others(desk: Desk) -> None:
    made = rows()
    for row in made[15:]:
        row["department"] = "Zou"
    for row in made[:15]:
        row["department"] = "Borgou"
    named = await desk.approved(made)
    await desk.publishing.publish(PAUL, named, desk.clock.now, "Borgou")
    await desk.publishing.publish(PAUL, named, desk.clock.now + 600, "Zou")
    assert [await desk.answer(seat) for seat in ("105", "120", "999")] == ["admitted", "unpublished", "unpublished"]
    desk.clock.now += 600
    assert [await desk.answer(seat) for seat in ("105", "120", "999")] == ["admitted", "admitted", "unknown"]


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
    assert [claimed.message.key for claimed in await outbox.claim(5)] == ["other"]


async def test_first_question_waits_for_the_first_reading(desk: Desk) -> None:
    await desk.published()
    for board in (PublishedResults(desk.registry.database, desk.clock, desk.clock) for _ in range(3)):
        found = await asyncio.gather(*(board.find(BAC.code, "105") for _ in range(50)))
        assert {one and one[1].verdict for one in found} == {"admitted"}
        await board.close()


async def test_hanging_database_is_asked_once_a_second(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.published()
    assert await desk.answer() == "admitted"
    await desk.board.wait_until_filled()
    asked = 0

    async def hangs(*_: object, **__: object) -> list[dict[str, Any]]:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0.05)
        raise SourceUnavailable("hangs on purpose")

    monkeypatch.setattr(desk.registry.database, "rows", hangs)
    desk.clock.now += FRESH_SECONDS
    found = await asyncio.gather(*(desk.board.find(BAC.code, "105") for _ in range(50)))
    assert {one and one[1].verdict for one in found} == {"admitted"}
    assert asked <= 2


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


async def test_memory_and_table_answer_alike(desk: Desk) -> None:
    await desk.published()
    desk.clock.now += FRESH_SECONDS
    fresh = PublishedResults(desk.registry.database, desk.clock, desk.clock)
    read = [await fresh.find(BAC.code, seat) for seat in ("100", "129", "99", "")]
    await fresh.wait_until_filled()
    assert [await fresh.find(BAC.code, seat) for seat in ("100", "129", "99", "")] == read
    await fresh.close()


@pytest.mark.parametrize("stepped", [-3600, 3600])
async def test_clock_change_hides_no_withdrawal(desk: Desk, stepped: int) -> None:
    seconds = 0.0
    board = PublishedResults(desk.registry.database, desk.clock, lambda: seconds)
    await desk.published()
    desk.clock.now += 7200
    assert (await board.find(BAC.code, "105")) is not None
    await desk.publishing.withdraw(PAUL, BAC.code, "", "une erreur")
    desk.clock.now += stepped
    seconds += FRESH_SECONDS
    with pytest.raises(Unpublished):
        await board.find(BAC.code, "105")
    await board.wait_until_filled()
    await desk.registry.database.close()
    await desk.registry.stop()
    seconds += STALE_SECONDS - 1
    with pytest.raises(Unpublished):
        await board.find(BAC.code, "105")
    seconds += 2
    with pytest.raises(SourceUnavailable):
        await board.find(BAC.code, "105")
    await board.close()


async def test_publication_hour_follows_the_wall_clock(desk: Desk) -> None:
    board = PublishedResults(desk.registry.database, desk.clock, lambda: 0.0)  # read once, and for good
    await desk.publishing.publish(PAUL, await desk.approved(), desk.clock.now + 3600)
    for hours, is_public in ((0, False), (1, True), (-1, False), (1, True)):
        desk.clock.now += hours * 3600
        if is_public:
            assert await board.find(BAC.code, "105")
        else:
            with pytest.raises(Unpublished):
                await board.find(BAC.code, "105")
    await board.close()


async def test_published_result_outlasts_the_database_for_a_while(desk: Desk) -> None:
    await desk.published()
    assert await desk.answer() == "admitted"
    await desk.board.wait_until_filled()
    await desk.registry.database.close()
    await desk.registry.stop()
    assert await desk.answer() == "admitted"
    desk.clock.now += 60
    with pytest.raises(SourceUnavailable):
        await desk.answer()
