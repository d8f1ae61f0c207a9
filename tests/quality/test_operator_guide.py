"""docs/operateur.md holds: who has only a browser follows it on the Zin that administrateur.md starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.browser import chromium
from tests.support.guide_steps import steps
from tests.support.operator_walk import GUIDE, walk

pytestmark = pytest.mark.slow


@pytest.mark.browser
async def test_guide_is_followed_with_a_browser_alone(tmp_path: Path, valkey_url: str) -> None:
    async with chromium() as browser:
        await walk(tmp_path, browser, valkey_url)


def test_guide_needs_neither_a_shell_nor_a_file() -> None:
    asked = {one.verb for one in steps(GUIDE)}
    assert asked.isdisjoint({"run", "create", "look_for", "write_instead", "answer", "answered"})
    assert {"open", "click", "fill", "sees", "phone_shows", "picture"} <= asked
