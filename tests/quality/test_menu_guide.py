"""The operators' guide holds: who follows it step by step has sound menus after each, and sees what it shows.

Each ```yaml block of menus/README.md names its file in its first line. A file that is new is written as it stands; of
one that is there, the keys of the block take the place of those it has: of the journey, or of its screens.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from authoring.replay.fakes import FakeOutgoingMessages, FakePreferences
from cli.main import main
from cli.terminal_phone import Phone
from database import open_database
from database.migrations import migrate
from settings import Settings
from sources.registry import open_sources
from state.conversation.conversation import Conversation, ConversationPorts
from state.menu.active_versions import ActiveMenus
from state.store.memory import InMemory
from state.transcript import DIALS, read
from tests.support.conversation import edition
from tests.support.database import sources_over
from tests.support.menu_guide import BLOCKS, GUIDE, ROOT, STEPS, menus_after, problems_of

pytestmark = pytest.mark.slow

THREATS = (ROOT / "docs" / "threats.md").read_text(encoding="utf-8")
CALLS = [place for place, (language, _) in enumerate(BLOCKS, 1) if language == "text"]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step} {BLOCKS[step - 1][1].splitlines()[0][2:]}")
def test_menus_are_valid_after_step(step: int, tmp_path: Path) -> None:
    assert problems_of(menus_after(tmp_path, step)) == []


def test_the_guide_has_its_steps() -> None:
    assert len(STEPS) > 15
    assert CALLS


# What citizens then see


@asynccontextmanager
async def phone(tmp_path: Path, blocks: int) -> AsyncIterator[Phone]:
    """A phone on the menus as they are after these blocks, over sources of their own."""
    settings = Settings(menus=menus_after(tmp_path, blocks), data=tmp_path, database_url=SecretStr(""))
    database, store = open_database(settings), InMemory()
    await migrate(database)
    sources = await open_sources(settings, database)
    try:
        menus = ActiveMenus(edition(settings.menus, sources.questions), 60, lambda: 0.0)
        yield Phone(
            Conversation(menus, ConversationPorts(store, sources, FakePreferences(), FakeOutgoingMessages()), settings),
            "+2290190000001",
        )
    finally:
        await store.close()
        await sources.close()
        await database.close()


@pytest.mark.parametrize("place", CALLS)
async def test_call_matches_the_guide(place: int, tmp_path: Path) -> None:
    _, expected = read(f"# Le guide\n\n{BLOCKS[place - 1][1]}")
    async with phone(tmp_path, place) as caller:
        for turn in expected:
            await (caller.dial if turn.does.startswith(DIALS) else caller.type)(turn.does.removeprefix(DIALS).strip())
        assert caller.turns == expected


@pytest.mark.parametrize(
    ("dialled", "shown"),
    [
        ("8*2*2", "Primaire : parlez-en d'abord"),
        ("8*1*1*0", "Que voulez-vous savoir ?"),
        ("8*3*C", "Tapez au moins 2 lettres."),
        ("8*3*zzzzzz", "Aucune commune ne s'appelle zzzzzz."),
        ("8*3*Lokossa", "Renseignez-vous au centre communal de Lokossa."),
        ("8*4", "Quel département ?"),
        ("", "8 Rentrée scolaire"),
    ],
)
async def test_journey_of_the_guide_works(dialled: str, shown: str, tmp_path: Path) -> None:
    async with phone(tmp_path, len(BLOCKS)) as caller:
        assert shown in (await caller.dial(dialled)).text


async def test_service_of_the_guide_shows_unconfirmed_facts(tmp_path: Path) -> None:
    bare = next(place for place in STEPS if "catalogue/exemple-carte" in BLOCKS[place - 1][1])
    services = sources_over(Settings(menus=menus_after(tmp_path, bare)))
    card = await services.ask("services.card", {"service": "exemple-carte"})
    assert card.facts["to_confirm"] == "prix, délai, pièces"
    full = sources_over(Settings(menus=menus_after(tmp_path / "full", len(BLOCKS))))
    card = await full.ask("services.card", {"service": "exemple-carte"})
    assert card.facts["cost"] == "1 500 F (timbre compris)"
    assert card.facts["to_confirm"] == ""


# What the tables say


# What zin check says


def test_commands_of_the_guide_exist() -> None:
    verbs = set(re.findall(r"\.venv/bin/zin (\w+)", GUIDE))
    assert verbs == {"check", "call", "draw", "services", "words"}
    assert verbs <= main.commands.keys()


@pytest.mark.parametrize("anchor", re.findall(r"\]\(#(.+?)\)", GUIDE))
def test_link_leads_to_a_heading(anchor: str) -> None:
    headings = re.findall(r"(?m)^#+ (.+)$", GUIDE)
    assert anchor in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("named", sorted(set(re.findall(r"`([a-z]+/[\w./]*|ZIN_\w+|\w+\.py)`", THREATS))))
def test_threats_page_names_existing_parts(named: str) -> None:
    setting = named.removeprefix("ZIN_").lower() in Settings.model_fields
    assert setting if named.startswith("ZIN_") else (ROOT / named).exists()
