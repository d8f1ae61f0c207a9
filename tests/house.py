"""The real menus over the real sources with sample data, in one process: what journeys and property tests call.

Doubles stand at the plug points only: a source can be told to fail, to be slow or to answer nonsense, and time moves
when told to.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from channels.africastalking_ussd import AfricasTalkingUssd
from registry import open_database
from settings import Settings
from sources import Sources
from sources.careers import Careers
from sources.catalogue import Catalogue
from sources.centres import Centres
from sources.entries import read_exams, read_services, read_statuses
from sources.exams import Exams
from sources.languages import Languages
from sources.opening import open_sources
from sources.patience import Patient
from sources.requests import Requests
from state.errors import SourceUnavailable
from state.hop import Conversation, Outside
from state.menus import Menus
from state.messages import Inbound, Outcome, Reply, Source
from tests.market import Clock, edition
from tests.memory import InMemory
from tests.posted import Posted
from tests.preferences import Remembered

PATIENCE = 0.2  # seconds: a source told to be slow takes longer
ROOM = AfricasTalkingUssd.room


class Faulty:
    """A source that answers as it is told to: « en panne », « lente », « absurde », « vide », or « rétablie »."""

    def __init__(self, source: Source) -> None:
        self._source, self.questions = source, source.questions
        self.fault = "rétablie"

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        match self.fault:
            case "en panne":
                raise SourceUnavailable("told to fail")
            case "lente":
                await asyncio.sleep(PATIENCE * 2)
            case "vide":
                return Outcome("unknown")
            case "absurde":
                return Outcome("peut-être", {"verdict": "oui et non"})
        return await self._source.ask(question, answers)

    async def close(self) -> None:
        await self._source.close()


class House:
    """A conversation over our own menus, and what of it can be turned."""

    def __init__(self, faults: Mapping[str, Faulty], languages: Languages, preferences: Remembered) -> None:
        self.faults, self.languages, self.preferences, self.clock = faults, languages, preferences, Clock()
        self.post = Posted()
        self._calls = 0

    def open(self, settings: Settings, sources: Sources) -> None:
        """Take calls, in the languages of today."""
        now = edition(settings.menus, sources.questions, settings.locales)
        self.languages.take(now.offered)
        outside = Outside(InMemory(), sources, self.preferences, self.post)
        self.conversation = Conversation(Menus(now, 86_400, self.clock), outside, settings, self.clock)

    def line(self, number: str = "+2290190000001") -> Line:
        return Line(self, number)

    def new_call(self) -> str:
        self._calls += 1
        return f"call-{self._calls}"


class Line:
    """One citizen's phone on a joined gateway."""

    def __init__(self, house: House, number: str) -> None:
        self._house, self._number = house, number
        self._call, self._text = "", ""

    async def dial(self, inputs: str = "") -> Reply:
        self._call, self._text = self._house.new_call(), inputs
        return await self._send()

    async def type(self, typed: str) -> Reply:
        self._text = f"{self._text}*{typed}" if self._text else typed
        return await self._send()

    async def _send(self) -> Reply:
        inbound = Inbound("journey", self._number, self._call, self._text, joined=True)
        return await self._house.conversation.answer(inbound, ROOM)


@asynccontextmanager
async def our_house(data: Path, locales: Path = Path("locales")) -> AsyncIterator[House]:
    """The house over a database of its own in this folder, whose citizens chose French long ago."""
    settings = Settings(data=data, locales=locales)
    await (await open_sources(settings)).close()  # makes the tables and the sample data
    menus, database = settings.menus, open_database(settings)
    faults = {
        "services": Faulty(Catalogue(read_services(menus / "catalogue"))),
        "requests": Faulty(Requests(database, read_statuses(menus / "statuses"))),
        "exams": Faulty(Exams(database, read_exams(menus / "exams"))),
        "centres": Faulty(Centres(database)),
        "careers": Faulty(Careers(database)),
    }
    house = House(faults, Languages({}), Remembered("fr"))
    every: list[Source] = [house.languages, *(Patient(source, PATIENCE) for source in faults.values())]
    sources = Sources(every, house.preferences)
    try:
        house.open(settings, sources)
        yield house
    finally:
        await sources.close()
