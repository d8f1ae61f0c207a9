"""A small menu (tests/data/small), a source that stands in for the real ones, and a phone to call with."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from authoring.replay.fakes import FakeClock, FakeOutgoingMessages, FakePreferences
from settings import Settings
from state.conversation.conversation import Conversation, ConversationPorts
from state.errors import InvalidMenu
from state.interfaces import FieldSpec, Inbound, Outcome, Question, Recipient, Reply, ScreenSize
from state.menu.active_versions import ActiveMenus
from state.menu.journey_files import read_journeys
from state.menu.lint import lint
from state.menu.versions import MenuVersion, build_menu_version
from state.store.interface import Store
from state.store.memory import InMemory
from state.text.search import plain
from state.text.translations import read_wordings
from tests.support.patience import PATIENCE

SMALL = Path(__file__).parents[1] / "data" / "small"
FRENCH_ONLY = Path(__file__).parents[1] / "data" / "french_only"
SMALL_LOCALES = Path(__file__).parents[1] / "data" / "small_locales"  # three invented languages
USSD = ScreenSize("ussd", 178, 76)
SMS = ScreenSize("sms", 459, 201)
BOT = ScreenSize("chat", 0, 1024, rows=7)
FRUITS = ({"id": "m", "name": "Mangue"}, {"id": "p", "name": "Papaye"})


def edition(folder: Path, questions: Mapping[str, Question], locales: Path = FRENCH_ONLY) -> MenuVersion:
    """The edition in these folders, drafts offered. Raises InvalidMenu with the problems of the folders."""
    journeys, (wordings, problems) = read_journeys(folder), read_wordings(locales)
    if wrong := [*problems, *lint(journeys, questions)]:
        raise InvalidMenu(wrong)
    return build_menu_version(journeys, questions, wordings, None)


class Market:
    """A fake source of fruits and one secret; `does` maps a question to an Outcome or an error."""

    questions: Mapping[str, Question] = {
        one.name: one
        for one in (
            Question("fruits.all", gives={"name": FieldSpec("Pastèque")}, rows=True),
            Question("fruits.many", gives={"name": FieldSpec("Fruit numéro 99")}, rows=True),
            Question(
                "fruits.price",
                {"fruit": "text", "many": "text"},
                {
                    "cost": FieldSpec("999999", "money"),
                    "day": FieldSpec("2026-12-31", "date"),
                    "origin": FieldSpec("Bohicon", optional=True),
                },
            ),
            Question("secret.word", {"code": "text"}, {"secret": FieldSpec("x" * 20)}, guarded=True),
            Question(
                "services.search",
                {"words": "text"},
                {"name": FieldSpec("Pastèque"), "score": FieldSpec("100", "number")},
                rows=True,
            ),
            Question("languages.offered", gives={"name": FieldSpec("Français")}, rows=True),
        )
    }

    def __init__(self) -> None:
        self.does: dict[str, Outcome | Exception] = {}
        self.asked: list[tuple[str, Mapping[str, str]]] = []
        self.seconds = 0.0
        self.open = asyncio.Event()  # while it is not set, no question is answered
        self.open.set()
        self.offered: Mapping[str, str] = {}

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        self.asked.append((question, dict(answers)))
        await self.open.wait()
        await asyncio.sleep(self.seconds)
        outcome = self.does.get(question) or self._usual(question, answers)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def wait_asked(self, many: int) -> None:
        """Wait until so many questions were asked."""
        async with asyncio.timeout(PATIENCE):
            while len(self.asked) < many:  # noqa: ASYNC110 - what is waited for happens behind a server
                await asyncio.sleep(0.01)

    async def close(self) -> None:
        return None

    def _usual(self, question: str, answers: Mapping[str, str]) -> Outcome:
        match question:
            case "languages.offered":
                rows = tuple({"id": code, "name": name} for code, name in self.offered.items())
                return Outcome("found", rows=rows) if len(rows) > 1 else Outcome("unknown")
            case "services.search":
                found = tuple(
                    {**row, "score": "100"} for row in FRUITS if plain(answers["words"]) in plain(row["name"])
                )
                return Outcome("found", rows=found) if found else Outcome("unknown")
            case "fruits.all":
                return Outcome("found", rows=FRUITS)
            case "fruits.many":
                return Outcome("found", rows=tuple({"id": str(n), "name": f"Fruit numéro {n}"} for n in range(1, 31)))
            case "fruits.price":
                return Outcome(
                    "found", {"cost": str(1000 * int(answers["many"])), "day": "2026-03-05"}, subject="service price"
                )
        return Outcome("found", {"secret": "le baobab"}) if answers["code"] == "sésame" else Outcome("unknown")


SECRET_QUESTION = next(name for name in Market.questions if name.startswith("secret."))


class Town:
    """One conversation over the small menu, with everything that a test turns."""

    def __init__(self, store: Store | None = None, folder: Path = SMALL, locales: Path = FRENCH_ONLY) -> None:
        self.clock, self.market, self.preferences, self.post = (
            FakeClock(),
            Market(),
            FakePreferences(),
            FakeOutgoingMessages(),
        )
        self.settings = Settings(_env_file=None)
        self.store = store or InMemory()
        self.menus = ActiveMenus(edition(folder, self.market.questions, locales), 86_400, self.clock)
        self.market.offered = self.menus.current.offered
        outside = ConversationPorts(self.store, self.market, self.preferences, self.post)
        self.conversation = Conversation(self.menus, outside, self.settings, self.clock)

    def phone(self, number: str = "+2290190000001") -> Phone:
        return Phone(self, number)

    def writer(self, number: str = "+2290190000001", room: ScreenSize = SMS) -> Writer:
        return Writer(self, number, room)


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
        return await self._town.conversation.handle(
            Inbound("test", self._number, call, text, inputs_are_cumulative=True), USSD
        )


class Writer:
    """A citizen who writes messages: by SMS, or to a bot with buttons."""

    def __init__(self, town: Town, number: str, room: ScreenSize) -> None:
        self._town, self._number, self._room = town, number, room
        self._messages = 0

    async def write(self, *texts: str) -> Reply:
        """Send these messages one by one; gives the last answer."""
        for text in texts:
            reply = await self.send(self.message(text))
        assert reply, "a new message is answered"
        return reply

    async def press(self, sends: str) -> Reply:
        """Press a button that sends this."""
        mark, _, text = sends.partition(".")
        reply = await self.send(replace(self.message(text), button_mark=mark))
        assert reply, "a new message is answered"
        return reply

    def message(self, text: str) -> Inbound:
        self._messages += 1
        to = Recipient("sms" if self._room.kind == "sms" else "bot", self._number)
        return Inbound(
            "writes", self._number, "", text, inputs_are_cumulative=False, message=f"m{self._messages}", reply_to=to
        )

    async def send(self, inbound: Inbound) -> Reply | None:
        """Bring this message, which may have been brought before."""
        return await self._town.conversation.handle_message(inbound, self._room, 3600.0)
