"""docs/operateur.md holds: who has only a browser follows it on the Zin that administrateur.md starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.browser import chromium
from tests.support.guide_reader import ROOT, Clerk, clone
from tests.support.guide_steps import steps

pytestmark = pytest.mark.slow

PAGE = (ROOT / "docs" / "operateur.md").read_text(encoding="utf-8")
START = "## 13. Un Zin d'essai pour les autres"


def start_for_others() -> str:
    """The section of administrateur.md that starts a Zin with accounts."""
    page = (ROOT / "docs" / "administrateur.md").read_text(encoding="utf-8")
    return page.partition(START)[2].partition("\n## ")[0]


@pytest.mark.browser
async def test_guide_is_followed_with_a_browser_alone(tmp_path: Path, valkey_url: str) -> None:
    async with chromium() as browser, Clerk(clone(tmp_path), browser, valkey_url) as clerk:
        await clerk.follow(steps(start_for_others()))
        await clerk.follow(steps(PAGE))


def test_guide_needs_neither_a_shell_nor_a_file() -> None:
    asked = {one.verb for one in steps(PAGE)}
    assert asked.isdisjoint({"run", "create", "look_for", "write_instead", "answer", "answered"})
    assert {"open", "click", "fill", "sees", "phone_shows"} <= asked
