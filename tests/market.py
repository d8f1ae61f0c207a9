"""A small menu (tests/small), a source that stands in for the real ones, and a phone to call with."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from settings import Settings
from state.hop import Conversation
from state.menus import Menus, load_menu
from state.messages import Fact, Inbound, Outcome, Question, Reply, Room
from state.store import Store
from tests.memory import InMemory

SMALL = Path(__file__).parent / "small"
USSD = Room("ussd", 178)
FRUITS = ({"id": "m", "name": "Mangue"}, {"id": "p", "name": "Papaye"})


class Market:
    """A source of fruits and one secret, which does as it is told: `does` maps a question to an Outcome or an error."""

    questions: Mapping[str, Question] = {
        one.name: one
        for one in (
            Question("fruits.all", gives={"name": Fact("Pastèque")}, rows=True),
            Question("fruits.many", gives={"name": Fact("Fruit numéro 99")}, rows=True),
            Question(
                "fruits.price", ("fruit", "many"), {"cost": Fact("999999", "money"), "day": Fact("2026-12-31", "date")}
            ),
            Question("secret.told", ("code",), {"secret": Fact("x" * 20)}, guarded=True),
        )
    }

    def __init__(self) -> None:
        self.does: dict[str, Outcome | Exception] = {}
        self.asked: list[tuple[str, Mapping[str, str]]] = []
        self.seconds = 0.0

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        self.asked.append((question, dict(answers)))
        await asyncio.sleep(self.seconds)
        told = self.does.get(question) or self._usual(question, answers)
        if isinstance(told, Exception):
            raise told
        return told

    async def close(self) -> None:
        return None

    def _usual(self, question: str, answers: Mapping[str, str]) -> Outcome:
        match question:
            case "fruits.all":
                return Outcome("found", rows=FRUITS)
            case "fruits.many":
                return Outcome("found", rows=tuple({"id": str(n), "name": f"Fruit numéro {n}"} for n in range(1, 31)))
            case "fruits.price":
                return Outcome("found", {"cost": str(1000 * int(answers["many"])), "day": "2026-03-05"})
        return Outcome("found", {"secret": "le baobab"}) if answers["code"] == "sésame" else Outcome("unknown")


class Clock:
    """Unix seconds that move when told to."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


class Town:
    """One conversation over the small menu, with everything that a test turns."""

    def __init__(self, store: Store | None = None, folder: Path = SMALL) -> None:
        self.clock, self.market = Clock(), Market()
        self.settings = Settings(_env_file=None)
        self.store = store or InMemory()
        self.menus = Menus(load_menu(folder, self.market.questions), 86_400, self.clock)
        self.conversation = Conversation(self.menus, self.store, self.market, self.settings, self.clock)

    def phone(self, number: str = "+2290190000001") -> Phone:
        return Phone(self, number)


class Phone:
    """A citizen's phone on a joined gateway: dials, types, is cut off."""

    def __init__(self, town: Town, number: str) -> None:
        self._town, self._number = town, number
        self._calls, self.text = 0, ""

    async def dial(self, text: str = "") -> Reply:
        self._calls, self.text = self._calls + 1, text
        return await self.post(text)

    async def type(self, *inputs: str) -> Reply:
        """Type these inputs one by one; gives the last answer."""
        for typed in inputs:
            self.text = f"{self.text}*{typed}" if self.text else typed
            reply = await self.post(self.text)
        return reply

    async def post(self, text: str) -> Reply:
        """Send what the gateway would send for this text of the call."""
        call = f"{self._number}-{self._calls}"
        return await self._town.conversation.answer(Inbound("test", self._number, call, text, joined=True), USSD)
