"""Fixtures of the tests of conversations."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.conversation import Town, Writer
from tests.support.menu_copies import copy_chatty_menus


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def chatty_menus(tmp_path: Path) -> Path:
    return copy_chatty_menus(tmp_path / "menus")


@pytest.fixture
def chatty(chatty_menus: Path) -> Town:
    """A town whose menu is made for messages."""
    return Town(folder=chatty_menus)


@pytest.fixture
def writer(chatty: Town) -> Writer:
    return chatty.writer()
