"""The operators' guide holds: who follows it step by step has sound menus after each, and sees what it shows.

Each ```yaml block of menus/README.md names its file in its first line. A file that is new is written as it stands; of
one that is there, the keys of the block take the place of those it has: of the journey, or of its screens.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel, SecretStr

from authoring.replay.fakes import FakeOutgoingMessages, FakePreferences
from authoring.validation import validate as all_of_it
from catalog.entries import Service, Status, Verdict
from cli.main import main
from cli.terminal_phone import ROOM, Phone
from database import open_database
from database.migrations import migrate
from settings import Settings
from sources.registry import open_sources
from state.conversation.conversation import Conversation, ConversationPorts
from state.errors import InvalidMenu, Problem
from state.menu.answer_patterns import compile_pattern, pattern_problem
from state.menu.lint import RULES
from state.menu.phrases import Phrases
from state.menu.schema import SHAPES, Asking, Choice, JourneyFile, Listing, LookUp
from state.menu.versions import ActiveMenus
from state.rate_limit import HOUR, MAX_WRONG
from state.store.memory import InMemory
from state.text.encoding import fold
from state.text.languages import FRENCH
from state.text.page_format import paper
from state.text.pagination import Footer, paginate
from state.transcript import DIALS, read
from state.yaml_files.types import Counted, SayByChannel
from tests.support.conversation import edition
from tests.support.database import sources_over

ROOT = Path(__file__).parents[2]
MENUS = ROOT / "menus"
GUIDE = (MENUS / "README.md").read_text(encoding="utf-8")
THREATS = (ROOT / "docs" / "threats.md").read_text(encoding="utf-8")
BLOCKS: list[tuple[str, str]] = re.findall(r"(?ms)^```(\w*)\n(.*?)^```$", GUIDE)
STEPS = [place for place, (language, _) in enumerate(BLOCKS, 1) if language == "yaml"]
CALLS = [place for place, (language, _) in enumerate(BLOCKS, 1) if language == "text"]
FIRST = BLOCKS[STEPS[0] - 1][1]


def followed(folder: Path, blocks: int) -> Path:
    """Our menus after the first so many blocks of the guide."""
    menus = Path(shutil.copytree(MENUS, folder / "menus"))
    for language, text in BLOCKS[:blocks]:
        if language == "yaml":
            write(menus, text)
    return menus


def write(menus: Path, block: str) -> None:
    """Do what a block of the guide shows."""
    named = re.match(r"# menus/(\S+\.yaml)\n", block)
    assert named, f"a block says which file it belongs to: {block[:40]}"
    path = menus / named[1]
    if not path.exists():
        path.write_text(block, encoding="utf-8")
        return
    written = yaml.load(block, yaml.BaseLoader)
    whole = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
    screens = whole.get("screens", whole)
    for key, value in written.items():
        (whole if key in JourneyFile.model_fields else screens)[key] = value
    path.write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")


def checked(menus: Path) -> list[Problem]:
    """What zin check has to say of these menus."""
    try:
        all_of_it(Settings(menus=menus))
    except InvalidMenu as broken:
        return list(broken.problems)
    return []


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step} {BLOCKS[step - 1][1].splitlines()[0][2:]}")
def test_the_menus_are_sound_after(step: int, tmp_path: Path) -> None:
    assert checked(followed(tmp_path, step)) == []


def test_the_guide_has_its_steps() -> None:
    assert len(STEPS) > 15
    assert CALLS


# What citizens then see


@asynccontextmanager
async def phone(tmp_path: Path, blocks: int) -> AsyncIterator[Phone]:
    """A phone on the menus as they are after these blocks, over sources of their own."""
    settings = Settings(menus=followed(tmp_path, blocks), data=tmp_path, database_url=SecretStr(""))
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
async def test_a_call_goes_as_the_guide_shows(place: int, tmp_path: Path) -> None:
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
        ("8*3*Lokossa*1", "Renseignez-vous au centre communal de Lokossa."),
        ("8*4", "Trouver un centre"),
        ("", "8 Rentrée scolaire"),
    ],
)
async def test_the_journey_of_the_guide_works_at_the_end(dialled: str, shown: str, tmp_path: Path) -> None:
    async with phone(tmp_path, len(BLOCKS)) as caller:
        assert shown in (await caller.dial(dialled)).text


async def test_a_service_of_the_guide_is_found_and_says_what_is_not_known(tmp_path: Path) -> None:
    bare = next(place for place in STEPS if "catalogue/exemple-carte" in BLOCKS[place - 1][1])
    services = sources_over(Settings(menus=followed(tmp_path, bare)))
    card = await services.ask("services.card", {"service": "exemple-carte"})
    assert card.facts["cost"] == card.facts["documents"] == "à confirmer"
    full = sources_over(Settings(menus=followed(tmp_path / "full", len(BLOCKS))))
    card = await full.ask("services.card", {"service": "exemple-carte"})
    assert card.facts["cost"] == "1 500 F (timbre compris)"
    assert "à confirmer" not in card.facts.values()


# What the tables say

FORMS = re.findall(r"(?m)^\| [^|`]+ \| `\"?(.+?)\"?` \| `(.+?)` \| `(.+?)` \|$", GUIDE)


@pytest.mark.parametrize(("form", "taken", "refused"), FORMS)
def test_a_form_to_copy_takes_and_refuses_what_it_says(form: str, taken: str, refused: str) -> None:
    assert not pattern_problem(form)
    assert compile_pattern(form)(taken)
    assert compile_pattern(form)(refused) is None


FOLDED = re.findall(r"(?m)^\| `([^`]+)` \| `([^`]+)` \|$", GUIDE)


@pytest.mark.parametrize(("written", "shown"), FOLDED)
def test_signs_are_shown_as_the_guide_says(written: str, shown: str) -> None:
    assert fold(written) == shown


def test_the_tables_of_forms_and_signs_are_there() -> None:
    assert len(FORMS) == 6
    assert len(FOLDED) == 3


def test_the_figures_of_the_guide_are_those_of_the_code() -> None:
    told = re.search(r"restez sous (\d+)", GUIDE)
    assert told
    footer = Footer("98 Suite", "0 Retour\n00 Accueil")
    assert [len(paginate("m" * (int(told[1]) + more), (), footer, paper(FRENCH, ROOM))) for more in (0, 1)] == [1, 2]
    assert (MAX_WRONG, HOUR) == (10, 3600)
    assert "dix réponses fausses en une heure" in GUIDE


def test_every_question_is_told_with_what_it_needs_and_gives() -> None:
    rows = re.findall(r"(?m)^\| `(\w+\.\w+)` \|(.*)\|(.*)\|(.*)\|(.*)\|$", GUIDE)
    told = {
        name: ("(liste)" in what, *(frozenset(re.findall(r"`\{?(\w+)\}?`", cell)) for cell in (needs, outcomes, gives)))
        for name, what, needs, outcomes, gives in rows
    }
    assert told == {
        name: (one.rows, frozenset(one.needs), frozenset(() if one.rows else one.outcomes), frozenset(one.gives))
        for name, one in sources_over(Settings(menus=MENUS)).questions.items()
    }


def keys() -> Iterator[str]:
    """Every key that an operator can write in a journey, in phrases.yaml, and in a service, a verdict or a status."""
    told = (JourneyFile, SayByChannel, Counted, Choice, Listing, Asking, LookUp, Phrases, Service, Verdict, Status)
    shapes: tuple[type[BaseModel], ...] = (*told, *SHAPES.values())
    for shape in shapes:
        for name, field in shape.model_fields.items():
            yield field.alias or name
    yield from ("value", "source", "as_of", "note")


@pytest.mark.parametrize("key", sorted(set(keys())))
def test_the_guide_tells_the_key(key: str) -> None:
    assert f"`{key}:" in GUIDE or f"`{key}`" in GUIDE


# What zin check says

MISTAKES = re.findall(r"(?m)^\| `([^`]+)` \| ", GUIDE.partition("\n| `zin check` dit |")[2].partition("\n## ")[0])
EXAMPLES = [
    *(ROOT / "tests" / "data" / "broken").glob("*.yaml"),
    *(ROOT / "tests" / "data" / "broken_entries").glob("*/*.y*ml"),
]


def said_of(example: Path) -> list[str]:
    """What is told of a broken example, which its first lines say."""
    return re.findall(r"(?m)^# \d+:\d+: (.*)$", example.read_text(encoding="utf-8"))


def says(row: str, told: str) -> bool:
    return re.match(".*".join(map(re.escape, row.split("…"))), told) is not None


@pytest.mark.parametrize("rule", [rule.__name__ for rule in RULES])
def test_the_guide_tells_what_to_do_about(rule: str) -> None:
    told = said_of(ROOT / "tests" / "data" / "broken" / f"{rule}.yaml")
    assert any(says(row, one) for row in MISTAKES for one in told), told


MADE = [
    ("say: Que voulez-vous savoir ?", "say: Attention : fermé", "YAML illisible ici : un « : » de trop"),
    ("    say: Que", "\tsay: Que", "YAML illisible ici : une tabulation ou un signe réservé ; mettez des espaces"),
    ("    say: Que", "     say: Que", "YAML illisible ici : alignement ou guillemets à revoir à cette ligne"),
    ("label: Changer d'école", "label: Changer, partir", "clé inconnue « partir »"),
    ("say: Que voulez-vous savoir ?", "say: {level} ?", "YAML illisible ici"),
    ("  change:", "  Changer:", "« Changer » : il faut ici un nom en minuscules"),
    ("first: topics", "first: topic", "« first » : il n'y a pas d'écran « topic » (vouliez-vous dire « topics » ?)"),
    ("to: enrol}", "to: enrool}", "(vouliez-vous dire « enrol » ?)"),
]
SAID = [*(told for _, _, told in MADE), *(told for example in EXAMPLES for told in said_of(example))]


@pytest.mark.parametrize("row", MISTAKES)
def test_zin_check_does_say(row: str) -> None:
    assert any(says(row, told) for told in SAID)


@pytest.mark.parametrize(("right", "wrong", "told"), MADE)
def test_who_breaks_a_rule_of_the_guide_is_told(right: str, wrong: str, told: str, tmp_path: Path) -> None:
    menus = followed(tmp_path, STEPS[0])
    assert FIRST.count(right) == 1
    (menus / "rentree.yaml").write_text(FIRST.replace(right, wrong), encoding="utf-8")
    assert any(told in problem.what for problem in checked(menus))


def test_the_line_that_the_guide_reads_out_is_what_is_said(tmp_path: Path) -> None:
    menus = followed(tmp_path, STEPS[0])
    (menus / "rentree.yaml").write_text(FIRST.replace("to: enrol}", "to: enrool}"), encoding="utf-8")
    first = str(checked(menus)[0]).removeprefix(f"{tmp_path}/")
    assert first in GUIDE.splitlines()


def test_the_commands_of_the_guide_exist() -> None:
    verbs = set(re.findall(r"\.venv/bin/zin (\w+)", GUIDE))
    assert verbs == {"check", "call", "draw", "words"}
    assert verbs <= main.commands.keys()


@pytest.mark.parametrize("anchor", re.findall(r"\]\(#(.+?)\)", GUIDE))
def test_a_link_leads_to_a_heading(anchor: str) -> None:
    headings = re.findall(r"(?m)^#+ (.+)$", GUIDE)
    assert anchor in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("named", sorted(set(re.findall(r"`([a-z]+/[\w./]*|ZIN_\w+|\w+\.py)`", THREATS))))
def test_the_page_of_threats_names_only_what_exists(named: str) -> None:
    setting = named.removeprefix("ZIN_").lower() in Settings.model_fields
    assert setting if named.startswith("ZIN_") else (ROOT / named).exists()
