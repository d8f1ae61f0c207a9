"""The map in a browser, by mouse and by keyboard, on a screen and on a telephone."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.support.browser import Making, chromium, live_desk


@pytest.mark.browser
@pytest.mark.parametrize("width", [1200, 390])
async def test_keyboard_reaches_a_screen_from_the_map(our_settings: Making, width: int) -> None:
    async with chromium() as browser, live_desk(our_settings(), browser, width) as live:
        await live.go("/bureau/plan")
        await live.sound()
        await live.page.focus('svg a[href^="/bureau/plan/exams"]')
        await live.page.keyboard.press("Enter")
        await live.page.wait_for_url("**/bureau/plan/exams?*")
        await live.sound()
        assert await live.page.evaluate(OVERFLOWING) == []
        await live.page.click('svg a[href="/bureau/ecran/exams.seat"]')
        await live.page.wait_for_url("**/bureau/ecran/exams.seat")
        await live.sound()
        assert await live.page.get_by_role("link", name="Essayer cet écran en Yorùbá").count() == 1


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
async def test_map_is_made_smaller_and_larger(our_settings: Making, width: int) -> None:
    async with chromium() as browser, live_desk(our_settings(), browser, width) as live:
        await live.go("/bureau/plan")
        size, frame = live.page.get_by_role("status"), live.page.get_by_role("region", name="Les parcours, et")
        await expect(size).to_have_text("100\u202f%")
        await live.page.get_by_role("button", name="Plus grand").click()
        await expect(size).to_have_text("150\u202f%")
        await live.page.get_by_role("button", name="Tout voir").click()
        assert await frame.evaluate("one => one.scrollWidth <= one.clientWidth && one.scrollHeight <= one.clientHeight")
        await live.sound()
        await frame.focus()
        for key, shown in (("0", "100"), ("-", "65"), ("+", "100")):
            await live.page.keyboard.press(key)
            await expect(size).to_have_text(f"{shown}\u202f%")


OVERFLOWING = """() => [...document.querySelectorAll("svg.map g.label, svg.map a.box")].flatMap((group) => {
  const frame = group.querySelector("rect").getBBox();
  return [...group.querySelectorAll("text")].filter((text) => {
    const own = text.getBBox();
    return own.x < frame.x || own.x + own.width > frame.x + frame.width || own.y + own.height > frame.y + frame.height;
  }).map((text) => text.textContent);
})"""
