"""The walk of docs/operateur.md, on the Zin in production that administrateur.md starts for others."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, Page

from tests.support.guide_reader import ROOT, Clerk, clone
from tests.support.guide_steps import steps

GUIDE: Final = (ROOT / "docs" / "operateur.md").read_text(encoding="utf-8")
START: Final = "## 13. Un Zin d'essai pour les autres"


async def walk(
    folder: Path, browser: Browser, valkey: str, take: Callable[[Page, str], Awaitable[None]] | None = None
) -> None:
    """Follow the guide in an empty folder; take takes the pictures of its steps."""
    async with Clerk(clone(folder), browser, valkey) as clerk:
        clerk.take = take
        await clerk.follow(steps(_start()))
        await clerk.follow(steps(GUIDE))


def _start() -> str:
    """The section of administrateur.md that starts a Zin with accounts."""
    page = (ROOT / "docs" / "administrateur.md").read_text(encoding="utf-8")
    return page.partition(START)[2].partition("\n## ")[0]
