"""Publishing, the answers to citizens and a clock, for tests of results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from accounts.accounts import Operator
from authoring.replay.fakes import FakeClock
from results.approval import Draft, ExamSession
from results.published import FRESH_SECONDS, PublishedResults, Unpublished
from results.publishing import Publishing
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
