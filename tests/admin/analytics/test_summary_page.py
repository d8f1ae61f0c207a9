"""The summary of a month: a page of the desk, and one sheet of A4 on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.async_api import expect

from analytics.counters import Figure
from analytics.repository import UsageRepository
from tests.support.browser import Making, chromium, live_desk

EDGES = """() => {
  const [sheet, heading] = [".sheet", ".sheet h1"].map((one) => document.querySelector(one).getBoundingClientRect());
  return Math.min(heading.left - sheet.left, sheet.right - heading.right, heading.top - sheet.top);
}"""
DAY = date(2026, 10, 24)


def busy_month() -> Iterator[Figure]:
    """More services, screens and places than one sheet has room for."""
    for place, path in enumerate(sorted(Path("menus/catalogue").glob("*.yaml"))):
        yield Figure(DAY, 8, "read", f"service {path.stem}", 900_000 + place)
    for commune in ("parakou", "cotonou", "porto-novo", "abomey-calavi", "djougou", "seme-podji", "bohicon"):
        yield Figure(DAY, 8, "read", f"commune {commune}", 12_345)
    for screen in (
        *(
            "services.card",
            "services.which_theme",
            "exams.seat",
            "exams.result",
            "requests.reference",
            "careers.number",
        ),
        *("centres.which_department", "help.topics", "contact.where", "emergency.numbers", "language.choose"),
    ):
        yield Figure(DAY, 9, "arrived", screen, 1_234_567)
    for what in ("calls", "hops", "served"):
        yield Figure(DAY, 9, what, "africastalking_ussd", 9_876_543)
    yield Figure(DAY, 9, "parts", "sms", 7_654_321)
    for service in ("cip", "ifu", "passeport-ordinaire", "casier-judiciaire-b3", "acte-naissance-securise"):
        yield Figure(DAY, 9, "opinion", f"1 africastalking_ussd fr service {service}", 123_456)
        yield Figure(DAY, 9, "opinion", f"3 whatsapp fon service {service}", 123_456)
    for journey in ("services", "exams", "requests", "careers", "centres"):
        for channel in ("africastalking_ussd", "africastalking_sms", "whatsapp"):
            yield Figure(DAY, 9, "answer_seconds", f"{journey} {channel} more", 12_345)


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
async def test_busy_month_is_one_sheet_and_accessible(our_settings: Making, width: int) -> None:
    priced = our_settings(sms_price=5.0, ussd_price=2.0)
    async with chromium() as browser, live_desk(priced, browser, width) as here:
        await UsageRepository(here.parts.database).add(busy_month())
        await here.go("/bureau/chiffres?mois=2026-10")
        await here.page.click("text=Résumé du mois")
        await here.page.wait_for_url("**/chiffres/mois?mois=2026-10")
        await expect(here.page.locator("h1")).to_have_text(re.compile(r"^Zin\s: octobre 2026$"))
        await here.sound()
        assert await here.page.evaluate("document.documentElement.scrollWidth") <= width
        assert await here.page.evaluate(EDGES) >= 10
        printed = await here.page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
        await here.page.emulate_media(media="print")
        assert await here.page.evaluate(EDGES) == 0
        await here.page.emulate_media(media="null")
        await here.page.click("a[rel=prev]")
        await here.page.wait_for_selector("text=Personne n'a appelé ni écrit ce mois-là.")
        await here.sound()
