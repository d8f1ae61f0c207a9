"""The list of services on the admin site: searched, sorted, small with a thousand, the oldest facts first."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

import catalog.entry_files
from catalog.facts import local_today
from database.tables import menu_drafts
from server import SERVICES
from tests.admin.writing.test_services_pages import CARD, PAGE, SAVE, seen, send
from tests.support.browser import Making
from tests.support.country_catalogue import FILE
from tests.support.map_reader import page, serve

pytestmark = pytest.mark.slow
MOVED = {"where.value": "le guichet d'exemple", "where.source": "affiche d'exemple", **SAVE}
MAX_PAGE_BYTES, MANY = 300_000, 1_000


async def test_list_is_searched_and_says_what_is_missing(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        text = unescape(await page(client, "services?q=casier+b3"))
        assert re.findall(r'<th scope="row"><a href="/bureau/services/([a-z0-9-]+)">', text) == [CARD]
        assert "1 service." in text
        every = unescape(await page(client, "services"))
        assert "page 1 sur" in every
        assert len(every.encode()) < 300_000
        assert "Aucun service ne correspond" in await page(client, "services?q=xyzzy")
        unknown = unescape(await page(client, "services?etat=inconnu&theme=Justice"))
        assert re.search(r"<td>Justice</td><td>(prix|délai|pièces|où)", unknown)


def listed(text: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/bureau/services/([a-z0-9-]+)">', text)


async def test_list_is_sorted_as_asked(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        by_name = listed(await page(client, "services"))
        text = await page(client, "services?tri=ancien")
        dates = re.findall(r"<td>([0-9-]{4,10})</td><td>[^<]*</td></tr>", text)
        assert dates == sorted(dates)
        assert len(set(dates)) > 1
        assert '<option value="ancien" selected>' in text
        themes = re.findall(r"</th><td>([^<]+)</td>", unescape(await page(client, "services?tri=theme")))
        assert themes[0] < themes[-1]
        assert (await send(client, PAGE.removeprefix("/bureau/"), {"seen": await seen(client), **MOVED}))[0] == 303
        assert listed(await page(client, "services?tri=change"))[0] == CARD
        assert listed(await page(client, "services?tri=xyzzy")) == by_name
        assert listed(await page(client, "services?tri=theme&page=2"))


async def test_thousand_services_make_a_small_page(our_settings: Making) -> None:
    """The draft has as many services as a country; each file is parsed once, and the page is one of many."""
    async with serve(our_settings()) as client:
        async with client.app[SERVICES].database.exclusive_transaction() as writer:
            await writer.add(menu_drafts, [_drafted_row(number) for number in range(MANY)])
        assert len((await page(client, "services?q=exemple")).encode()) < MAX_PAGE_BYTES
        known = catalog.entry_files._parsed.cache_info()
        text = unescape(await page(client, "services"))
        assert re.search(r"1.[01]\d\d services, page 1 sur 2\d", text)
        assert len(text.encode()) < MAX_PAGE_BYTES
        assert catalog.entry_files._parsed.cache_info().misses == known.misses


def _drafted_row(number: int) -> dict[str, Any]:
    kinds = {"theme": f"Exemple {number % 12}", "event": f"Cas {number % 25}", "administration": number % 40}
    text = FILE.format(name=f"Service {number}, exemple", short=f"Service {number}", **kinds)
    named = {"path": f"catalogue/exemple-{number}.yaml", "base": None, "content": text.encode()}
    return {**named, "changed_by": "awa", "changed_at": 1_796_000_000, "writers": "awa"}


async def test_facts_to_confirm_begin_with_the_oldest(our_settings: Making) -> None:
    async with serve(our_settings()) as client:
        text = await page(client, "services/a-confirmer")
        rows = re.findall(r"<td>([0-9-]{4,10})</td><td>([0-9-]*)</td></tr>", text)
        assert rows
        old = [as_of for as_of, until in rows if not until or until >= str(local_today())]
        assert old == sorted(old)
