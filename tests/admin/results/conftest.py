"""An office whose people send the forms of results."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from admin.results import results_actions
from tests.support.admin_client import open_admin_site
from tests.support.menu_copies import shared_menus
from tests.support.results_forms import SET, Office


@pytest.fixture
async def office(valkey_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    """Files are read in a thread here; that a process of its own does it as well,
    tests/admin/results/test_results_page.py sees.
    """
    shared_menus()  # made once, and not in the folder that must be empty in the end
    monkeypatch.setattr(results_actions, "run_in_subprocess", asyncio.to_thread)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    async with open_admin_site(valkey_url, tmp_path) as client:
        yield Office(client, tmp_path)
    assert list((tmp_path / "temporary").iterdir()) == []  # a file that may name people is left nowhere


@pytest.fixture
async def brought(office: Office) -> Office:
    """A draft that the importer brought."""
    await office.come("importer")
    assert await office.bring() == (303, f"/bureau/resultats/{SET}?fait=importe")
    return office
