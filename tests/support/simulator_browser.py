"""The phone simulator in a browser: its keys, messages and details."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from playwright.async_api import expect

from settings import Settings
from tests.support.browser import LiveDesk, chromium, live_desk

HOME = "Services publics du Bénin"


class Simulator:
    """The page, as somebody with a hand on it sees it."""

    def __init__(self, desk: LiveDesk, settings: Settings) -> None:
        self.desk, self.page, self.settings = desk, desk.page, settings

    async def shows(self, words: str) -> None:
        await expect(self.page.locator("#ecran")).to_contain_text(words)

    async def press(self, *typed: str) -> None:
        """Press keys on the phone, and send each."""
        for one in typed:
            for key in one:
                await self.page.click(f"[data-key='{key}']")
            await self.page.click("#appeler")
            await self.settled()

    async def settled(self) -> None:
        await expect(self.page.locator("body")).to_have_attribute("aria-busy", "false")

    async def seen(self, what: str, words: str | re.Pattern[str]) -> None:
        await expect(self.page.locator(f"#vu-{what}")).to_have_text(words)

    async def choose(self, what: str, value: str) -> None:
        await self.page.select_option(f"#{what}", value)
        await self.settled()

    async def write(self, text: str) -> None:
        await self.page.fill("#message", text)
        await self.page.press("#message", "Enter")
        await self.settled()

    async def tap(self, option: str) -> None:
        """Open the list of the last message, and take this."""
        await self.page.click(".bubble:last-child summary")
        await self.page.click(f".bubble:last-child .list button:has-text('{option}')")

    async def last(self, words: str) -> None:
        await expect(self.page.locator(".bubble:last-child")).to_contain_text(words)

    def save(self, file: str, change: Callable[[str], str]) -> None:
        path = self.settings.menus / file
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


@asynccontextmanager
async def simulator(settings: Settings, path: str = "/bureau/", width: int = 1200) -> AsyncIterator[Simulator]:
    async with chromium() as browser, live_desk(settings, browser, width=width) as desk:
        await desk.go(path)
        page = Simulator(desk, settings)
        await page.settled()
        yield page
        assert [fault for fault in desk.faults if not fault.startswith("Failed to load resource")] == []
