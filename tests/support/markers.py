"""Marks tests by what they need, so that `make test` can leave some to `make test-all` (see pyproject.toml).

`browser`, `kill` and `slow` are written beside a test or a module. `postgres` is set here, on each test that runs
over a PostgreSQL server.
"""

from __future__ import annotations

import shutil

import pytest

NEEDS_CHROMIUM = pytest.mark.skip(reason="Chromium is not installed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "postgresql" in getattr(item, "fixturenames", ()) or "postgresql" in _parameters(item):
            item.add_marker(pytest.mark.postgres)
        if item.get_closest_marker("browser") and not shutil.which("chromium"):
            item.add_marker(NEEDS_CHROMIUM)


def _parameters(item: pytest.Item) -> list[object]:
    called = getattr(item, "callspec", None)
    return [one for one in called.params.values() if isinstance(one, str)] if called else []
