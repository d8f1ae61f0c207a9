"""Citizens who search: each row of tests/data/understood/searches.yaml is typed where a citizen would type it.

Each row has a conversation of its own, over our menus and sample data.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from authoring.replay.sandbox import ReplaySandbox
from catalog.communes import read_communes
from catalog.entries import read_services
from state.interfaces import Inbound, Recipient, Reply, ScreenSize
from state.menu.journey_files import read_journeys
from state.text.search import plain
from tests.support.sandbox import our_house

ROWS: Final = Path("tests/data/understood/searches.yaml")
MENUS: Final = Path("menus")
FIRST: Final = 5  # finds that a citizen looks at
ROOMS: Final = {"sms": ScreenSize("sms", 459, 201), "chat": ScreenSize("chat", 0, 1024, rows=7)}
DIALLED: Final = {"word": ("1", "En tapant un mot"), "commune": ("4", "En tapant le nom de la commune")}
LISTS: Final = {"services.found", "centres.which_found"}
NOTHING: Final = {"services.nothing", "centres.nothing", "home.welcome"}
ABOUT_ONE: Final = {"services", "centres"}  # journeys whose screens are about one service or commune
SUGGESTS: Final = "voulez vous dire"
KEYS: Final = {"retour", "accueil", "suite"}
OPTION: Final = re.compile(r"^[1-9]\d? (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Row:
    """One search, and the ids that are right; without any, nothing may be found."""

    said: str
    language: str
    where: tuple[str, ...]
    expected: tuple[str, ...]
    held_back: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What one search found on one channel, best first; it is open if nothing was asked."""

    row: Row
    channel: str
    ids: tuple[str, ...]
    is_open: bool

    def is_hit(self, most: int) -> bool:
        """Whether a right id is among the first so many; or nothing was found, if that is right."""
        return bool(set(self.row.expected) & set(self.ids[:most])) if self.row.expected else not self.ids


def read_rows() -> list[Row]:
    """Read the table. Raises KeyError for a row without a value."""
    return [
        Row(str(row["said"]), row["language"], tuple(row["where"]), tuple(row["expected"]), row.get("held_back", False))
        for row in yaml.safe_load(ROWS.read_text("utf-8"))
    ]


async def evaluate(rows: Iterable[Row], menus: Path = MENUS, locales: Path = Path("locales")) -> list[Found]:
    """Type every row on each of its channels."""
    with tempfile.TemporaryDirectory(prefix="zin-search-") as folder:
        async with our_house(Path(folder) / "data", locales, menus) as house:
            citizens = _Citizens(house, {**titles(), **subjects(menus)})
            return [found for row in rows for found in await citizens.find(row)]


class _Citizens:
    """Citizens who search, each only once: no search knows of another."""

    def __init__(self, house: ReplaySandbox, names: Mapping[str, str]) -> None:
        """Names has the ids of journeys, services and communes by their names in plain form."""
        self._house, self._names, self._number = house, names, 0
        self._subjects = subjects()

    async def find(self, row: Row) -> list[Found]:
        """Return what each channel of the row finds."""
        found = []
        for where in row.where:
            if where in DIALLED:
                found.append(Found(row, "ussd", *await self._call(DIALLED[where], row.said)))
            else:
                found += [Found(row, channel, *await self._write(channel, row.said)) for channel in ROOMS]
        return found

    async def _call(self, way: tuple[str, str], said: str) -> tuple[tuple[str, ...], bool]:
        phone = self._house.phone(self._caller())
        listed, label = way
        reply = await phone.dial(listed)
        while not (option := re.search(rf"(?m)^(\d+) {label}$", reply.text)):
            assert reply.page < reply.pages, f"no option {label}"
            reply = await phone.type("98")
        await phone.type(option[1])
        reply = await phone.type(said)
        if reply.screen not in LISTS:
            return self._opened(reply), True
        ids = self._listed(reply.text)
        while len(ids) < FIRST and reply.page < reply.pages:
            reply = await phone.type("98")
            ids += self._listed(reply.text)
        return ids, False

    async def _write(self, channel: str, said: str) -> tuple[tuple[str, ...], bool]:
        citizen = self._caller()
        message = Inbound(channel, citizen, "", said, inputs_are_cumulative=False, message=citizen,
                          reply_to=Recipient(channel, citizen))  # fmt: skip
        reply = await self._house.conversation.handle_message(message, ROOMS[channel], 3600.0)
        assert reply, "a new message is answered"
        is_open = not plain(reply.text).startswith(SUGGESTS)
        return (self._opened(reply) if is_open else self._listed(reply.text)), is_open

    def _caller(self) -> str:
        self._number += 1
        return f"+22901{90_000_000 + self._number}"

    def _listed(self, text: str) -> tuple[str, ...]:
        """Return the ids of the numbered names; one that is cut off is found by its beginning."""
        shown = [plain(name) for name in OPTION.findall(text) if not name.endswith(":") and plain(name) not in KEYS]
        return tuple(map(self._named, shown))

    def _named(self, label: str) -> str:
        begun = (one for name, one in self._names.items() if name.startswith(label))
        return self._names.get(label) or next(begun, "?")

    def _opened(self, reply: Reply) -> tuple[str, ...]:
        """Return the journey that is open, and the service or commune that its screen is about."""
        if reply.screen in NOTHING:
            return ()
        said = f" {plain(reply.text)} "
        about = sorted(
            (said.index(f" {name} "), -len(name), one) for name, one in self._subjects.items() if f" {name} " in said
        )
        journey = reply.screen.partition(".")[0]
        return (about[0][2],) if about and journey in ABOUT_ONE else (journey,)


def titles() -> Mapping[str, str]:
    """Return the names of the journeys by their titles in plain form."""
    return {plain(journey.title): name for name, journey in read_journeys(MENUS).files.items()}


def subjects(menus: Path = MENUS) -> Mapping[str, str]:
    """Return the ids of communes and services by their names in plain form."""
    names = {plain(one.name): name for name, one in read_communes(menus / "communes.csv")[0].items()}
    for name, service in read_services(menus / "catalogue").items():
        names |= {plain(service.name): name, plain(service.short): name}
    return names
