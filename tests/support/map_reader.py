"""Pages of the menu map, read as XML, and menu files that change meanwhile."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from xml.etree import ElementTree

from server import SERVICES, build
from settings import Settings
from state.errors import Problem
from tests.support.admin_client import Client
from tests.support.page_text import reader
from tests.support.patience import PATIENCE

SVG = "{http://www.w3.org/2000/svg}"


@asynccontextmanager
async def serve(settings: Settings) -> AsyncIterator[Client]:
    async with reader(build(settings)) as client:
        yield client


async def page(client: Client, path: str, status: int = 200) -> str:
    answer = await client.get(f"/bureau/{path}")
    assert answer.status == status, path
    return await answer.text()


def svg(text: str) -> ElementTree.Element:
    """The drawing on a page, which must be well-formed XML."""
    found = re.search(r"<svg.*</svg>", text, re.DOTALL)
    assert found
    return ElementTree.fromstring(found[0])


def box(text: str, path: str) -> ElementTree.Element:
    return next(one for one in svg(text).iter(f"{SVG}a") if one.get("href", "").partition("?")[0] == f"/bureau/{path}")


async def after(client: Client, file: Path, old: str, new: str) -> None:
    """Change a file and wait until the server has loaded it or reported its problems."""
    parts = client.app[SERVICES]

    def known() -> tuple[str, tuple[Problem, ...]]:
        return parts.conversation.menus.current.version, parts.change_feed.problems

    before = known()
    async with asyncio.timeout(PATIENCE):
        while known() == before:
            turn = parts.change_feed.revision
            replace_in(file, old, new)  # again, if the server was not watching yet
            with suppress(TimeoutError):
                await asyncio.wait_for(parts.change_feed.after(turn), 2)


def replace_in(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text or new in text
    file.write_text(text.replace(old, new) if old in text else text, "utf-8")
