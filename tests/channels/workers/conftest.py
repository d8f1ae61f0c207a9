"""Fixtures of the tests of the workers."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.state.conversation.test_chat import CHATTY
from tests.support.conversation import SMALL
from tests.support.database import Registry
from tests.support.deferred_market import Street
from tests.support.delivery_setup import House


@pytest.fixture
def street(registry: Registry, tmp_path: Path) -> Street:
    menus = tmp_path / "chatty"
    shutil.copytree(SMALL, menus)
    shutil.copytree(CHATTY, menus, dirs_exist_ok=True)
    return Street(registry, menus)


@pytest.fixture
def house(registry: Registry) -> House:
    return House(registry)
