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


def rows(**told: str) -> list[dict[str, str]]:
    usual = {"verdict": "admitted", "mention": "", "series": "D", "centre": "Centre 1", "department": ""}
    return [{"seat": f"{100 + n}", **usual, **told} for n in range(30)]


def file(made: list[dict[str, str]] | None = None, sha256: str = SHA) -> Draft:
    given = rows() if made is None else made
    return Draft(sha256, given, len(given), "{}")


class Desk:
    """The deeds, what citizens are told, and a clock."""

    def __init__(self, registry: Registry, *, production: bool = True) -> None:
        self.registry, self.clock = registry, FakeClock()
        self.deeds = Publishing(registry.database, production=production, clock=self.clock)
        self.board = PublishedResults(registry.database, self.clock, self.clock)

    async def approved(self, made: list[dict[str, str]] | None = None) -> str:
        named = await self.deeds.store_draft(IDA, BAC, file(made))
        await self.deeds.approve(PAUL, named, SHA, seen(made or rows()))
        return named

    async def published(self) -> str:
        named = await self.approved()
        await self.deeds.publish(PAUL, named, self.clock.now)
        return named

    async def told(self, seat: str = "105") -> str:
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


async def test_a_file_becomes_public_in_four_steps_and_each_is_in_the_audit(desk: Desk) -> None:
    named = await desk.deeds.store_draft(IDA, BAC, file())
    assert (named, await desk.told()) == ("bac-2027.1", "unpublished")
    await desk.deeds.approve(PAUL, named, SHA.upper(), LIST)
    assert await desk.told() == "unpublished"
    await desk.deeds.publish(PAUL, named, desk.clock.now + 3600)
    assert await desk.told() == "unpublished"
    desk.clock.now += 3600
    assert [await desk.told(), await desk.told("999")] == ["admitted", "unknown"]
    await desk.deeds.withdraw(PAUL, BAC.code, "", "erreur de saisie")
    assert await desk.told() == "unpublished"
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


@pytest.mark.parametrize(("who", "by", "told"), REFUSED, ids=[row[0] for row in REFUSED])
async def test_nobody_approves_against_the_rules(desk: Desk, who: str, by: Operator, told: dict[str, Any]) -> None:
    named = await desk.deeds.store_draft(IDA, BAC, file())
    given: dict[str, Any] = {"named": named, "sha256": SHA, "seen": LIST, **told}
    with pytest.raises(PublicationRefused) as refused:
        await desk.deeds.approve(by, given["named"], given["sha256"], given["seen"])
    assert not re.search(r"\b1[0-2][0-9]\b", str(refused.value))
    assert (await desk.deeds.sets(BAC.code))[0]["state"] == "draft"
    entries = [(entry.operator, entry.action) for entry in await Audit(desk.registry.database).last(9)]
    assert entries == [("ida", "results import"), (by.name, "refused: results approve")]


@pytest.mark.parametrize("by", [IDA, VERA])
async def test_only_an_approver_publishes_and_only_what_was_approved(desk: Desk, by: Operator) -> None:
    draft = await desk.deeds.store_draft(IDA, BAC, file())
    with pytest.raises(PublicationRefused):
        await desk.deeds.publish(PAUL, draft, desk.clock.now)
    named = await desk.approved()
    with pytest.raises(PublicationRefused):
        await desk.deeds.publish(by, named, desk.clock.now)
    with pytest.raises(PublicationRefused):
        await desk.deeds.withdraw(by, BAC.code, "", "parce que")
    assert await desk.told() == "unpublished"


async def test_sample_data_is_never_approved_in_production(registry: Registry) -> None:
    desk, sample = Desk(registry), ExamSession("bac", 2027, sample=True)
    named = await desk.deeds.store_draft(IDA, sample, file())
    with pytest.raises(PublicationRefused, match="exemple"):
        await desk.deeds.approve(PAUL, named, SHA, LIST)
    await Desk(registry, production=False).deeds.approve(PAUL, named, SHA, LIST)
    with pytest.raises(PublicationRefused, match="exemple"):
        await desk.deeds.publish(PAUL, named, 0)


async def test_an_hour_that_is_past_is_now_and_never_before(desk: Desk) -> None:
    named = await desk.approved()
    await desk.deeds.publish(PAUL, named, 0)
    (row,) = await desk.registry.database.rows(select(tables.publications))
    assert row["publish_at"] == int(desk.clock.now)


async def test_a_department_is_told_at_its_own_hour_and_seats_of_others_are_not_told_apart(desk: Desk) -> None:
    made = rows()
    for row in made[15:]:
        row["department"] = "Zou"
    for row in made[:15]:
        row["department"] = "Borgou"
    named = await desk.approved(made)
    await desk.deeds.publish(PAUL, named, desk.clock.now, "Borgou")
    await desk.deeds.publish(PAUL, named, desk.clock.now + 600, "Zou")
    assert [await desk.told(seat) for seat in ("105", "120", "999")] == ["admitted", "unpublished", "unpublished"]
    desk.clock.now += 600
    assert [await desk.told(seat) for seat in ("105", "120", "999")] == ["admitted", "admitted", "unknown"]


async def test_a_correction_says_why_to_those_whom_it_concerns_and_to_nobody_else(desk: Desk) -> None:
    await desk.published()
    made = rows()
    made[5]["verdict"], made[6]["mention"] = "refused", "Bien"
    second = await desk.deeds.store_draft(IDA, BAC, file(made))
    await desk.deeds.approve(PAUL, second, SHA, seen(made))
    with pytest.raises(PublicationRefused, match="pourquoi"):
        await desk.deeds.publish(PAUL, second, desk.clock.now)
    assert await desk.told() == "admitted"
    await desk.deeds.publish(PAUL, second, desk.clock.now, why="Réclamation du 12 juillet")
    assert await desk.told() == "refused"
    why = {}
    for seat in ("104", "105", "106", "107"):
        found = await desk.board.find(BAC.code, seat)
        why[seat] = found and found[1].why
    assert why == {"104": "", "105": "Réclamation du 12 juillet", "106": "Réclamation du 12 juillet", "107": ""}


async def test_until_the_hour_of_a_replacement_nothing_is_told(desk: Desk) -> None:
    await desk.published()
    made = rows()
    made[5]["verdict"] = "refused"
    second = await desk.approved(made[5:] + made[:5])
    await desk.deeds.publish(PAUL, second, desk.clock.now + 600, why="Deuxième délibération")
    assert [await desk.told(seat) for seat in ("105", "104", "999")] == ["unpublished"] * 3
    desk.clock.now += 600
    assert await desk.told() == "refused"
    await desk.deeds.withdraw(PAUL, BAC.code, "", "une erreur")
    assert await desk.told() == "unpublished"


async def test_a_department_that_nobody_is_of_and_a_reason_too_long_are_refused(desk: Desk) -> None:
    named = await desk.published()
    with pytest.raises(PublicationRefused, match="Borgu"):
        await desk.deeds.publish(PAUL, named, 0, "Borgu")
    second = await desk.approved()
    with pytest.raises(PublicationRefused, match="signes"):
        await desk.deeds.publish(PAUL, second, 0, why="x" * 161)


async def test_a_withdrawal_stops_the_news_that_were_not_sent_yet(desk: Desk) -> None:
    outbox = Outbox(desk.registry.database, Seal("a secret"), desk.clock)
    await desk.published()
    await outbox.enqueue(Message("news", "sms", "+2290190000001", "Admis(e)", topic=f"{TOPIC}:{BAC.code}"))
    await outbox.enqueue(Message("other", "sms", "+2290190000001", "Bonjour"))
    await desk.deeds.withdraw(PAUL, BAC.code, "", "une erreur")
    assert [claimed.message.key for claimed in await outbox.claim(5)] == ["other"]


async def test_whoever_asks_while_a_process_has_just_begun_waits_for_its_first_reading(desk: Desk) -> None:
    await desk.published()
    for board in (PublishedResults(desk.registry.database, desk.clock, desk.clock) for _ in range(3)):
        found = await asyncio.gather(*(board.find(BAC.code, "105") for _ in range(50)))
        assert {one and one[1].verdict for one in found} == {"admitted"}
        await board.close()


async def test_a_registry_that_hangs_is_asked_once_a_second_and_not_by_everybody(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.published()
    assert await desk.told() == "admitted"
    await desk.board.wait_until_filled()
    asked = 0

    async def hangs(*_: object, **__: object) -> list[dict[str, Any]]:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0.05)
        raise SourceUnavailable("told to hang")

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
        await desk.deeds.store_draft(IDA, BAC, Draft(SHA, broken(), 30, "{}"))
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever the database makes of a seat that is there twice
        await desk.deeds.store_draft(IDA, BAC, file(rows() + rows()))
    assert await desk.count(tables.exam_results) == 0
    assert await desk.count(tables.result_sets) == 0
    assert await desk.count(tables.audit) == 0


async def test_a_draft_can_be_let_go_of_and_what_is_approved_cannot(desk: Desk) -> None:
    draft = await desk.deeds.store_draft(IDA, BAC, file())
    await desk.deeds.discard(IDA, draft)
    assert await desk.count(tables.exam_results) == 0
    with pytest.raises(PublicationRefused):
        await desk.deeds.approve(PAUL, draft, SHA, LIST)
    named = await desk.approved()
    with pytest.raises(PublicationRefused):
        await desk.deeds.discard(IDA, named)


async def test_the_same_answers_come_from_memory_and_from_the_table(desk: Desk) -> None:
    await desk.published()
    desk.clock.now += FRESH_SECONDS
    fresh = PublishedResults(desk.registry.database, desk.clock, desk.clock)
    read = [await fresh.find(BAC.code, seat) for seat in ("100", "129", "99", "")]
    await fresh.wait_until_filled()
    assert [await fresh.find(BAC.code, seat) for seat in ("100", "129", "99", "")] == read
    await fresh.close()


@pytest.mark.parametrize("stepped", [-3600, 3600])
async def test_a_clock_that_is_set_hides_no_withdrawal_and_shows_nothing_stale(desk: Desk, stepped: int) -> None:
    seconds = 0.0
    board = PublishedResults(desk.registry.database, desk.clock, lambda: seconds)
    await desk.published()
    desk.clock.now += 7200
    assert (await board.find(BAC.code, "105")) is not None
    await desk.deeds.withdraw(PAUL, BAC.code, "", "une erreur")
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


async def test_whether_an_hour_has_come_is_said_by_the_time_of_day(desk: Desk) -> None:
    board = PublishedResults(desk.registry.database, desk.clock, lambda: 0.0)  # read once, and for good
    await desk.deeds.publish(PAUL, await desk.approved(), desk.clock.now + 3600)
    for hours, told in ((0, False), (1, True), (-1, False), (1, True)):
        desk.clock.now += hours * 3600
        if told:
            assert await board.find(BAC.code, "105")
        else:
            with pytest.raises(Unpublished):
                await board.find(BAC.code, "105")
    await board.close()


async def test_what_was_published_goes_on_being_told_for_a_while_without_the_registry(desk: Desk) -> None:
    await desk.published()
    assert await desk.told() == "admitted"
    await desk.board.wait_until_filled()
    await desk.registry.database.close()
    await desk.registry.stop()
    assert await desk.told() == "admitted"
    desk.clock.now += 60
    with pytest.raises(SourceUnavailable):
        await desk.told()
