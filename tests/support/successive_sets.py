"""Sets that follow one another, for tests of results."""

from __future__ import annotations

from tests.support.results_desk import BAC, IDA, PAUL, SHA, Desk, file, seen

DEPARTMENTS = ("Borgou", "Zou")
SEATS = {"Borgou": "105", "Zou": "120"}
HOUR = 3600
WHY = "Corrigé après réclamation"


def listed(verdict: str, **other: str) -> list[dict[str, str]]:
    """A list of thirty, half of each department, all with this verdict, but for those seats that have another."""
    usual = {"mention": "", "series": "D", "centre": "Centre 1"}
    return [
        {
            "seat": str(100 + n),
            "verdict": other.get(f"seat_{100 + n}", verdict),
            "department": DEPARTMENTS[n // 15],
            **usual,
        }
        for n in range(30)
    ]


class Sets(Desk):
    """A desk with as many approved sets as are asked for; each has its verdicts."""

    async def add(self, made: list[dict[str, str]]) -> str:
        named = await self.publishing.store_draft(IDA, BAC, file(made))
        await self.publishing.approve(PAUL, named, SHA, seen(made))
        return named

    async def add_until(self, number: int, made: list[dict[str, str]]) -> str:
        """The set of this number, the ones before it drafts that nobody approved."""
        while True:
            named = await self.publishing.store_draft(IDA, BAC, file(made))
            if named.endswith(f".{number}"):
                await self.publishing.approve(PAUL, named, SHA, seen(made))
                return named

    async def publish(self, named: str, later: int = 0, department: str = "", why: str = WHY) -> None:
        await self.publishing.publish(PAUL, named, self.clock.now + later, department, why)

    async def answers(self) -> dict[str, str]:
        """The answer for each department's seat now."""
        return {department: await self.answer(seat) for department, seat in SEATS.items()}

    async def reason(self, seat: str) -> str:
        self.clock.now += 1
        found = await self.board.find(BAC.code, seat)
        return found[1].why if found else "no such session"
