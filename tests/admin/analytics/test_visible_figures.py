"""Whose figures a person of a ministry reads: those of its journeys and services, of the house, and of everybody."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from admin.context import ADMIN_CONTEXT
from admin.start.waiting import FEW
from analytics.counters import Figure, day_of
from analytics.repository import UsageRepository
from tests.support.admin_client import sign_in
from tests.support.ministry_desk import SERVICE, House, house

pytestmark = pytest.mark.slow
OF_JUSTICE = (
    "fruits.which",
    f"service {SERVICE}",
    "greffe.file found 1",
    "fruits test 30",
    "1 test fr fruits",
    f"3 test fon service {SERVICE}",
)
OF_HEALTH = ("long.many", "long test 5", "2 test fr long")
OF_NOBODY = ("gone.first", "service gone")
OF_ALL = (
    "home.welcome",
    "service exemple",
    "home test 5",
    "1 test fr service exemple",
    "exams.result found 1",
    "commune parakou",
    "un mot vain",
    "test",
)
SOURCE = """title: Le greffe
ministry: justice
question: greffe.file
"""
PAGES = ("chiffres", "chiffres/mois", "accueil")
NAMED = ("Les fruits de la Justice", "Quel fruit ?", "Extrait de la Justice", "greffe.file", "(parcours retiré)")


def counted(today: date) -> Iterator[Figure]:
    """A count of each name, this month; most people give up on each screen."""
    for of in ("fruits.which", "long.many", "gone.first", "home.welcome"):
        yield Figure(today, 8, "arrived", of, FEW + 1)
    for of in (f"service {SERVICE}", "service gone", "service exemple", "commune parakou"):
        yield Figure(today, 8, "read", of, 7)
    for of in ("greffe.file found 1", "exams.result found 1"):
        yield Figure(today, 8, "asked", of, 5)
    for of in ("fruits test 30", "long test 5", "home test 5"):
        yield Figure(today, 8, "answer_seconds", of, 4)
    for of in ("1 test fr fruits", f"3 test fon service {SERVICE}", "2 test fr long", "1 test fr service exemple"):
        yield Figure(today, 8, "opinion", of, 3)
    yield Figure(today, 8, "sought", "un mot vain", 3)
    for what in ("calls", "hops", "served"):
        yield Figure(today, 8, what, "test", 90)


async def count(found: House) -> None:
    drafts = found.client.app[ADMIN_CONTEXT].draft.drafts
    example = (await drafts.working_copy()).files[f"catalogue/{SERVICE}.yaml"].replace(b"ministry: justice\n", b"")
    await drafts.save("zoe", "catalogue/exemple.yaml", example, seen="")
    await drafts.save("greffe.k", "sources/greffe.yaml", SOURCE.encode(), seen="")
    await UsageRepository(found.database).add(counted(day_of(time.time())))


@pytest.mark.parametrize(
    ("ministry", "seen"),
    [
        ("", {*OF_ALL, *OF_JUSTICE, *OF_HEALTH, *OF_NOBODY}),
        ("justice", {*OF_ALL, *OF_JUSTICE}),
        ("sante", {*OF_ALL, *OF_HEALTH}),
    ],
)
async def test_spreadsheet_has_visible_figures_only(
    valkey_url: str, tmp_path: Path, ministry: str, seen: set[str]
) -> None:
    async with house(valkey_url, tmp_path) as found:
        await count(found)
        await sign_in(found.client, "viewer", ministry=ministry)
        text = await (await found.client.get(f"/bureau/chiffres.csv?jour={day_of(time.time())}")).text("utf-8-sig")
        assert {line.split(";")[3] for line in text.splitlines()[1:]} == seen


@pytest.mark.parametrize("ministry", ["", "justice", "sante"])
async def test_pages_name_visible_figures_only(valkey_url: str, tmp_path: Path, ministry: str) -> None:
    async with house(valkey_url, tmp_path) as found:
        await count(found)
        await sign_in(found.client, "editor", ministry=ministry)
        pages = [unescape(await (await found.client.get(f"/bureau/{path}")).text()) for path in PAGES]
        named = {"": set(NAMED), "justice": set(NAMED[:4]), "sante": set()}[ministry]
        assert {one for one in NAMED if any(one in page for page in pages)} == named
        assert "Bienvenue" in pages[0]
        assert all("90" in page for page in pages[:2])
        assert all(("ne sont à aucun" in page) == bool(ministry) for page in pages[:2])
