"""A sandbox for the replay of one call: a menu folder, sample data in its own database, a conversation and a phone."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from authoring.replay.fakes import (
    START_UNIX_SECONDS,
    FakeClock,
    FakeOutgoingMessages,
    FakePreferences,
    FaultInjectingSource,
)
from authoring.versions.folders import settings_of
from catalog.entries import Entries, read_entries
from channels.africastalking.ussd_webhook import AfricasTalkingUssd
from database import open_database
from database.migrations import migrate
from settings import Settings
from sources import Sources
from sources.careers import Careers
from sources.centres import Centres
from sources.declared.examples import example_sources
from sources.exam_results import Exams
from sources.languages import Languages
from sources.registry import open_sources
from sources.requests import Requests
from sources.services import Catalogue
from sources.timeout import TimeLimitedSource
from state.conversation.conversation import Conversation, ConversationPorts
from state.country import country
from state.errors import InvalidMenu
from state.interfaces import Inbound, Reply, Source
from state.menu.active_versions import ActiveMenus
from state.menu.journey_files import read_journeys
from state.menu.lint import lint
from state.menu.lint.rule import Questions
from state.menu.versions import MenuVersion, build_menu_version
from state.session import MAX_SESSION_SECONDS
from state.store.memory import InMemory
from state.text.languages import offered
from state.text.translations import read_wordings, split_problems

ROOM = AfricasTalkingUssd.room


class ReplaySandbox:
    """A conversation on an edition and these sources; its citizens have chosen French.

    faults holds the sources by name. Sandboxes share no sessions.
    """

    def __init__(self, edition: MenuVersion, sources: Mapping[str, Source], settings: Settings) -> None:
        self.clock, self.preferences, self.post = FakeClock(), FakePreferences("fr"), FakeOutgoingMessages()
        self.languages = Languages(edition.offered)
        self.faults = {name: FaultInjectingSource(source) for name, source in sources.items()}
        self._store, self._calls = InMemory(), 0
        patient = (TimeLimitedSource(source, settings.source_seconds, counts=False) for source in self.faults.values())
        asked = Sources((self.languages, *patient), self.preferences)
        outside = ConversationPorts(self._store, asked, self.preferences, self.post)
        self.conversation = Conversation(
            ActiveMenus(edition, MAX_SESSION_SECONDS, self.clock), outside, settings, self.clock
        )

    def phone(self, number: str = "") -> FakePhone:
        """Return a phone with this number, by default that of the trial phone."""
        return FakePhone(self, number or country().trial_number)

    def new_call(self) -> str:
        """Return a new call id."""
        self._calls += 1
        return f"call-{self._calls}"

    async def close(self) -> None:
        """Delete all sessions; the sources stay open for other sandboxes."""
        await self._store.close()


class FakePhone:
    """The phone of one citizen, on a gateway that joins all inputs."""

    def __init__(self, house: ReplaySandbox, number: str) -> None:
        self._house, self._number = house, number
        self._call, self._text = house.new_call(), ""

    async def dial(self, inputs: str = "") -> Reply:
        """Start a call with the inputs that follow the service code."""
        self._call, self._text = self._house.new_call(), inputs
        return await self._send()

    async def type(self, typed: str) -> Reply:
        """Answer the present screen."""
        self._text = f"{self._text}*{typed}" if self._text else typed
        return await self._send()

    async def _send(self) -> Reply:
        inbound = Inbound("journey", self._number, self._call, self._text, inputs_are_cumulative=True)
        return await self._house.conversation.handle(inbound, ROOM)


@dataclass(frozen=True, slots=True)
class SampleMenus:
    """An edition and its sources by name."""

    settings: Settings
    edition: MenuVersion
    sources: Mapping[str, Source]

    @asynccontextmanager
    async def sandbox(self) -> AsyncIterator[ReplaySandbox]:
        """Open a new sandbox without sessions."""
        house = ReplaySandbox(self.edition, self.sources, self.settings)
        try:
            yield house
        finally:
            await house.close()


def sandbox_settings(settings: Settings, menus: Path, data: Path) -> Settings:
    """Return settings for these menus, and languages if they are within, with sample data in this folder, whatever
    database the settings name.
    """
    settings = settings_of(settings, menus)
    ours = {"env": "demo", "data": data, "database_url": SecretStr(""), "requests_url": ""}
    return settings.model_copy(update=ours)


async def make_sample(settings: Settings) -> None:
    """Create the database with the sample data of the settings' menus. Raises InvalidMenu."""
    database = open_database(settings)
    try:
        await migrate(database)
        await (await open_sources(settings, database)).close()
    finally:
        await database.close()


async def copy_sample(made: Settings, settings: Settings) -> None:
    """Copy the sample data for other menus, so that a new or renamed service does not change the random requests."""
    await asyncio.to_thread(shutil.copytree, made.data, settings.data)


@asynccontextmanager
async def open_sample_menus(settings: Settings) -> AsyncIterator[SampleMenus]:
    """Open the settings' menus on the sample data, with every language offered. Raises InvalidMenu."""
    entries, database = await asyncio.to_thread(read_entries, settings.menus), open_database(settings)
    catalogue, exams = (
        Catalogue(entries.services, entries.synonyms),
        Exams(database, entries.exams, lambda: START_UNIX_SECONDS),
    )
    sources: Mapping[str, Source] = {
        "exams": exams,
        "services": catalogue,
        "requests": Requests(database, entries.statuses),
        "centres": Centres(entries.communes, entries.centres),
        "careers": Careers(database),
    }
    sources = _with_declared(sources, entries, settings)
    try:
        edition = await asyncio.to_thread(_edition, settings, sources)
        catalogue.reload(entries.services, entries.synonyms, edition.wordings)
        yield SampleMenus(settings, edition, sources)
    finally:
        for source in sources.values():
            await source.close()
        await database.close()  # last: exams may be reading on their own until they are closed


def _with_declared(sources: Mapping[str, Source], entries: Entries, settings: Settings) -> Mapping[str, Source]:
    """Add the declared sources, over their examples; each takes the place of the register that it stands for."""
    registers = {one: sources[name] for name in ("requests", "careers") for one in sources[name].questions}
    declared = example_sources(entries, settings, registers)
    names = {question: name for name in ("requests", "careers") for question in sources[name].questions}
    return {**sources, **{names.get(question, question): one for question, one in declared.items()}}


def _edition(settings: Settings, sources: Mapping[str, Source]) -> MenuVersion:
    journeys, (wordings, found) = read_journeys(settings.menus), read_wordings(settings.locales)
    problems, _ = split_problems(found)
    names = offered({code: one.language for code, one in wordings.items()}, settings.drafts)
    languages = Languages({one.code: one.name for one in names})
    questions: Questions = {
        name: one for source in (languages, *sources.values()) for name, one in source.questions.items()
    }
    if wrong := [*problems, *lint(journeys, questions)]:
        raise InvalidMenu(sorted(set(wrong)))
    return build_menu_version(journeys, questions, wordings, settings.drafts)
