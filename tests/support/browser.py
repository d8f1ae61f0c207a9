"""The desk in a real browser: the whole server on a loopback port, and a headless Chromium that may reach nothing else.

Tests that look at pages take `browser`; those that only send requests take a client of their own
(tests/support/admin_client.py).
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from aiohttp.test_utils import TestServer
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright, expect

from runtime.services import Services
from server import SERVICES, build
from settings import Settings

CHROMIUM: Final = shutil.which("chromium") or ""
SERIOUS: Final = ("serious", "critical")
WAIT: Final = 30_000  # milliseconds: other tests may keep the machine busy
expect.set_options(timeout=WAIT)


class LiveDesk:
    """A server and a page that looks at it; requests are the addresses that the page fetched."""

    def __init__(self, server: TestServer, page: Page) -> None:
        self.server, self.page = server, page
        self.requests: list[str] = []
        self.faults: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda message: self.faults.append(message.text) if message.type == "error" else None)

    @property
    def parts(self) -> Services:
        return self.server.app[SERVICES]

    def url(self, path: str = "/bureau/") -> str:
        return str(self.server.make_url(path))

    async def go(self, path: str = "/bureau/") -> None:
        await self.page.goto(self.url(path))

    async def sound(self) -> None:
        """Check that the page is accessible, that no script failed, and that no other server got a request."""
        found = (await Axe().run(self.page)).response["violations"]
        serious = [(one["id"], one["help"], [node["html"][:200] for node in one["nodes"]][:3]) for one in found
                   if one["impact"] in SERIOUS]  # fmt: skip
        assert serious == []
        assert self.faults == []
        own = self.url("/")
        assert [url for url in self.requests if not url.startswith((own, "data:", "blob:"))] == []

    async def sign_in(self, name: str, password: str) -> None:
        await self.go("/bureau/connexion")
        await self.page.fill("#name", name)
        await self.page.fill("#password", password)
        await self.page.click("main button")


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def live_desk(
    settings: Settings, browser: Browser, width: int = 1200, height: int = 800, **built: Any
) -> AsyncIterator[LiveDesk]:
    """The desk over these settings; a page of this size."""
    server = TestServer(build(settings, **built))
    await server.start_server()
    context = await browser.new_context(viewport={"width": width, "height": height}, locale="fr-FR")
    try:
        page = await context.new_page()
        page.set_default_timeout(WAIT)
        yield LiveDesk(server, page)
    finally:
        await context.close()
        await server.close()


def menus_copy(folder: Path) -> Path:
    """Our own menus in a folder that a test may change."""
    return Path(shutil.copytree("menus", folder / "menus"))


Making = Callable[..., Settings]


@pytest.fixture
def our_settings(valkey_url: str, tmp_path: Path) -> Making:
    """Settings over our own menus, copied, with sample data."""

    def make(**settings: Any) -> Settings:
        folders = {"data": tmp_path / "data", "menus": menus_copy(tmp_path)}
        return Settings.model_validate({"redis_url": valkey_url, **folders, **settings})

    return make
