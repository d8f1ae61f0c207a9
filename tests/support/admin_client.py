"""A client of the admin site over a real server, and operators who sign in."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient

from accounts.accounts import Accounts
from admin.routes import Route
from authoring.replay.fakes import FakeClock, FakePreferences
from server import SERVICES, build
from settings import Settings
from sources import Sources
from tests.support.conversation import FRENCH_ONLY, Market
from tests.support.menu_copies import shared_menus
from tests.support.page_text import reader
from tests.support.production import migrated

PASSWORD = "sept-ananas-bleus"
WITHOUT_A_TRACE = re.compile(r"Traceback|File \"|\.py\b|Error\b|aiohttp|/(home|root|tmp)/")
Client = TestClient[Any, Any]


@asynccontextmanager
async def open_admin_site(
    url: str,
    folder: Path,
    env: str = "production",
    clock: FakeClock | None = None,
    **more: object,
) -> AsyncIterator[Client]:
    """A client of the admin site, over the small menu and without sources; roles need a password only.

    more are other settings.
    """
    secrets = {"secret": "s" * 22} if env == "production" else {}
    folders = {
        "second_factor_roles": "",
        "data": folder,
        "menus": shared_menus(),
        "locales": FRENCH_ONLY,
        **more,
    }
    settings = await migrated(Settings.model_validate({"redis_url": url, "env": env, **folders, **secrets}))
    built: dict[str, Any] = {"clock": clock} if clock else {}
    async with reader(build(settings, opened=no_sources, **built)) as client:
        yield client


async def no_sources(*_: object) -> Any:
    return Sources([Market()], preferences=FakePreferences())


async def sign_in(client: Client, role: str, name: str = "awa", ministry: str = "") -> str:
    """Add an operator of this role, sign in, and return the token of their forms."""
    parts = client.app[SERVICES]
    await Accounts(parts.database).add(name, role, PASSWORD, "console:test", ministry=ministry)  # type: ignore[arg-type]
    answer = await client.post("/bureau/connexion", data={"name": name, "password": PASSWORD}, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/bureau/")
    for cookie in client.session.cookie_jar:
        cookie["secure"] = ""  # the test speaks plain HTTP to what a browser reaches by HTTPS
    return await csrf(client)


async def csrf(client: Client) -> str:
    page = await (await client.get("/bureau/messages")).text()
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found
    return found[1]


def address_of(route: Route) -> str:
    """An address of this route, with `x` for each name in its path."""
    return "/bureau" + re.sub(r"\{[^}]+\}", "x", route.path)


async def send_request(client: Client, route: Route, **options: Any) -> ClientResponse:
    return await client.request(route.method, address_of(route), allow_redirects=False, **options)


async def post(client: Client, path: str, token: str, **fields: str) -> tuple[int, str]:
    """The status and the page that answer a form."""
    answer = await client.post(f"/bureau/{path}", data={"csrf": token, **fields}, allow_redirects=False)
    return answer.status, unescape(await answer.text())
