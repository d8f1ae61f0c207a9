"""Translators over the small menu, on SQLite and PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.authoring.drafts.test_menu_drafts import Desk
from tests.support.conversation import SMALL_LOCALES
from tests.support.database import Registry
from tests.support.menu_versions import Bench
from tests.support.translators import Translators


@pytest.fixture
async def translators(registry: Registry, tmp_path: Path) -> AsyncIterator[Translators]:
    locales = Path(shutil.copytree(SMALL_LOCALES, tmp_path / "bench" / "locales"))
    bench = Bench(registry, tmp_path / "bench", locales)
    await bench.versions.ensure_first_publication(bench.folder)
    yield Translators(Desk(bench))
    await bench.versions.compiled.close()
