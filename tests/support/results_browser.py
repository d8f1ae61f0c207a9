"""Two people publish results in a browser, and a basic phone asks for them."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from playwright.async_api import expect

from tests.support.admin_client import PASSWORD
from tests.support.browser import LiveDesk, chromium, live_desk
from tests.support.patience import PATIENCE
from tests.support.results_office import YEAR, Handed, open_accounts

SET = f"bac-{YEAR}.1"
NUMBERS = itertools.count(2290197000100)  # of citizens who never called before


@asynccontextmanager
async def office(settings: Any, width: int = 1200, **built: Any) -> AsyncIterator[LiveDesk]:
    async with chromium() as browser, live_desk(settings, browser, width, **built) as desk:
        await open_accounts(desk.parts.database)
        yield desk


async def come(desk: LiveDesk, name: str, path: str = "/bureau/resultats") -> None:
    """Sign in, beside the page, and look at this address."""
    form: dict[str, str | float | bool] = {"name": name, "password": PASSWORD}
    welcome = await desk.page.context.request.post(desk.url("/bureau/connexion"), form=form, max_redirects=0)
    assert welcome.status == 303
    await desk.go(path)


async def bring(desk: LiveDesk, handed: Handed) -> None:
    await desk.page.select_option("#exam", "bac")
    await desk.page.fill("#year", str(YEAR))
    await desk.page.set_input_files("#file", handed.path)
    await desk.page.click("text=Importer comme brouillon")


async def approve(desk: LiveDesk, handed: Handed, named: str = SET) -> None:
    await desk.page.set_input_files("#original", handed.path)
    await expect(desk.page.locator("#sha256")).to_have_value(handed.sha256)
    for seat in await desk.page.locator(".drawn label").all_inner_texts():
        await desk.page.get_by_label(seat, exact=True).select_option(label=handed.on_paper(seat))
    await desk.page.click(f"text=Approuver {named}")
    await expect(desk.page.locator("h1")).to_have_text(f"{named} : approuvé")


async def publish(desk: LiveDesk, handed: Handed, named: str) -> None:
    """The whole way, by two people."""
    await come(desk, "ida")
    await bring(desk, handed)
    await come(desk, "paul", f"/bureau/resultats/{named}")
    await approve(desk, handed, named)
    await desk.page.check("#when-now")
    await desk.page.click(f"text=Publier {named}")
    await expect(desk.page.get_by_role("status")).to_contain_text("jusque-là rien n'est dit")


class Basic:
    """A basic phone that never called before."""

    def __init__(self, desk: LiveDesk, number: str) -> None:
        self._address = desk.url("/ussd/africastalking/demo")
        self._form = {"sessionId": number, "serviceCode": "*384*229#", "phoneNumber": number, "networkCode": "61603"}

    async def dial(self, *typed: str) -> str:
        """What is on its screen after all of this was typed."""
        form = {**self._form, "text": "*".join(typed)}
        async with aiohttp.ClientSession() as line, line.post(self._address, data=form) as answer:
            return await answer.text()


async def until_answered(desk: LiveDesk, seat: int, words: str) -> None:
    """Call for this seat in BAC 2027 until these words are answered: phones follow a publication a moment later.

    Each citizen calls once, because a second call would resume the first.
    """
    async with asyncio.timeout(PATIENCE):
        while words not in await _call(Basic(desk, f"+{next(NUMBERS)}"), seat):
            continue


async def _call(phone: Basic, seat: int) -> str:
    """What a citizen reads who looks for this seat: the list of exams, if BAC 2027 is not among them."""
    await phone.dial()
    await phone.dial("1")
    exams = await phone.dial("1", "3")
    found = re.search(rf"^(\d+) BAC {YEAR}", exams, re.MULTILINE)
    if not found:
        return exams
    await phone.dial("1", "3", found[1])
    return await phone.dial("1", "3", found[1], str(seat))
