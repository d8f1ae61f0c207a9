"""Fixtures of the tests of backups."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.backup_setup import Installation, fill, write_folders
from tests.support.database import Registry


@pytest.fixture
async def installation(filled: Registry, tmp_path: Path) -> Installation:
    made = Installation(filled, tmp_path)
    write_folders(made.settings)
    await fill(filled.database)
    return made
