"""Fixtures of the tests of the workers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.database import Registry
from tests.support.deferred_market import Street
from tests.support.delivery_setup import House
from tests.support.menu_copies import copy_chatty_menus


@pytest.fixture
def street(registry: Registry, tmp_path: Path) -> Street:
    return Street(registry, copy_chatty_menus(tmp_path / "chatty"))


@pytest.fixture
def house(registry: Registry) -> House:
    return House(registry)
