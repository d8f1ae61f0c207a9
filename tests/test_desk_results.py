"""Exam results on the desk, in a real browser: two people publish, nobody else can, and a phone tells what they did."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from playwright.async_api import expect

from operators.audit import Audit
from tests.desk import LiveDesk, Making, chromium, live_desk, needs_browser
from tests.office import PASSWORD, SEATS, Handed, open_accounts

pytestmark = needs_browser
WIDTHS = (1200, 390)
SET = "bac-2027.1"


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
    await desk.page.fill("#year", "2027")
    await desk.page.set_input_files("#file", handed.path)
    await desk.page.click("text=Importer comme brouillon")


async def approve(desk: LiveDesk, handed: Handed) -> None:
    await desk.page.fill("#sha256", handed.sha256)
    await desk.page.fill("#seen", handed.on_paper())
    await desk.page.click(f"text=Approuver {SET}")


async def dial(desk: LiveDesk, *typed: str) -> str:
    """What a basic phone shows after all of this was typed."""
    form = {"sessionId": "s1", "serviceCode": "*384*229#", "phoneNumber": "+2290197000011", "networkCode": "61603"}
    address = desk.url("/ussd/africastalking/demo")
    async with aiohttp.ClientSession() as phone, phone.post(address, data={**form, "text": "*".join(typed)}) as said:
        return await said.text()


async def call(desk: LiveDesk, seat: int) -> str:
    """What a citizen reads who looks for this seat in BAC 2027, from a phone that never called before."""
    await dial(desk)
    await dial(desk, "1")
    exams = await dial(desk, "1", "3")
    found = re.search(r"^(\d+) BAC 2027", exams, re.MULTILINE)
    assert found, exams
    await dial(desk, "1", "3", found[1])
    return await dial(desk, "1", "3", found[1], str(seat))


@pytest.mark.parametrize("width", WIDTHS)
async def test_two_people_publish_a_file_and_a_phone_tells_it(our_settings: Making, tmp_path: Path, width: int) -> None:
    handed = Handed(tmp_path)
    async with office(our_settings(), width) as desk:
        await come(desk, "ida")
        await desk.sound()
        await bring(desk, handed)
        await expect(desk.page.locator("h1")).to_have_text(f"{SET} : brouillon")
        await expect(desk.page.locator(".report").first).to_contain_text(handed.sha256)
        await expect(desk.page.locator("text=40 lignes, 40 acceptées")).to_be_visible()
        await desk.sound()
        await come(desk, "paul", f"/bureau/resultats/{SET}")
        await expect(desk.page.locator(".report").first).not_to_contain_text(handed.sha256)
        await desk.sound()
        await approve(desk, handed)
        await expect(desk.page.locator("h1")).to_have_text(f"{SET} : approuvé")
        await desk.sound()
        await desk.page.check("#when-now")
        await desk.page.click(f"text=Publier {SET}")
        await expect(desk.page.locator("main")).to_contain_text("Tous les départements : publié depuis le")
        await desk.sound()
        said = await call(desk, SEATS[3])
        assert "Admis(e)" in said, said
        done = [(entry.operator, entry.action) for entry in await Audit(desk.parts.database).last(3)]
        assert done == [("ida", "results import"), ("paul", "results approve"), ("paul", "results publish")]
